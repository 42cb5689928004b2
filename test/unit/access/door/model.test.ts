// Every distinct state that a door can come into, each expanded once with every input, short waits, steps of the wall clock and
// crashes; what must hold of each step is said here from the inputs and the records alone, apart from the machine.

import { describe, expect, it } from 'vitest';
import { type DoorInput, type DoorStep, doorDeadline, stepDoor } from '../../../../access/door/machine.ts';
import { type DoorSettings, type DoorState, foundDoor, newDoor, savedOf } from '../../../../access/door/state.ts';

const settings: DoorSettings = {
  id: 'main',
  heldAfterMs: 2,
  preAlarmMs: 1,
  unlockTimeMs: 2,
  contactLagMs: 0,
  exitLagMs: 0,
};
const grantMs = 2;
/** The wall side of the model is kept within this of the hour that an override ends at. */
const farthestMs = 4;

/** A door with the two sides of its clock, and what a bystander has seen. */
interface World {
  readonly door: DoorState;
  readonly nowMs: number;
  readonly wallMs: number;
  readonly seen: Seen;
}

/** Of the inputs and the records only. */
interface Seen {
  readonly mode: string;
  readonly pressed: boolean;
  readonly fire: boolean;
  /** The last instant up to which a grant or a command, and a request-to-exit, may free the door. */
  readonly grantedToMs: number;
  readonly pressedToMs: number;
  /** A door that was forced and has not closed since. */
  readonly forced: boolean;
  /** By its records: opened, and not closed since. */
  readonly isOpen: boolean;
  readonly held: boolean;
}

type Act =
  | { readonly input: DoorInput }
  | { readonly waitMs: number }
  | { readonly wallByMs: number }
  | { readonly crash: true };

const set = (mode: 'unlocked' | 'locked' | 'lockdown', untilMs: number | null): DoorInput => {
  return { do: 'set', mode, setting: { by: 'office', untilMs, spaceWide: false } };
};

function alphabet(wallMs: number): readonly Act[] {
  const inputs: readonly DoorInput[] = [
    { do: 'grant', forMs: grantMs, grant: { reader: 'in', data: {} } },
    { do: 'grant', forMs: grantMs, grant: null },
    { do: 'unlock', forMs: grantMs },
    { do: 'lock' },
    set('unlocked', null),
    set('unlocked', wallMs + 2),
    set('locked', null),
    set('lockdown', null),
    { do: 'give-back', by: 'boss' },
    { do: 'schedule', runs: true },
    { do: 'schedule', runs: false },
    { do: 'contact', open: true },
    { do: 'contact', open: false },
    { do: 'request-to-exit', active: true },
    { do: 'request-to-exit', active: false },
    { do: 'fire', from: 'main', active: true },
    { do: 'fire', from: 'main', active: false },
    { do: 'tick' },
  ];
  const others: readonly Act[] = [{ waitMs: 1 }, { waitMs: 4 }, { wallByMs: 3 }, { wallByMs: -3 }, { crash: true }];
  return [...inputs.map((input) => ({ input })), ...others];
}

const begin: World = {
  door: { ...foundDoor(newDoor), contact: 'closed' },
  nowMs: 100,
  wallMs: 1_000,
  seen: {
    mode: 'controlled',
    pressed: false,
    fire: false,
    grantedToMs: 0,
    pressedToMs: 0,
    forced: false,
    isOpen: false,
    held: false,
  },
};

interface Taken {
  readonly world: World;
  readonly step: DoorStep;
  readonly input: DoorInput;
}

function take(world: World, act: Act): Taken {
  const tick: DoorInput = { do: 'tick' };
  const waitMs = 'waitMs' in act ? act.waitMs : 0;
  const nowMs = world.nowMs + waitMs;
  const wallMs = world.wallMs + waitMs + ('wallByMs' in act ? act.wallByMs : 0);
  const input = 'input' in act ? act.input : tick;
  const crashed = 'crash' in act;
  const door = crashed ? foundDoor(savedOf(world.door)) : world.door;
  const step = stepDoor(door, input, settings, { sinceBootMs: nowMs, boot: 'b1', wallMs, known: true });
  // What was told of a door that stands open outlives the program.
  const before = crashed ? { ...begin.seen, ...kept(world.seen) } : world.seen;
  return { world: { door: step.state, nowMs, wallMs, seen: seenAfter(before, input, step, nowMs) }, step, input };
}

function seenAfter(before: Seen, input: DoorInput, { records, refused }: DoorStep, nowMs: number): Seen {
  let { mode, pressed, fire, grantedToMs, pressedToMs, forced, isOpen, held } = before;
  for (const { type, data } of records) {
    if (type === 'accesspoint.mode') mode = String(data.mode);
    if (type === 'door.forced') forced = true;
    if (type === 'door.held') held = true;
    if (type === 'door.opened') isOpen = true;
    if (type === 'door.closed') [forced, isOpen, held] = [false, false, false];
  }
  const releases = input.do === 'grant' || (input.do === 'unlock' && refused === null);
  if (releases) grantedToMs = nowMs + grantMs;
  if (input.do === 'fire') fire = input.active;
  if (input.do === 'request-to-exit') {
    if (input.active && !pressed) pressedToMs = nowMs + settings.unlockTimeMs;
    pressed = input.active;
  }
  return { mode, pressed, fire, grantedToMs, pressedToMs, forced, isOpen, held };
}

function kept({ mode, forced, isOpen, held }: Seen): Partial<Seen> {
  return { mode, forced, isOpen, held };
}

/** Two worlds of one key go on alike: instants count from now, names of who did something do not count. */
function keyOf({ door, nowMs, wallMs, seen }: World): string {
  const left = (atMs: number | null): number | null => (atMs === null ? null : Math.max(atMs - nowMs, 0));
  const { settings: set_, inForce, scheduled, contact, requestToExit, fires, alarm, lock } = door;
  const untilMs = set_.unlocked?.untilMs ?? null;
  const { found } = door;
  const heldAfterMs = settings.heldAfterMs ?? 0;
  // Of a door that was forced, or is held already, nothing more is told until it closes.
  const atMs = Math.max(door.openedAtMs, door.releaseEndedAtMs) + heldAfterMs;
  const openMs = isAlarmed(alarm) ? null : Math.max(atMs - nowMs, -1);
  const sinceMs = found === null || isAlarmed(found.alarm) ? null : found.freed ? nowMs : found.sinceMs;
  const foundMs = sinceMs === null ? null : Math.max(sinceMs + heldAfterMs - nowMs, -1);
  return JSON.stringify([
    [set_.lockdown !== null, set_.locked !== null, set_.unlocked !== null, untilMs === null ? null : untilMs - wallMs],
    [
      inForce.mode,
      inForce.source,
      inForce.untilMs === null,
      scheduled,
      contact,
      requestToExit,
      fires.length,
      alarm,
      lock,
    ],
    [left(door.releasedUntilMs), left(door.exitUntilMs), Math.min(door.awaiting.length, 1)],
    contact === 'open' ? openMs : [foundMs, found?.alarm, found?.freed],
    [
      seen.mode,
      seen.pressed,
      seen.fire,
      left(seen.grantedToMs),
      left(seen.pressedToMs),
      seen.forced,
      seen.isOpen,
      seen.held,
    ],
  ]);
}

function isAlarmed(alarm: DoorState['alarm']): boolean {
  return alarm === 'forced' || alarm === 'held';
}

/** What is wrong with a step, in words. */
function faultsOf(before: World, { world, step, input }: Taken, act: Act): string[] {
  const { door, nowMs, seen } = world;
  const { records, refused } = step;
  const types = records.map(({ type }) => type);
  const freed = seen.pressed || seen.fire || seen.mode === 'unlocked';
  const released = nowMs < seen.grantedToMs || nowMs < seen.pressedToMs;
  const crashed = 'crash' in act;
  const heldThen = before.seen.held || types.includes('door.held');
  const was = crashed ? 'locked' : before.door.lock;
  const told = types.length > 0 || crashed;
  // What a tap or a command does is recorded by whoever gives it, in the same transaction: it stands before the door's own.
  const given = input.do === 'grant' || input.do === 'unlock' || input.do === 'lock';
  const faults: [boolean, string][] = [
    [door.lock === 'unlocked' && !freed && !released, 'free without a grant, a release, a mode, REX or fire'],
    [door.lock === 'locked' && freed, 'shut in unlocked mode, while REX is pressed or in a fire'],
    [door.lock === 'unlocked' && was === 'locked' && !told && !given, 'freed without a record before it'],
    [door.inForce.mode !== seen.mode, 'a change of mode without its record'],
    [(refused !== null) !== (before.door.settings.lockdown !== null && isCommandAgainst(input)), 'refused wrongly'],
    [
      seen.mode === 'lockdown' && input.do === 'unlock' && was === 'locked' && door.lock === 'unlocked',
      'freed in lockdown',
    ],
    [types.includes('door.forced') && before.door.lock === 'unlocked' && !isOver(before, nowMs), 'forced in a release'],
    [types.includes('door.held') && before.seen.forced, 'a forced door became held'],
    [types.includes('door.opened') && before.seen.isOpen, 'opened, and was open already'],
    [types.includes('door.held') && before.seen.held, 'held, and was held already'],
    [
      types.includes('door.closed') && types.includes('door.secured') !== (before.seen.forced || heldThen),
      'secured wrongly',
    ],
    [types.includes('door.closed') !== (before.seen.isOpen && !seen.isOpen), 'closed wrongly'],
    [types.some((type) => type === 'door.forced' || type === 'door.held') && freed, 'an alarm while the door is free'],
    [(doorDeadline(door, settings).sinceBootMs ?? nowMs + 1) <= nowMs, 'something due was left undone'],
    [door.lock === 'unlocked' && !freed && freeToMs(door) > nowMs + 2, 'a release that is longer than its time'],
    ['wallByMs' in act && freeToMs(door) !== freeToMs(before.door), 'a step of the wall clock moved a release'],
    ['wallByMs' in act && was === 'locked' && door.lock === 'unlocked' && seen.mode !== 'unlocked', 'a step freed it'],
  ];
  return faults.flatMap(([is, words]) => (is ? [words] : []));
}

function isCommandAgainst(input: DoorInput): boolean {
  return input.do === 'unlock' || (input.do === 'set' && input.mode !== 'lockdown');
}

function freeToMs({ releasedUntilMs, exitUntilMs }: DoorState): number {
  return Math.max(releasedUntilMs ?? 0, exitUntilMs ?? 0);
}

/** Whether what freed the door before has ended by then. */
function isOver({ door, seen }: World, nowMs: number): boolean {
  return freeToMs(door) <= nowMs && !seen.pressed && !seen.fire && seen.mode !== 'unlocked';
}

/** Beyond it the hour of an override is as good as never, and there would be no end of states. */
function isNear({ door, wallMs }: World): boolean {
  const untilMs = door.settings.unlocked?.untilMs ?? null;
  return untilMs === null || untilMs - wallMs <= farthestMs;
}

interface Node {
  readonly world: World;
  readonly from: Node | null;
  readonly act: Act | null;
}

function trailOf(node: Node | null): string {
  const acts: string[] = [];
  for (let at = node; at?.act != null; at = at.from) acts.unshift(JSON.stringify(at.act));
  return acts.join('\n');
}

describe('the model of a door', () => {
  it('holds in every state that it can come into', { timeout: 300_000 }, () => {
    const nodes: Node[] = [{ world: begin, from: null, act: null }];
    const known = new Set([keyOf(begin)]);
    let steps = 0;
    for (const node of nodes) {
      for (const act of alphabet(node.world.wallMs)) {
        const taken = take(node.world, act);
        const next: Node = { world: taken.world, from: node, act };
        steps += 1;
        const faults = faultsOf(node.world, taken, act);
        if (faults.length > 0) expect.fail(`${faults.join('; ')} after:\n${trailOf(next)}`);
        const key = keyOf(taken.world);
        if (known.has(key) || !isNear(taken.world)) continue;
        known.add(key);
        nodes.push(next);
      }
    }
    process.stdout.write(`the model of a door: ${nodes.length} distinct states, ${steps} steps\n`);
    expect(nodes.length).toBeGreaterThan(5_000);
  });
});
