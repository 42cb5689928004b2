// Reasons and events in plain words, for the staff at the desk: short, true, and saying what to do where there is something
// to do. Every code of rules.md has its words; one of a newer program is shown as it is.

import type { EventType } from '../access/event.ts';

const grants = {
  pass: 'on a pass',
  plan: 'on their plan',
  'no-pass-needed': 'no pass is needed here',
  're-entry': 'was checked in already',
  booking: 'has a booking',
  visitor: 'is an expected visitor',
  staff: 'is staff',
  exit: 'on the way out',
  flagged: 'let in without a valid pass: please look into it',
  'pay-as-you-go': 'pays by the visit',
  schedule: 'the door is open at this time',
  command: 'the door was opened by command',
} as const;

const denials = {
  'unknown-credential': 'nobody here has this card or code',
  'credential-blocked': 'this card or code is blocked or was reported lost',
  'credential-expired': 'this card or code has expired',
  'credential-not-yet-valid': 'this card or code is not valid yet',
  'credential-replayed': 'this code has been used already',
  'account-disabled': 'the account is disabled',
  lockdown: 'the door is in lockdown',
  locked: 'the door is locked',
  closed: 'the space is closed now',
  'not-authorised': 'has no right at this door',
  'locked-out': 'too many wrong tries at this reader: wait a while',
  'anti-passback': 'is inside already: leave first',
  interlock: 'another door has to close first',
  occupancy: 'the space is full',
  'second-person': 'a second person has to come along',
  'pin-required': 'a PIN is needed too',
  'pin-wrong': 'the PIN is wrong',
  'visitor-not-approved': 'the visit has not been approved',
  'visitor-outside-window': 'the visitor is not expected at this time',
  'plan-limit': "the plan's days or minutes are used up for now",
  'contract-frozen': 'the contract is frozen',
  'pass-outside-timeslot': 'the pass is not valid at this time',
  'pass-not-valid-here': 'the pass is not valid in this space',
  'pass-expired': 'the pass has expired',
  'pass-exhausted': 'the pass is used up',
  'no-pass': 'has no pass',
  'clock-untrusted': "the controller's clock is not set, and the answer would depend on the time",
} as const;

/** Codes that no row of the rules has: what kept the controller from deciding. */
const failures = {
  stale: 'the controller stood still for a while, and who tapped then may be gone: tap again',
  'storage-failed': "the controller's disk fails: cardea doctor says more",
} as const;

const events: Readonly<Record<EventType, string>> = {
  'access.granted': 'let in',
  'access.denied': 'refused',
  'access.repeated': 'tapped again, door released again',
  'access.not-taken': 'was let in but did not open the door',
  'access.duress': 'entered under duress: call for help',
  'checkin.recorded': 'checked in',
  'checkin.rejected': 'not checked in',
  'checkout.recorded': 'checked out',
  'checkout.orphan': 'left without having been checked in',
  'pass.used': 'a pass was used',
  'coverage.exhausted': "a pass's minutes ran out",
  'charge.proposed': 'a charge was proposed',
  'visitor.arrived': 'a visitor arrived',
  'visitor.departed': 'a visitor left',
  'visitor.refused': 'a visitor was refused',
  'door.opened': 'the door opened',
  'door.closed': 'the door closed',
  'door.forced': 'the door was opened by force',
  'door.pre-alarm': 'the door will soon have been open for too long',
  'door.held': 'the door has been open for too long',
  'door.secured': 'the door is secure again',
  'rex.activated': 'the way out was asked for from inside',
  'fire.activated': 'fire alarm',
  'fire.cleared': 'fire alarm over',
  tamper: 'somebody is tampering with the door',
  'lock.fault': 'a lock does not follow: the details say what to do',
  'lock.restored': 'the lock follows again',
  'input.fault': 'a contact, button or alarm cannot be read: the details say what to do',
  'input.restored': 'it can be read again',
  'accesspoint.mode': "the door's mode changed",
  'reader.online': 'the reader is online',
  'reader.offline': 'the reader is gone',
  'reader.tamper': 'somebody is tampering with the reader',
  'credential.alarm': 'a blocked card or code was presented',
  'credential.attack': 'too many wrong cards or codes in a row',
  'help.requested': 'help was asked for',
  'controller.started': 'the controller started',
  'controller.stopped': 'the controller stopped',
  'clock.stepped': "the controller's clock was set",
  'replica.applied': "the office's latest data is in use",
  'replica.refused': 'data from the office was refused',
  'journal.gap': 'records are missing',
  'storage.low': 'events that the office has not nearly fill the journal',
  'storage.failed': 'a file of this controller failed: the log and the details say which',
  'command.applied': 'a command was carried out',
  'command.refused': 'a command was refused',
  'pass.oversold': 'a pass was used twice at once',
  'charge.confirmed': 'a charge was confirmed',
  'charge.corrected': 'a charge was corrected',
  'charge.waived': 'a charge was waived',
  'oversold.settled': 'a pass that was used twice was settled',
  'visit.reviewed': 'a visit was looked at',
};

export type GrantCode = keyof typeof grants;
export type DenialCode = keyof typeof denials;

export const grantCodes = Object.keys(grants) as readonly GrantCode[];
export const denialCodes = Object.keys(denials) as readonly DenialCode[];

/** A reason of a grant, a denial or a rejected check-in, in words; a code that is not known here as it is. */
export function reasonWords(code: string): string {
  const words: Readonly<Record<string, string>> = { ...grants, ...denials, ...failures };
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}

/** A type of event in words; one that is not known here as it is. */
export function eventWords(type: string): string {
  const words: Readonly<Record<string, string>> = events;
  return Object.hasOwn(words, type) ? (words[type] ?? type) : type;
}
