// A PIN that follows a credential (rules.md C6a): it is the second half of that credential's tap, which is then decided with
// it. A PIN that does not fit ends the tap; the credential is to be shown again.

import type { StateChange } from '../change.ts';
import { directionOf } from '../entry/direction.ts';
import { at } from '../entry/records.ts';
import { refused } from '../entry/refused.ts';
import type { Ruling, Tap } from '../entry/tap.ts';
import type { DenyReason } from '../entry/verdict.ts';
import type { EventDraft } from '../event.ts';
import type { HeldCredential, Holder } from '../facts.ts';
import { tried } from './attempts.ts';
import { isGuessedAt } from './rows.ts';
import { isSame, nothingTried, type Waiting } from './state.ts';
import { waitEnds, waitingFor } from './waits.ts';

export interface PinStep {
  /** The tap to decide; null where the ruling is there. */
  readonly tap: Tap | null;
  readonly ruling: Ruling | null;
  /** To be done before what the decision changes. */
  readonly changes: readonly StateChange[];
}

/** @param horizonMs how long the PIN has to stay valid from the tap on: where the clock is not trusted. */
export function pinStep(tap: Tap, horizonMs = 0): PinStep {
  const { use, withinMs } = tap.accessPoint.siteRules.pin;
  const asItIs = { tap, ruling: null, changes: [] };
  if (use !== 'required' || tap.credential.type !== 'pin' || tap.mode === 'unlocked') return asItIs;
  const waiting = waitingFor('pin', tap, withinMs);
  const found = tap.facts.credential(tap.credential.hash);
  // Whoever waits on the way in holds up nobody on the way out.
  if (waiting === null || isWayOut(tap, found?.holder ?? null)) return asItIs;
  const changes = [waitEnds(tap, 'pin')];
  const whole: Tap = { ...tap, credential: waiting.credential, reader: waiting.reader };
  const ruled = (reason: DenyReason, guess: Guess = nothing): PinStep => ({
    tap: null,
    ruling: refusedPin(whole, waiting, reason, guess),
    changes,
  });
  if (isGuessedAt(whole)) return ruled('locked-out');
  if (found === undefined || !isRight(found, waiting, tap.at.wallMs)) {
    return ruled('pin-wrong', guessed(whole, waiting.credential.hash));
  }
  if (!isRight(found, waiting, tap.at.wallMs + horizonMs)) return ruled('clock-untrusted');
  return { tap: { ...whole, pin: { duress: found.credential.duress } }, ruling: null, changes };
}

function isWayOut(tap: Tap, holder: Holder | null): boolean {
  return holder === null ? tap.reader.direction === 'out' : directionOf(tap, holder) === 'out';
}

function isRight({ credential, holder }: HeldCredential, waiting: Waiting, ms: number): boolean {
  if (holder === null || !isSame(holder, waiting.holder) || credential.status !== 'active') return false;
  const { validFrom, expires } = credential;
  return (validFrom === null || validFrom <= ms) && (expires === null || ms < expires);
}

interface Guess {
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
}

const nothing: Guess = { drafts: [], changes: [] };

/**
 * What an unknown credential or a wrong PIN comes to at its reader, where guesses are counted.
 * @param hash of the credential that the wrong PIN was to go with; null: an unknown credential.
 */
export function guessed(tap: Tap, hash: string | null): Guess {
  const { accessPoint, reader, facts } = tap;
  const { lockOut } = accessPoint.siteRules;
  if (lockOut === null) return nothing;
  const after = tried(facts.attempts(reader.id) ?? nothingTried, hash, lockOut, tap.at);
  if (after === null) return nothing;
  const changes: StateChange[] = [{ do: 'attempts', reader: reader.id, attempts: after.attempts }];
  const data = { attempts: lockOut.attempts, withinMs: lockOut.windowMs, lockedOutMs: lockOut.lastsMs };
  return { drafts: after.locksOut ? [at(tap, { type: 'credential.attack', data })] : [], changes };
}

function refusedPin(tap: Tap, { holder }: Waiting, reason: DenyReason, guess: Guess): Ruling {
  const credential = tap.facts.credential(tap.credential.hash) ?? null;
  const ruling = refused(tap, { credential, holder }, 'in', reason, ['pin']);
  return { ...ruling, drafts: [...ruling.drafts, ...guess.drafts], changes: [...ruling.changes, ...guess.changes] };
}
