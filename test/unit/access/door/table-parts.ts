// The named states and inputs of the door's table, and a row of it in words.

import { type DoorInput, stepDoor } from '../../../../access/door/machine.ts';
import type { SetMode } from '../../../../access/door/modes.ts';
import { type DoorSettings, type DoorState, foundDoor, newDoor } from '../../../../access/door/state.ts';

const settings: DoorSettings = {
  id: 'main',
  heldAfterMs: 30_000,
  preAlarmMs: 10_000,
  unlockTimeMs: 5_000,
  contactLagMs: 0,
  exitLagMs: 0,
};

const set = (mode: SetMode): DoorInput => ({
  do: 'set',
  mode,
  setting: { by: 'office', untilMs: null, spaceWide: false },
});

/** `time …` lets that much pass first. */
export const inputs = {
  grant: { do: 'grant', forMs: 5_000, grant: { reader: 'in', data: {} } },
  unlock: { do: 'unlock', forMs: 5_000 },
  lock: { do: 'lock' },
  'set unlocked': set('unlocked'),
  'set locked': set('locked'),
  'set lockdown': set('lockdown'),
  'give back': { do: 'give-back', by: 'boss' },
  'schedule runs': { do: 'schedule', runs: true },
  'schedule ends': { do: 'schedule', runs: false },
  entered: { do: 'entered' },
  open: { do: 'contact', open: true },
  close: { do: 'contact', open: false },
  press: { do: 'request-to-exit', active: true },
  'let go': { do: 'request-to-exit', active: false },
  fire: { do: 'fire', from: 'main', active: true },
  'fire cleared': { do: 'fire', from: 'main', active: false },
  tamper: { do: 'tamper', active: true },
  'time 1 s': { do: 'tick' },
  'time 26 s': { do: 'tick' },
  'time 60 s': { do: 'tick' },
} as const satisfies Readonly<Record<string, DoorInput>>;

export type InputName = keyof typeof inputs;

const { grant, open, press, fire } = inputs;
const lateMs: Readonly<Record<string, number>> = { 'time 1 s': 1_000, 'time 26 s': 26_000, 'time 60 s': 60_000 };

/** How each state comes about: inputs with the time since the start, milliseconds. */
export const states = {
  shut: [],
  released: [[0, grant]],
  exiting: [[0, press]],
  'open in a release': [
    [0, grant],
    [1_000, open],
  ],
  'left open': [
    [0, grant],
    [1_000, open],
    [6_000, inputs['time 1 s']],
  ],
  warned: [
    [0, grant],
    [1_000, open],
    [26_000, inputs['time 1 s']],
  ],
  held: [
    [0, grant],
    [1_000, open],
    [36_000, inputs['time 1 s']],
  ],
  forced: [[0, open]],
  scheduled: [[0, inputs['schedule runs']]],
  unlocked: [[0, set('unlocked')]],
  locked: [[0, set('locked')]],
  lockdown: [[0, set('lockdown')]],
  fire: [[0, fire]],
} as const satisfies Readonly<Record<string, readonly (readonly [number, DoorInput])[]>>;

export type StateName = keyof typeof states;

/** The next state and its effects: `lock mode`, `alarm`, then the records in order, or that it was refused. */
export function cell(name: StateName, input: InputName): string {
  let state: DoorState = { ...foundDoor(newDoor), contact: 'closed' };
  let nowMs = 0;
  const at = (sinceBootMs: number) => ({ sinceBootMs, boot: 'b1', wallMs: sinceBootMs, known: true });
  for (const [atMs, one] of states[name]) {
    state = stepDoor(state, one, settings, at(atMs)).state;
    nowMs = atMs;
  }
  const step = stepDoor(state, inputs[input], settings, at(nowMs + (lateMs[input] ?? 0)));
  const { lock, inForce, alarm } = step.state;
  const told = step.records.map(({ type, data }) => (type === 'accesspoint.mode' ? `mode by ${data.by}` : type));
  const words = [`${lock} ${inForce.mode}`, ...(alarm === null ? [] : [`(${alarm})`]), ...told];
  return [...words, ...(step.refused === null ? [] : ['REFUSED'])].join(' ');
}
