// What a reader shows whoever stands before it: a small closed set of kinds that a member understands, and no more than a
// stranger may know. A credential that nobody has, one that is blocked and a PIN that is wrong look alike; a grant looks like
// any other grant, under duress too.

import type { DenyReason } from '../entry/verdict.ts';
import type { WaitsFor } from '../site-rules/state.ts';

export const feedbackKinds = [
  'granted',
  /** This card or code opens nothing here: it is unknown, blocked, expired, wrong. */
  'unknown',
  'not-now',
  /** No pass or plan that covers it. */
  'no-pass',
  'door-closed',
  'not-here',
  'try-again',
  /** The tap was right so far: a PIN is waited for. */
  'pin',
  /** The same, for a second person. */
  'second-person',
  'pre-alarm',
  'held',
  /** The clock cannot be believed, or the office's data is old or missing. */
  'not-trusted',
  /** The reader shows which one it is. */
  'identify',
  /** Nothing is to be shown. */
  'idle',
] as const;

export type FeedbackKind = (typeof feedbackKinds)[number];

/** Kinds that refuse for good: whoever tapped is waited for no longer. */
export const denialKinds = ['unknown', 'not-now', 'no-pass', 'door-closed', 'not-here', 'try-again'] as const;

/** What answers beside the rows: badges (C0), a disk that fails. */
type OtherReason = 'credential-replayed' | 'storage-failed';

const kinds: Readonly<Record<DenyReason | OtherReason, FeedbackKind>> = {
  'unknown-credential': 'unknown',
  'credential-blocked': 'unknown',
  'credential-expired': 'unknown',
  'credential-replayed': 'unknown',
  'account-disabled': 'unknown',
  'pin-wrong': 'unknown',
  // Were it shown, a reader that is locked out would tell a right PIN from a wrong one.
  'locked-out': 'unknown',
  'credential-not-yet-valid': 'not-now',
  'visitor-not-approved': 'not-now',
  'visitor-outside-window': 'not-now',
  'pass-outside-timeslot': 'not-now',
  occupancy: 'not-now',
  'plan-limit': 'no-pass',
  'contract-frozen': 'no-pass',
  'pass-expired': 'no-pass',
  'pass-exhausted': 'no-pass',
  'no-pass': 'no-pass',
  lockdown: 'door-closed',
  locked: 'door-closed',
  closed: 'door-closed',
  'not-authorised': 'not-here',
  'pass-not-valid-here': 'not-here',
  'anti-passback': 'not-here',
  interlock: 'try-again',
  'storage-failed': 'try-again',
  'pin-required': 'pin',
  // For whoever would be denied with a second person, too: see `waitsFor`.
  'second-person': 'not-now',
  'clock-untrusted': 'not-trusted',
};

/**
 * What a tap's answer looks like at its reader. A reason of a newer program looks like the one that tells least.
 * @param waitsFor what may still be shown: of two things that are missing the one that is taken next; undefined: nothing, and
 *   whoever would be denied with a second person, too, is not told to wait for one.
 */
export function kindOfAnswer(granted: boolean, reason: string, waitsFor?: WaitsFor): FeedbackKind {
  if (granted) return 'granted';
  if (waitsFor !== undefined) return waitsFor === 'pin' ? 'pin' : 'second-person';
  return Object.hasOwn(kinds, reason) ? kinds[reason as keyof typeof kinds] : 'unknown';
}

/** Whether somebody who got this answer is waited for. */
export function isWaiting(kind: FeedbackKind): boolean {
  return kind === 'pin' || kind === 'second-person';
}

/** Whether it is shown anew while it lasts, so that a reader that only beeps goes on telling it. */
export function isInsistent(kind: FeedbackKind): boolean {
  return kind === 'pre-alarm' || kind === 'held' || kind === 'identify';
}
