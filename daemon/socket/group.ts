// The group that may use the local socket, by its name in /etc/group.

import { readFileSync } from 'node:fs';

/** The number of a group; null where the system has none of that name. */
export function groupId(name: string, file = '/etc/group'): number | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  for (const line of text.split('\n')) {
    const [found, , id] = line.split(':');
    if (found === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return null;
}
