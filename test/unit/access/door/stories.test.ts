// rules.md section 6 as stories of one door: input after input, what is recorded and what the lock does.

import { describe, expect, it } from 'vitest';
import { doorDeadline, stepDoor } from '../../../../access/door/machine.ts';
import { type DoorSettings, foundDoor, newDoor, savedOf } from '../../../../access/door/state.ts';
import {
  again,
  alarm,
  at,
  close,
  expectSteps,
  giveBack,
  granted,
  letGo,
  open,
  press,
  type Step,
  schedule,
  set,
  settings,
  shut,
  tick,
  unlock,
  word,
} from './story-parts.ts';

const releases: Readonly<Record<string, readonly Step[]>> = {
  'a release ends with its time, and says so where nobody opened': [
    [0, granted, 'unlocked', []],
    [4_999, tick, 'unlocked', []],
    [5_000, tick, 'locked', ['access.not-taken']],
  ],
  'a command releases once, for nobody in particular': [
    [0, unlock, 'unlocked', []],
    [5_000, tick, 'locked', []],
  ],
  'the lock is secured as soon as the door has opened and closed': [
    [0, granted, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [2_000, close, 'locked', ['door.closed']],
    [3_000, open, 'locked', ['door.opened', 'door.forced']],
  ],
  'a second grant runs from its own instant, and each is told of': [
    [0, granted, 'unlocked', []],
    [4_000, granted, 'unlocked', []],
    [8_999, tick, 'unlocked', []],
    [9_000, tick, 'locked', ['access.not-taken', 'access.not-taken']],
  ],
  'a repeated tap releases anew and is no second grant': [
    [0, granted, 'unlocked', []],
    [4_000, again, 'unlocked', []],
    [9_000, tick, 'locked', ['access.not-taken']],
    [9_500, again, 'unlocked', []],
    [14_500, tick, 'locked', []],
  ],
  'a grant is taken by whoever opens the door, from inside too': [
    [0, granted, 'unlocked', []],
    [1_000, press, 'unlocked', ['rex.activated']],
    [2_000, open, 'unlocked', ['door.opened']],
    [60_000, letGo, 'locked', []],
  ],
  'lock ends a release, and no request-to-exit': [
    [0, granted, 'unlocked', []],
    [1_000, { do: 'lock' }, 'locked', ['access.not-taken']],
    [2_000, open, 'locked', ['door.opened', 'door.forced']],
    [3_000, close, 'locked', ['door.closed', 'door.secured']],
    [4_000, press, 'unlocked', ['rex.activated']],
    [5_000, letGo, 'unlocked', []],
    [6_000, { do: 'lock' }, 'unlocked', []],
    [9_000, tick, 'locked', []],
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
    [150_000, tick, 'locked', ['door.pre-alarm', 'door.held']],
  ],
  'request-to-exit in lockdown is no alarm': [
    [0, set('lockdown'), 'locked', ['lockdown by office']],
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
};

const alarms: Readonly<Record<string, readonly Step[]>> = {
  'opened without a release: forced, never held, secured when closed': [
    [0, open, 'locked', ['door.opened', 'door.forced']],
    [60_000, tick, 'locked', []],
    [70_000, close, 'locked', ['door.closed', 'door.secured']],
  ],
  'held counts from the end of the release when that is later, and warns before': [
    [0, granted, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [5_000, tick, 'locked', []],
    [24_999, tick, 'locked', []],
    [25_000, tick, 'locked', ['door.pre-alarm']],
    [34_999, tick, 'locked', []],
    [35_000, tick, 'locked', ['door.held']],
    [90_000, tick, 'locked', []],
    [91_000, close, 'locked', ['door.closed', 'door.secured']],
  ],
  'closed after the warning alone: nothing to secure': [
    [0, granted, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [30_000, close, 'locked', ['door.pre-alarm', 'door.closed']],
  ],
  'a release after the warning makes it warn anew': [
    [0, granted, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [30_000, granted, 'unlocked', ['door.pre-alarm']],
    [55_000, tick, 'locked', ['door.pre-alarm']],
    [65_000, tick, 'locked', ['door.held']],
  ],
  'held counts from the opening in unlocked mode only once that ends': [
    [0, set('unlocked'), 'unlocked', ['unlocked by office']],
    [1_000, open, 'unlocked', ['door.opened']],
    [100_000, tick, 'unlocked', []],
    [100_000, giveBack, 'locked', ['controlled by boss']],
    [119_999, tick, 'locked', []],
    [130_000, tick, 'locked', ['door.pre-alarm', 'door.held']],
  ],
  'a late tick still tells what fell due, in its order': [
    [0, granted, 'unlocked', []],
    [1_000, open, 'unlocked', ['door.opened']],
    [90_000, close, 'locked', ['door.pre-alarm', 'door.held', 'door.closed', 'door.secured']],
  ],
  'the same level twice is told once': [
    [0, unlock, 'unlocked', []],
    [1, open, 'unlocked', ['door.opened']],
    [2, open, 'unlocked', []],
    [3, close, 'locked', ['door.closed']],
    [4, close, 'locked', []],
    [5, press, 'unlocked', ['rex.activated']],
    [6, press, 'unlocked', []],
    [7, { do: 'tamper', active: false }, 'unlocked', []],
    [8, { do: 'tamper', active: true }, 'unlocked', ['tamper']],
    [9, { do: 'tamper', active: true }, 'unlocked', []],
    [10, alarm(false), 'unlocked', []],
  ],
  'fire frees the door in lockdown and silences it, until the last alarm is cleared': [
    [0, set('lockdown'), 'locked', ['lockdown by office']],
    [1_000, alarm(true), 'unlocked', ['fire.activated']],
    [2_000, open, 'unlocked', ['door.opened']],
    [3_000, alarm(true, 'lab'), 'unlocked', ['fire.activated']],
    [90_000, close, 'unlocked', ['door.closed']],
    [91_000, open, 'unlocked', ['door.opened']],
    [92_000, alarm(false), 'unlocked', ['fire.cleared']],
    [93_000, alarm(false, 'lab'), 'locked', ['fire.cleared']],
    [112_999, tick, 'locked', []],
    [123_000, tick, 'locked', ['door.pre-alarm', 'door.held']],
  ],
  'a door that was forced before the fire is secured when it closes': [
    [0, open, 'locked', ['door.opened', 'door.forced']],
    [1_000, alarm(true), 'unlocked', ['fire.activated']],
    [2_000, close, 'unlocked', ['door.closed', 'door.secured']],
  ],
};

const modes: Readonly<Record<string, readonly Step[]>> = {
  'at a door that stands free nobody has to open': [
    [0, schedule(true), 'unlocked', ['unlocked by schedule']],
    [1_000, granted, 'unlocked', []],
    [9_000, tick, 'unlocked', []],
  ],
  'a door that is shut to all ends what was released, but no request-to-exit': [
    [0, granted, 'unlocked', []],
    [1_000, set('locked'), 'locked', ['locked by office', 'access.not-taken']],
    [2_000, granted, 'unlocked', []],
    [3_000, open, 'unlocked', ['door.opened']],
    [4_000, press, 'unlocked', ['rex.activated']],
    [5_000, set('lockdown'), 'unlocked', ['lockdown by office']],
    [6_000, letGo, 'unlocked', []],
    [9_000, tick, 'locked', []],
  ],
  'modes by their rank: the last that is set, and below its end what it stood on': [
    [0, schedule(true), 'unlocked', ['unlocked by schedule']],
    [1_000, set('unlocked'), 'unlocked', ['unlocked by office']],
    [2_000, schedule(false), 'unlocked', []],
    [3_000, set('locked', 86_410_000), 'locked', ['locked by office']],
    [10_000, tick, 'unlocked', ['unlocked by office']],
    [11_000, set('locked'), 'locked', ['locked by office']],
    [12_000, set('unlocked', 86_420_000), 'unlocked', ['unlocked by office']],
    [20_000, tick, 'locked', ['controlled by until']],
    [21_000, set('lockdown'), 'locked', ['lockdown by office']],
    [22_000, schedule(true), 'locked', []],
    [23_000, giveBack, 'unlocked', ['unlocked by schedule']],
    [24_000, schedule(false), 'locked', ['controlled by schedule']],
  ],
  'who sets what is set already is told of where it is somebody else; a lockdown stays whose it is': [
    [0, set('locked'), 'locked', ['locked by office']],
    [1, set('locked'), 'locked', []],
    [2, set('locked', null, 'sam'), 'locked', ['locked by sam']],
    [3, set('lockdown'), 'locked', ['lockdown by office']],
    [4, set('lockdown', null, 'sam'), 'locked', []],
  ],
};

describe('a door', () => {
  it.each([releases, alarms, modes].flatMap((some) => Object.entries(some)))('%s', (_, steps) => {
    expectSteps(steps, settings);
  });

  it('found open at the start was not forced now, and becomes held', () => {
    const { state, records } = stepDoor(foundDoor(newDoor), open, settings, at(1_000));
    expect(records.map(word)).toEqual(['door.opened']);
    expect(doorDeadline(state, settings)).toEqual({ sinceBootMs: 21_000, wallMs: null });
    expect(doorDeadline(state, { ...settings, preAlarmMs: 0 })).toEqual({ sinceBootMs: 31_000, wallMs: null });
  });

  it('without a contact changes only with its release, and cannot say who came through', () => {
    const none: DoorSettings = { ...settings, heldAfterMs: null };
    const { state } = stepDoor(foundDoor(newDoor), granted, none, at(0));
    expect(doorDeadline(state, none)).toEqual({ sinceBootMs: 5_000, wallMs: null });
    expect(stepDoor(state, tick, none, at(5_000)).records).toEqual([]);
    expect(doorDeadline(shut, none)).toEqual({ sinceBootMs: null, wallMs: null });
  });

  it('says what was not taken as the grant that it was', () => {
    const { state } = stepDoor(shut, granted, settings, at(0));
    expect(stepDoor(state, tick, settings, at(5_000)).records).toEqual([
      { type: 'access.not-taken', accessPoint: 'main', reader: 'in', data: { reason: 'pass' } },
    ]);
  });

  it('waits for at most 32 grants at once', () => {
    let state = shut;
    for (let n = 0; n < 40; n++) state = stepDoor(state, granted, settings, at(n)).state;
    expect(stepDoor(state, tick, settings, at(10_000)).records).toHaveLength(32);
  });

  it('comes up in the mode that is in force now, telling only what changed', () => {
    const saved = savedOf(stepDoor(shut, set('unlocked', 86_410_000), settings, at(0)).state);
    const found = (runs: boolean, atMs: number): readonly unknown[] => {
      const { state, records } = stepDoor(foundDoor(saved), schedule(runs), settings, at(atMs));
      return [state.lock, records.map(word)];
    };
    expect(found(false, 5_000)).toEqual(['unlocked', []]);
    expect(found(true, 10_000)).toEqual(['unlocked', ['unlocked by schedule']]);
    expect(found(false, 10_000)).toEqual(['locked', ['controlled by until']]);
  });

  it('stands free until an hour only where the time is known', () => {
    const { state } = stepDoor(shut, set('unlocked', 86_410_000), settings, at(0));
    const lost = stepDoor(foundDoor(savedOf(state)), tick, settings, at(1_000, false));
    expect([lost.state.lock, lost.records.map(word)]).toEqual(['locked', ['controlled by schedule']]);
    const found = stepDoor(lost.state, tick, settings, at(2_000));
    expect([found.state.lock, found.records.map(word)]).toEqual(['unlocked', ['unlocked by office']]);
    expect(stepDoor(shut, set('locked', 86_410_000), settings, at(0, false)).state.inForce.mode).toBe('locked');
  });
});
