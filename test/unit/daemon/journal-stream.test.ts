// Whether stderr is journald's: by what systemd says of the stream, and by the stream itself.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { stderrIsJournal } from '../../../daemon/notify/journal-stream.ts';

it('is told by the device and inode of the stream that is written to', () => {
  const fd = openSync('/dev/null', 'w');
  const { dev, ino } = fstatSync(fd);
  expect(stderrIsJournal(`${dev}:${ino}`, fd)).toBe(true);
  // Inherited from a service, and led into a file since.
  expect(stderrIsJournal(`${dev}:${ino + 1}`, fd)).toBe(false);
  expect(stderrIsJournal(undefined, fd)).toBe(false);
  closeSync(fd);
  expect(stderrIsJournal(`${dev}:${ino}`, fd)).toBe(false);
});
