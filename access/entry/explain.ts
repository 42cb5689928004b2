// What each row of the tables asks, in words, for whoever explains a decision.

import { siteRows } from '../site-rules/rows.ts';
import { customerRows } from './rows.ts';

const before: Readonly<Record<string, string>> = {
  C1: 'is the credential unknown?',
  C2: 'is the credential blocked, lost, expired or not valid yet?',
  free: 'is this a way out that is free for every credential?',
  holder: 'is its holder, or the space behind the door, one that the replica does not have?',
  C3: 'is it a staff credential?',
  C9: 'is it an expected visitor inside the window?',
  C10: 'is the visitor not approved, or outside the window?',
  booking: 'has the holder a booking behind this door now?',
  policy: 'does the door open all the same, and flag it?',
  mode: 'is the door unlocked for everyone?',
  departs: 'is a visitor on the way out?',
  clock: 'is the clock not trusted, and does the answer depend on what time it is?',
  exit: 'is this the way out of an interior door?',
  O1: 'is a visit open here? It is closed and settled.',
  O5: 'is no visit open here?',
  O6: 'did the cut-off close the visit, and is this the exit tap after it?',
};

/** The question of a row that a ruling names. */
export function askedBy(row: string): string {
  const found = [...customerRows, ...siteRows].find(({ name }) => name === row);
  return found?.asks ?? before[row] ?? row;
}
