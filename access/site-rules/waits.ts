// Who was denied and may go on by showing what is missing: a PIN after the credential, a second person after the first
// (rules.md C6a). Whoever would be denied all the same waits for nothing.

import type { StateChange } from '../change.ts';
import type { Approach } from '../entry/tap.ts';
import type { DenyReason } from '../entry/verdict.ts';
import type { Holder } from '../facts.ts';
import { anchorOf, elapsedMs } from './elapsed.ts';
import type { Waiting, WaitsFor } from './state.ts';

/**
 * What is missing after a denial; null: nothing that could be shown now.
 * @param reason of the denial; null: the door opens.
 * @param rest the reason that is left with a second person there; null: the door opens then.
 */
export function missing(tap: Approach, reason: DenyReason | null, rest: () => DenyReason | null): WaitsFor | null {
  // Only somebody at a reader can go on there.
  if (tap.credential === null) return null;
  const left = reason === 'second-person' ? rest() : reason;
  if (left === null) return reason === null ? null : 'companion';
  const takesPin = tap.accessPoint.siteRules.pin.use === 'required' && tap.credential.type !== 'pin';
  return left === 'pin-required' && takesPin ? 'pin' : null;
}

export function waits(tap: Approach, holder: Holder, slot: WaitsFor | null): readonly StateChange[] {
  const { accessPoint, credential, at, pin = null } = tap;
  const { id, direction } = tap.reader;
  if (slot === null || credential === null || id === null) return [];
  const waiting: Waiting = { credential, reader: { id, direction }, holder, at: anchorOf(at), pin };
  return [{ do: 'wait', accessPoint: accessPoint.id, for: slot, waiting }];
}

/** Who waits at the tap's door, in time; null: nobody does. */
export function waitingFor(slot: WaitsFor, { accessPoint, facts, at }: Approach, withinMs: number): Waiting | null {
  const waiting = facts.waitingAt(accessPoint.id)?.[slot] ?? null;
  if (waiting === null) return null;
  // Over a reboot only a clock that is right tells how long ago it was.
  const isKnown = waiting.at.boot === at.boot || at.synchronised;
  return isKnown && elapsedMs(waiting.at, at) <= withinMs ? waiting : null;
}

export function waitEnds({ accessPoint }: Approach, slot: WaitsFor): StateChange {
  return { do: 'wait', accessPoint: accessPoint.id, for: slot, waiting: null };
}
