// A process's child, as /proc tells: the keeper of a daemon.

import { readdirSync, readFileSync } from 'node:fs';

/** undefined while there is none. */
export function childOf(pid: number): number | undefined {
  const found = readdirSync('/proc').find((id) => /^\d+$/.test(id) && parentOf(id) === pid);
  return found === undefined ? undefined : Number(found);
}

function parentOf(id: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
