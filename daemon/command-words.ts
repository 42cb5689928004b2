// Why a command was not carried out, or not everywhere, in plain words: for whoever gave it, here or at the office.

import type { CommandReason } from '../access/command/outcome.ts';
import { reasonWords } from '../access/reasons.ts';

/** Only what a denial of a tap has no words for, or other ones. */
const words: Readonly<Partial<Record<CommandReason, string>>> = {
  lockdown: 'it is in lockdown, which only `cardea mode DOOR controlled` ends',
  'unknown-access-point': 'this controller has no door of that name: `cardea status` lists them',
  'unknown-space': 'no door of this controller is in a space of that name: look into its config',
  'unknown-reader': 'this controller has no reader of that name: `cardea status` lists them',
  'unknown-customer': 'nobody of that name is known here: look into the replica document',
  'unknown-area': 'no door of this controller leads into an area of that name: look into its config',
  'until-past': '--until is past',
  'until-not-allowed': '--until goes with the modes unlocked and locked only',
  'clock-untrusted': "the controller's time is not known: set its clock, or leave out what depends on it",
  stale: 'the controller stood still, and the command may have waited for long: give it again',
  'storage-failed': 'its disk fails, and nothing is done that is not on disk: cardea doctor says more',
  'life-too-long': "from its issue to its expiry is more than the controller's commands.maxLife",
  expired: 'it came after its expiry',
  'issued-in-future': "it was issued later than the controller's time: compare the clocks of both machines",
  'issued-before-journal':
    "it was issued before the controller's journal began, and may have been carried out: give it anew",
  reordered: 'a command that was issued later was carried out there already',
  'too-many-commands':
    'the controller keeps as many commands as its commands.maxKept allows: wait until some have expired',
  'not-supported': 'this controller, or the device, cannot do that',
  'bad-command': 'it does not have the keys that a command of its type needs',
  'no-open-visit': 'is not checked in here',
  'line-stuck': 'its line is not as it was driven: cardea doctor and the log say more',
  'keeper-silent': 'whoever holds the lock lines does not answer: the log says more',
  're-entry': 'was checked in already',
};

/** @param door names it where the words do. */
export function commandReasonWords(reason: string, door: string): string {
  const known: Readonly<Record<string, string>> = words;
  const found = Object.hasOwn(known, reason) ? known[reason] : undefined;
  return found === undefined ? `${reasonWords(reason)} (${reason})` : found.replace('DOOR', door);
}
