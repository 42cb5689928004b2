// rules.md section 6 as stories of one door: input after input, what is recorded and what the lock does.

import { describe, expect, it } from 'vitest';
import { type DoorInput, doorDeadline, stepDoor } from '../../../../access/door/machine.ts';
import type { SetMode } from '../../../../access/door/modes.ts';
import {
  type DoorSettings,
  type DoorState,
  type DoorTime,
  foundDoor,
  newDoor,
  savedOf,
} from '../../../../access/door/state.ts';
import type { EventDraft } from '../../../../access/event.ts';

const settings: DoorSettings = {
  id: 'main',
  heldAfterMs: 30_000,
  preAlarmMs: 10_000,
  unlockTimeMs: 5_000,
  contactLagMs: 0,
  exitLagMs: 0,
};
const shut: DoorState = { ...foundDoor(newDoor), contact: 'closed' };
const open: DoorInput = { do: 'contact', open: true };
const close: DoorInput = { do: 'contact', open: false };
const tick: DoorInput = { do: 'tick' };
const granted: DoorInput = { do: 'grant', forMs: 5_000, grant: { reader: 'in', data: { reason: 'pass' } } };
const again: DoorInput = { do: 'grant', forMs: 5_000, grant: null };
const unlock: DoorInput = { do: 'unlock', forMs: 5_000 };
const press: DoorInput = { do: 'request-to-exit', active: true };
const letGo: DoorInput = { do: 'request-to-exit', active: false };
const alarm = (active: boolean, from = 'main'): DoorInput => ({ do: 'fire', from, active });
const giveBack: DoorInput = { do: 'give-back', by: 'boss' };
const set = (mode: SetMode, untilMs: number | null = null, by = 'office'): DoorInput => {
  return { do: 'set', mode, setting: { by, untilMs, spaceWide: false } };
};
const schedule = (runs: boolean): DoorInput => ({ do: 'schedule', runs });
const openedAt = (atMs: number): DoorInput => ({ ...open, atMs });
const closedAt = (atMs: number): DoorInput => ({ ...close, atMs });
const pressedAt = (atMs: number): DoorInput => ({ ...press, atMs });

/** Wall and monotonic side run together in the stories, a day apart. */
const at = (sinceBootMs: number, known = true): DoorTime => ({
  sinceBootMs,
  boot: 'b1',
  wallMs: sinceBootMs + 86_400_000,
  known,
});

type Step = readonly [atMs: number, input: DoorInput, lock: DoorState['lock'], records: readonly string[]];

/** `type`, or `mode by` of a change of mode. */
function word({ type, data }: EventDraft): string {
  return type === 'accesspoint.mode' ? `${data.mode} by ${data.by}` : type;
}

function expectSteps(steps: readonly Step[], with_: DoorSettings): void {
  let state = shut;
  for (const [atMs, input, lock, records] of steps) {
    const step = stepDoor(state, input, with_, at(atMs));
    expect([atMs, step.state.lock, step.records.map(word), step.refused]).toEqual([atMs, lock, records, null]);
    state = step.state;
  }
}

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
