// The door whose contact and button tell late, as their debounce makes them: every state that short waits and inputs lead to,
// each expanded once. What an opening is, and which grant it takes, is judged here by a bystander who sees all at once.

import { describe, expect, it } from 'vitest';
import { type DoorInput, doorDeadline, stepDoor } from '../../../../access/door/machine.ts';
import { type DoorSettings, type DoorState, foundDoor, newDoor } from '../../../../access/door/state.ts';

const lagMs = 1;
const settings: DoorSettings = {
  id: 'main',
  heldAfterMs: 50,
  preAlarmMs: 0,
  unlockTimeMs: 2,
  contactLagMs: lagMs,
  exitLagMs: lagMs,
};

/** What has happened at the door and is not told yet, oldest first; each is told exactly `lagMs` later. */
interface Pending {
  readonly what: 'open' | 'close' | 'press' | 'let go';
  readonly atMs: number;
}

interface World {
  readonly door: DoorState;
  readonly nowMs: number;
  readonly pending: readonly Pending[];
  readonly isOpen: boolean;
  readonly isPressed: boolean;
  /** Since when a release, a mode or a button that is pressed frees the door; null: nothing does. */
  readonly freeSinceMs: number | null;
  /** The time before, half open. */
  readonly before: readonly [number, number] | null;
  /** The opening that is told next, and whether the door was free then, by all that is known once all is told. */
  readonly openings: readonly { readonly atMs: number }[];
  /** Until when a grant or a command releases; null: none does. */
  readonly releasedToMs: number | null;
  /** Grants of late, by the release that they were part of: `toMs` null while that runs. */
  readonly grants: readonly { readonly n: number; readonly fromMs: number; readonly toMs: number | null }[];
}

const acts = ['grant', 'lock', 'set unlocked', 'give back', 'open', 'close', 'press', 'let go', 'wait'] as const;
type Act = (typeof acts)[number];

const begin: World = {
  door: { ...foundDoor(newDoor), contact: 'closed' },
  nowMs: 100,
  pending: [],
  isOpen: false,
  isPressed: false,
  freeSinceMs: null,
  before: null,
  openings: [],
  releasedToMs: null,
  grants: [],
};

function commandOf(act: Act, n: number): DoorInput | null {
  if (act === 'grant') return { do: 'grant', forMs: 2, grant: { reader: 'in', data: { n } } };
  if (act === 'lock') return { do: 'lock' };
  if (act === 'give back') return { do: 'give-back', by: 'boss' };
  if (act !== 'set unlocked') return null;
  return { do: 'set', mode: 'unlocked', setting: { by: 'office', untilMs: null, spaceWide: false } };
}

function toldOf({ what, atMs }: Pending): DoorInput {
  if (what === 'open' || what === 'close') return { do: 'contact', open: what === 'open', atMs };
  return { do: 'request-to-exit', active: what === 'press', atMs };
}

interface Taken {
  readonly world: World;
  readonly faults: readonly string[];
}

/** One step of the machine, with what the bystander makes of it. */
function step(world: World, input: DoorInput): Taken {
  const { nowMs } = world;
  const { state: door, records } = stepDoor(world.door, input, settings, {
    sinceBootMs: nowMs,
    boot: 'b1',
    wallMs: 0,
    known: true,
  });
  const types = records.map(({ type }) => type);
  let { freeSinceMs, before, openings } = world;
  // A button frees from when it was pressed, whenever that is told.
  const sinceMs = 'atMs' in input && input.atMs !== undefined ? input.atMs : nowMs;
  if (door.lock === 'unlocked' && freeSinceMs === null) freeSinceMs = sinceMs;
  if (door.lock === 'locked' && freeSinceMs !== null) {
    before = [freeSinceMs, nowMs];
    freeSinceMs = null;
  }
  const wasFree = (atMs: number): boolean =>
    (freeSinceMs !== null && atMs >= freeSinceMs) || (before !== null && atMs >= before[0] && atMs < before[1]);
  const faults: string[] = [];
  const opening = types.includes('door.opened') ? openings[0] : undefined;
  if (types.includes('door.opened')) {
    openings = openings.slice(1);
    if (opening === undefined) faults.push('opened, and nobody did');
    else if (wasFree(opening.atMs) === types.includes('door.forced')) {
      faults.push(`${types.includes('door.forced') ? 'forced, and was free' : 'not forced, and was not free'} then`);
    } else if (nowMs > opening.atMs + lagMs) faults.push('told of later than it could be known');
  } else if (types.includes('door.forced')) faults.push('forced, and not opened');
  const { releasedToMs, grants } = releasesAfter(world, input, types);
  for (const { type, data } of records) {
    if (type !== 'access.not-taken') continue;
    const grant = grants.find(({ n }) => n === data.n);
    if (grant?.toMs == null) faults.push('not taken, and its release runs');
    else if (world.openings.some(({ atMs }) => wasIn([grant.fromMs, grant.toMs ?? 0], atMs))) {
      faults.push('not taken, and opened in its time');
    } else if (nowMs < grant.toMs + lagMs) faults.push('not taken, before it could be known');
  }
  if ((doorDeadline(door, settings).sinceBootMs ?? nowMs + 1) <= nowMs) faults.push('something due was left undone');
  return { world: { ...world, door, freeSinceMs, before, openings, releasedToMs, grants }, faults };
}

function releasesAfter(
  world: World,
  input: DoorInput,
  types: readonly string[],
): Pick<World, 'releasedToMs' | 'grants'> {
  const { nowMs } = world;
  let { releasedToMs, grants } = world;
  const end = (atMs: number): void => {
    releasedToMs = null;
    grants = grants.map((grant) => (grant.toMs === null ? { ...grant, toMs: atMs } : grant));
  };
  if (releasedToMs !== null && releasedToMs <= nowMs) end(releasedToMs);
  if (input.do === 'lock' || types.includes('door.closed')) end(nowMs);
  if (input.do === 'grant' || input.do === 'unlock') releasedToMs = Math.max(releasedToMs ?? 0, nowMs + 2);
  if (input.do === 'grant') grants = [...grants, { n: Number(input.grant?.data.n), fromMs: nowMs, toMs: null }];
  return { releasedToMs, grants: grants.filter(({ toMs }) => toMs === null || toMs + lagMs >= nowMs) };
}

function wasIn([fromMs, toMs]: readonly [number, number], atMs: number): boolean {
  return atMs >= fromMs && atMs < toMs;
}

function take(world: World, act: Act): Taken | null {
  const command = commandOf(act, (world.grants.at(-1)?.n ?? 0) + 1);
  if (command !== null) return step(world, command);
  if (act === 'wait') return wait({ ...world, nowMs: world.nowMs + 1 });
  const { isOpen, isPressed, nowMs, pending } = world;
  if (isOpen === (act === 'open') && (act === 'open' || act === 'close')) return null;
  if (isPressed === (act === 'press') && (act === 'press' || act === 'let go')) return null;
  // Two changes of one input within its debounce are none.
  if (pending.some(({ what }) => isOfDoor(what) === isOfDoor(act))) return null;
  const next = { ...world, pending: [...pending, { what: act as Pending['what'], atMs: nowMs }] };
  if (act === 'open') next.openings = [...world.openings, { atMs: nowMs }];
  if (isOfDoor(act)) return { world: { ...next, isOpen: act === 'open' }, faults: [] };
  return { world: { ...next, isPressed: act === 'press' }, faults: [] };
}

function isOfDoor(what: Act): boolean {
  return what === 'open' || what === 'close';
}

/** What is due is told, in either order where it is of one instant. */
function wait(world: World): Taken {
  const due = world.pending.filter(({ atMs }) => atMs + lagMs <= world.nowMs);
  const rest = { ...world, pending: world.pending.filter((one) => !due.includes(one)) };
  const faults: string[] = [];
  let now: World = rest;
  for (const input of [...due.map(toldOf), { do: 'tick' } as const]) {
    const taken = step(now, input);
    now = taken.world;
    faults.push(...taken.faults);
  }
  return { world: now, faults };
}

function keyOf(world: World): string {
  const { door, nowMs, pending, isOpen, isPressed, freeSinceMs, before, openings } = world;
  const ago = (atMs: number | null): number | null => (atMs === null ? null : Math.max(atMs - nowMs, -lagMs - 1));
  const { contact, alarm, lock, requestToExit, inForce } = door;
  return JSON.stringify([
    [contact, alarm, lock, requestToExit, inForce.mode, isOpen, isPressed],
    [door.releasedUntilMs, door.exitUntilMs, door.unjudgedMs, door.freedAtMs].map((atMs) => ago(atMs)),
    [door.releaseBeganAtMs, door.releaseEndedAtMs, freeSinceMs, ...(before ?? [])].map((atMs) => ago(atMs)),
    [Math.min(door.awaiting.length, 1), door.untaken.slice(0, 2).map(({ endedAtMs }) => ago(endedAtMs))],
    pending.map(({ what, atMs }) => [what, ago(atMs)]),
    openings.map(({ atMs }) => ago(atMs)),
    ago(world.releasedToMs),
    world.grants.slice(-2).map(({ fromMs, toMs }) => [ago(fromMs), ago(toMs)]),
  ]);
}

interface Node {
  readonly world: World;
  readonly trail: string;
}

describe('the model of a door whose inputs tell late', () => {
  it('judges each opening by its instant, in every state', { timeout: 300_000 }, () => {
    const nodes: Node[] = [{ world: begin, trail: '' }];
    const known = new Set([keyOf(begin)]);
    let steps = 0;
    for (const { world, trail } of nodes) {
      for (const act of acts) {
        const taken = take(world, act);
        if (taken === null) continue;
        steps += 1;
        const told = `${trail}, ${act}`;
        if (taken.faults.length > 0) expect.fail(`${taken.faults.join('; ')} after ${told}`);
        // A door that stands open for longer is the other model's.
        const isNear = taken.world.nowMs - taken.world.door.openedAtMs < 6 || taken.world.door.contact === 'closed';
        const key = keyOf(taken.world);
        if (known.has(key) || !isNear) continue;
        known.add(key);
        nodes.push({ world: taken.world, trail: told });
      }
    }
    process.stdout.write(
      `the model of a door whose inputs tell late: ${nodes.length} distinct states, ${steps} steps\n`,
    );
    expect(nodes.length).toBeGreaterThan(5_000);
  });
});
