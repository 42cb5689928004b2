// The stories of a door: its settings, inputs and instants, and how a story is told.

import { expect } from 'vitest';
import { type DoorInput, stepDoor } from '../../../../access/door/machine.ts';
import type { SetMode } from '../../../../access/door/modes.ts';
import { type DoorSettings, type DoorState, type DoorTime, foundDoor, newDoor } from '../../../../access/door/state.ts';
import type { EventDraft } from '../../../../access/event.ts';

export const settings: DoorSettings = {
  id: 'main',
  heldAfterMs: 30_000,
  preAlarmMs: 10_000,
  unlockTimeMs: 5_000,
  contactLagMs: 0,
  exitLagMs: 0,
};
export const shut: DoorState = { ...foundDoor(newDoor), contact: 'closed' };
export const open: DoorInput = { do: 'contact', open: true };
export const close: DoorInput = { do: 'contact', open: false };
export const tick: DoorInput = { do: 'tick' };
export const granted: DoorInput = { do: 'grant', forMs: 5_000, grant: { reader: 'in', data: { reason: 'pass' } } };
export const again: DoorInput = { do: 'grant', forMs: 5_000, grant: null };
export const unlock: DoorInput = { do: 'unlock', forMs: 5_000 };
export const press: DoorInput = { do: 'request-to-exit', active: true };
export const letGo: DoorInput = { do: 'request-to-exit', active: false };
export const alarm = (active: boolean, from = 'main'): DoorInput => ({ do: 'fire', from, active });
export const giveBack: DoorInput = { do: 'give-back', by: 'boss' };
export const set = (mode: SetMode, untilMs: number | null = null, by = 'office'): DoorInput => {
  return { do: 'set', mode, setting: { by, untilMs, spaceWide: false } };
};
export const schedule = (runs: boolean): DoorInput => ({ do: 'schedule', runs });
export const openedAt = (atMs: number): DoorInput => ({ ...open, atMs });
export const closedAt = (atMs: number): DoorInput => ({ ...close, atMs });
export const pressedAt = (atMs: number): DoorInput => ({ ...press, atMs });

/** Wall and monotonic side run together in the stories, a day apart. */
export const at = (sinceBootMs: number, known = true): DoorTime => ({
  sinceBootMs,
  boot: 'b1',
  wallMs: sinceBootMs + 86_400_000,
  known,
});

export type Step = readonly [atMs: number, input: DoorInput, lock: DoorState['lock'], records: readonly string[]];

/** `type`, or `mode by` of a change of mode. */
export function word({ type, data }: EventDraft): string {
  return type === 'accesspoint.mode' ? `${data.mode} by ${data.by}` : type;
}

export function expectSteps(steps: readonly Step[], with_: DoorSettings): void {
  let state = shut;
  for (const [atMs, input, lock, records] of steps) {
    const step = stepDoor(state, input, with_, at(atMs));
    expect([atMs, step.state.lock, step.records.map(word), step.refused]).toEqual([atMs, lock, records, null]);
    state = step.state;
  }
}
