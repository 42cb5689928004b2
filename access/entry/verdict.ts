// What a row of the check-in table says (rules.md section 2).

import type { Coverage } from '../facts.ts';
import type { Held } from '../passes/held.ts';

export type DenyReason =
  | 'unknown-credential'
  | 'credential-blocked'
  | 'credential-expired'
  | 'credential-not-yet-valid'
  | 'account-disabled'
  | 'lockdown'
  | 'locked'
  | 'closed'
  | 'not-authorised'
  | 'locked-out'
  | 'anti-passback'
  | 'interlock'
  | 'occupancy'
  | 'second-person'
  | 'pin-required'
  | 'pin-wrong'
  | 'visitor-not-approved'
  | 'visitor-outside-window'
  | 'plan-limit'
  | 'contract-frozen'
  | 'pass-outside-timeslot'
  | 'pass-not-valid-here'
  | 'pass-expired'
  | 'pass-exhausted'
  | 'no-pass'
  | 'clock-untrusted';

export type GrantReason =
  | 'pass'
  | 'plan'
  | 'no-pass-needed'
  | 're-entry'
  | 'booking'
  | 'visitor'
  | 'staff'
  | 'exit'
  | 'flagged'
  | 'pay-as-you-go'
  | 'schedule'
  | 'command';

export interface Denial {
  readonly door: 'deny';
  readonly reason: DenyReason;
  /** *deny*: a booking or the policy `open-and-flag` opens all the same. */
  readonly soft: boolean;
  /** Whether the check-in is recorded as rejected. */
  readonly rejected: boolean;
  readonly nextValidMs: number | null;
}

export interface Grant {
  readonly door: 'open';
  readonly reason: GrantReason;
  /** null: no new visit. */
  readonly checkIn: { readonly coverage: Coverage; readonly held: Held | null } | null;
}

export type Verdict = Denial | Grant;

export function deny(
  reason: DenyReason,
  { soft = false, rejected = true, nextValidMs = null }: Partial<Omit<Denial, 'door' | 'reason'>> = {},
): Denial {
  return { door: 'deny', reason, soft, rejected, nextValidMs };
}

export function open(reason: GrantReason, checkIn: Grant['checkIn'] = null): Grant {
  return { door: 'open', reason, checkIn };
}
