// Whether what is written to stderr goes to systemd's journal, which gives each line its time.

import { fstatSync } from 'node:fs';

const stderr = 2;

/**
 * @param named what systemd says: the device and inode of the stream that it made; one that is inherited, and led elsewhere since, is another
 */
export function stderrIsJournal(named: string | undefined, fd = stderr): boolean {
  if (named === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd);
    return named === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
