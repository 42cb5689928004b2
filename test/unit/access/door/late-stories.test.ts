// Stories of a door whose inputs tell late, that outlives its program, or that is to stay shut while the disk fails.

import { describe, expect, it } from 'vitest';
import { type DoorInput, doorDeadline, stepDoor } from '../../../../access/door/machine.ts';
import { type DoorState, type DoorTime, foundDoor, savedOf } from '../../../../access/door/state.ts';
import {
  alarm,
  at,
  close,
  closedAt,
  expectSteps,
  giveBack,
  granted,
  open,
  openedAt,
  press,
  pressedAt,
  type Step,
  schedule,
  set,
  settings,
  shut,
  tick,
  word,
} from './story-parts.ts';

/** Of a contact that tells 30 ms after what happened, and a button that does so after 100 ms. */
const lags: Readonly<Record<string, readonly Step[]>> = {
  'opened in the last instant of a release: taken, and not forced': [
    [0, granted, 'unlocked', []],
    [5_000, tick, 'locked', []],
    [5_029, openedAt(4_999), 'locked', ['door.opened']],
    [6_000, tick, 'locked', []],
    [25_000, tick, 'locked', ['door.pre-alarm']],
  ],
  'opened at the end of a release: nobody took it, and the door is forced': [
    [0, granted, 'unlocked', []],
    [5_000, tick, 'locked', []],
    [5_029, tick, 'locked', []],
    [5_030, tick, 'locked', ['access.not-taken']],
    [5_030, openedAt(5_000), 'locked', []],
    [5_100, tick, 'locked', ['door.opened', 'door.forced']],
  ],
  'opened before the grant: forced, whatever frees the door by then': [
    [1_000, granted, 'unlocked', []],
    [1_029, openedAt(999), 'unlocked', []],
    [1_099, tick, 'unlocked', ['door.opened', 'door.forced']],
  ],
  'opened in a release that is over, told of in the next one: the first is taken': [
    [0, granted, 'unlocked', []],
    [5_010, granted, 'unlocked', []],
    [5_020, openedAt(4_990), 'unlocked', ['door.opened']],
    [20_000, tick, 'locked', []],
  ],
  'opened in the next release: the one before was not taken': [
    [0, granted, 'unlocked', []],
    [5_010, granted, 'unlocked', []],
    [5_050, openedAt(5_020), 'unlocked', ['access.not-taken', 'door.opened']],
    [20_000, tick, 'locked', []],
  ],
  'a release that a command ends is judged by the same instants': [
    [0, granted, 'unlocked', []],
    [1_000, { do: 'lock' }, 'locked', []],
    [1_020, openedAt(990), 'locked', ['door.opened']],
    [2_000, closedAt(1_970), 'locked', ['door.closed']],
    [3_000, granted, 'unlocked', []],
    [4_000, set('locked'), 'locked', ['locked by office']],
    [4_030, tick, 'locked', ['access.not-taken']],
  ],
  'pressed, opened, and told of in the other order: no alarm': [
    [1_030, openedAt(1_000), 'locked', []],
    [1_090, pressedAt(990), 'unlocked', ['rex.activated']],
    [1_100, tick, 'unlocked', ['door.opened']],
  ],
  'opened, and pressed only then: forced': [
    [1_030, openedAt(1_000), 'locked', []],
    [1_099, pressedAt(1_001), 'unlocked', ['rex.activated']],
    [1_100, tick, 'unlocked', ['door.opened', 'door.forced']],
  ],
  'opened and closed before it is judged: told of in one go': [
    [1_030, openedAt(1_000), 'locked', []],
    [1_080, closedAt(1_050), 'locked', ['door.opened', 'door.forced', 'door.closed', 'door.secured']],
    [2_000, tick, 'locked', []],
  ],
  'held counts from when it was opened, not from when that was told': [
    [0, set('unlocked'), 'unlocked', ['unlocked by office']],
    [1_030, openedAt(1_000), 'unlocked', ['door.opened']],
    [1_040, giveBack, 'locked', ['controlled by boss']],
    [31_039, tick, 'locked', ['door.pre-alarm']],
    [31_040, tick, 'locked', ['door.held']],
  ],
};

describe('a door whose inputs tell late', () => {
  it.each(Object.entries(lags))('%s', (_, steps) => {
    expectSteps(steps, { ...settings, contactLagMs: 30, exitLagMs: 100 });
  });
});

describe('a door that stood open when the program ended', () => {
  const forced = stepDoor(shut, open, settings, at(1_000)).state;
  const leftOpen = stepDoor(stepDoor(shut, granted, settings, at(0)).state, open, settings, at(1_000)).state;
  const found = (state: DoorState, input: DoorInput, time: DoorTime): DoorState & { told: string[] } => {
    const step = stepDoor(foundDoor(savedOf(state)), input, settings, time);
    return { ...step.state, told: step.records.map(word) };
  };

  it('and was closed meanwhile is told of as closed, and secured after an alarm', () => {
    expect(found(forced, close, at(9_000)).told).toEqual(['door.closed', 'door.secured']);
    expect(found(leftOpen, close, at(9_000)).told).toEqual(['door.closed']);
    expect(found(shut, close, at(9_000)).told).toEqual([]);
  });

  it('is held by the instants of its boot', () => {
    const ended = stepDoor(leftOpen, tick, settings, at(5_000)).state;
    const door = found(ended, open, { ...at(9_000), wallMs: 0 });
    expect([door.told, doorDeadline(door, settings).sinceBootMs]).toEqual([[], 25_000]);
  });

  it('is held by the wall in another boot, and by a clock that was set back not before its time', () => {
    const ended = stepDoor(leftOpen, tick, settings, at(5_000)).state;
    const next = { sinceBootMs: 500, boot: 'b2', known: true };
    const door = found(ended, open, { ...next, wallMs: 86_400_000 + 11_000 });
    expect([door.told, doorDeadline(door, settings).sinceBootMs]).toEqual([[], 500 - 6_000 + 20_000]);
    const setBack = found(ended, open, { ...next, wallMs: 0 });
    expect(doorDeadline(setBack, settings).sinceBootMs).toBe(500 + 20_000);
    const late = stepDoor(door, tick, settings, { ...next, sinceBootMs: 24_500, wallMs: 86_400_000 + 35_000 });
    expect(late.records.map(word)).toEqual(['door.pre-alarm', 'door.held']);
  });

  it('while something freed it was freed to the end of the program', () => {
    expect(doorDeadline(found(leftOpen, open, at(9_000)), settings).sinceBootMs).toBe(29_000);
  });

  it('is known as such until its contact can be read, and over one more end', () => {
    const unread = found(forced, tick, at(9_000));
    expect([unread.contact, unread.told]).toEqual([null, []]);
    expect(found(unread, close, at(10_000)).told).toEqual(['door.closed', 'door.secured']);
    const read = found(unread, open, at(10_000));
    expect([read.told, read.alarm]).toEqual([[], 'forced']);
  });
});

describe('a door that is to stay shut where nothing can be recorded', () => {
  const shutStep = (state: DoorState, input: DoorInput, atMs: number): readonly unknown[] => {
    const step = stepDoor(state, input, settings, at(atMs), false);
    const after = stepDoor(step.state, tick, settings, at(atMs + 1));
    return [step.state.lock, step.records.map(word), after.state.lock, after.records.map(word)];
  };

  it('is freed by no schedule and no end of a mode, until they can be', () => {
    const runs = shutStep(shut, schedule(true), 0);
    expect(runs).toEqual(['locked', [], 'unlocked', ['unlocked by schedule']]);
    const unlocked = stepDoor(shut, set('unlocked'), settings, at(0)).state;
    const { settings: both } = stepDoor(unlocked, set('locked', 86_400_500), settings, at(1)).state;
    const locked = stepDoor({ ...shut, settings: both }, tick, settings, at(2)).state;
    expect(shutStep(locked, tick, 500)).toEqual(['locked', [], 'unlocked', ['unlocked by office']]);
  });

  it('is freed by a request-to-exit and a fire all the same', () => {
    expect(shutStep(shut, press, 0).slice(0, 2)).toEqual(['unlocked', ['rex.activated']]);
    expect(shutStep(shut, alarm(true), 0).slice(0, 2)).toEqual(['unlocked', ['fire.activated']]);
  });
});
