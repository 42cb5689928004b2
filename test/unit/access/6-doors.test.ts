// rules.md section 6: the door as a table of {state, input, next state, records}.

import { describe, expect, it } from 'vitest';
import { closedDoor, type DoorInput, type DoorState, doorDeadline, stepDoor } from '../../../access/door/machine.ts';

const settings = { heldAfterMs: 30_000, unlockTimeMs: 5_000 };
const shut: DoorState = { ...closedDoor, contact: 'closed' };
const open: DoorInput = { do: 'contact', open: true };
const close: DoorInput = { do: 'contact', open: false };
const tick: DoorInput = { do: 'tick' };
const release: DoorInput = { do: 'release', forMs: 5_000 };
const press: DoorInput = { do: 'request-to-exit', active: true };
const letGo: DoorInput = { do: 'request-to-exit', active: false };
const mode = (to: DoorState['mode']): DoorInput => ({ do: 'mode', mode: to });

type Step = readonly [atMs: number, input: DoorInput, lock: DoorState['lock'], records: readonly string[]];

const stories: Readonly<Record<string, readonly Step[]>> = {
  'a release ends with its time': [
    [0, release, 'unlocked', []],
    [4_999, tick, 'unlocked', []],
    [5_000, tick, 'locked', []],
  ],
  'the lock is secured as soon as the door has opened and closed': [
    [0, release, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [2_000, close, 'locked', ['door.closed']],
    [3_000, open, 'locked', ['door.opened', 'door.forced']],
  ],
  'a second release runs from its own instant': [
    [0, release, 'unlocked', []],
    [4_000, release, 'unlocked', []],
    [8_999, tick, 'unlocked', []],
    [9_000, tick, 'locked', []],
  ],
  'opened without a release: forced, never held, secured when closed': [
    [0, open, 'locked', ['door.opened', 'door.forced']],
    [60_000, tick, 'locked', []],
    [70_000, close, 'locked', ['door.closed', 'door.secured']],
  ],
  'held counts from the end of the release when that is later': [
    [0, release, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [5_000, tick, 'locked', []],
    [34_999, tick, 'locked', []],
    [35_000, tick, 'locked', ['door.held']],
    [36_000, close, 'locked', ['door.closed', 'door.secured']],
  ],
  'held counts from the opening in unlocked mode only once that ends': [
    [0, mode('unlocked'), 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [100_000, tick, 'unlocked', []],
    [100_000, mode('controlled'), 'locked', []],
    [129_999, tick, 'locked', []],
    [130_000, tick, 'locked', ['door.held']],
  ],
  'a late tick still tells what fell due': [
    [0, release, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [90_000, close, 'locked', ['door.held', 'door.closed', 'door.secured']],
  ],
  'request-to-exit frees the door while it is pressed, and at least the unlock time': [
    [0, press, 'unlocked', ['rex.activated']],
    [1_000, letGo, 'unlocked', []],
    [4_999, tick, 'unlocked', []],
    [5_000, tick, 'locked', []],
    [10_000, press, 'unlocked', ['rex.activated']],
    [60_000, open, 'unlocked', ['door.opened']],
    [120_000, tick, 'unlocked', []],
    [120_000, letGo, 'locked', []],
    [150_000, tick, 'locked', ['door.held']],
  ],
  'request-to-exit in lockdown is no alarm': [
    [0, mode('lockdown'), 'locked', []],
    [1_000, press, 'unlocked', ['rex.activated']],
    [2_000, open, 'unlocked', ['door.opened']],
    [3_000, letGo, 'unlocked', []],
    [4_000, close, 'locked', ['door.closed']],
  ],
  'pressed, opened and closed: it stays free until let go': [
    [0, press, 'unlocked', ['rex.activated']],
    [1_000, open, 'unlocked', ['door.opened']],
    [2_000, close, 'unlocked', ['door.closed']],
    [3_000, letGo, 'locked', []],
  ],
  'lock ends a release': [
    [0, release, 'unlocked', []],
    [1_000, { do: 'secure' }, 'locked', []],
    [2_000, open, 'locked', ['door.opened', 'door.forced']],
  ],
  'the same level twice is told once': [
    [0, release, 'unlocked', []],
    [1, open, 'unlocked', ['door.opened']],
    [2, open, 'unlocked', []],
    [3, close, 'locked', ['door.closed']],
    [4, close, 'locked', []],
    [5, press, 'unlocked', ['rex.activated']],
    [6, press, 'unlocked', []],
  ],
};

describe('a door', () => {
  it.each(Object.entries(stories))('%s', (_, steps) => {
    let state = shut;
    for (const [atMs, input, lock, records] of steps) {
      const step = stepDoor(state, input, settings, atMs);
      expect([atMs, step.state.lock, step.records]).toEqual([atMs, lock, records]);
      state = step.state;
    }
  });

  it('found open at the start was not forced now, and becomes held', () => {
    const { state, records } = stepDoor(closedDoor, open, settings, 1_000);
    expect(records).toEqual(['door.opened']);
    expect(doorDeadline(state, settings)).toBe(31_000);
  });

  it.each<[DoorState['mode']]>([['controlled'], ['locked'], ['lockdown']])('in mode %s is secured', (to) => {
    expect(stepDoor({ ...shut, mode: 'unlocked' }, mode(to), settings, 0).state.lock).toBe('locked');
  });

  it('without a contact changes only with its release', () => {
    const none = { heldAfterMs: null, unlockTimeMs: 5_000 };
    expect(doorDeadline(stepDoor(closedDoor, release, none, 0).state, none)).toBe(5_000);
    expect(doorDeadline(closedDoor, none)).toBeNull();
  });
});
