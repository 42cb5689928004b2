// Reasons in plain words, for the staff at the desk: short, true, and saying what to do where there is something to do. Every code of
// rules.md has its words; one of a newer program is shown as it is.

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

export type GrantCode = keyof typeof grants;
export type DenialCode = keyof typeof denials;

export const grantCodes = Object.keys(grants) as readonly GrantCode[];
export const denialCodes = Object.keys(denials) as readonly DenialCode[];

/** A reason of a grant, a denial or a rejected check-in, in words; a code that is not known here as it is. */
export function reasonWords(code: string): string {
  const words: Readonly<Record<string, string>> = { ...grants, ...denials, ...failures };
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}
