// What the file of a simulated lock says, read as an outsider reads it.

import { existsSync, readFileSync } from 'node:fs';

export interface LockRecord {
  readonly accessPoint: string;
  readonly state: 'locked' | 'unlocked';
  readonly at: string;
}

/** All whole records so far, oldest first; none while there is no file. */
export function lockRecords(file: string): LockRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as LockRecord);
}

/** The states of one lock so far, oldest first. */
export function lockStates(file: string, accessPoint: string): LockRecord['state'][] {
  return lockRecords(file)
    .filter((record) => record.accessPoint === accessPoint)
    .map((record) => record.state);
}
