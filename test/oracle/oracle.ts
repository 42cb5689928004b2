// The oracle: a naive second reading of sections 1 to 3 of the rules. It takes a scenario file as it is written and says what
// the records of every tap have to be. It imports nothing of the program, remembers nothing that it can work out again, and
// walks through stays from minute to minute. It knows no doors, timers of doors, disks or networks.

import { type Answer, answerTo } from './answer.ts';
import type { AccessPoint, Credential, Reader, Replica, ScenarioFile, Step } from './document.ts';
import { command, doorOf, entered, modeInstants, modeOf, noticeModes } from './doors.ts';
import { credentialFault, type Holder, holderOf, type Row } from './enter.ts';
import { walkInside } from './gaps.ts';
import { closing, endAt, leaveAfterCutOff, nextEnd, record } from './leave.ts';
import { type Line, ledgerOf, riderOf, spaceOf, tell, type Visit, type World } from './state.ts';
import type { Exhausted } from './walk.ts';
import { nextCutOff } from './wall.ts';

const repeatMs = 10_000;

/** Every record of accesses, check-ins, check-outs, uses, charges and visitors that the steps must lead to, in order. */
export function expectedOf(file: ScenarioFile): readonly Line[] {
  const world: World = {
    file,
    replica: file.replica,
    used: { days: new Map(), minutes: new Map(), proposals: [], stays: [] },
    visits: [],
    presumed: [],
    guests: [],
    without: new Map(),
    doors: new Map(),
    decided: new Map(),
    told: new Set(),
    lines: [],
    synchronised: true,
    aheadMs: 0,
    now: Number.NEGATIVE_INFINITY,
    named: 0,
  };
  for (const step of file.steps) {
    const at = Date.parse(step.at);
    passTime(world, at);
    act(world, step, at);
  }
  return world.lines;
}

/** Lets time pass: cut-offs come, visitors' days end, minutes run out. */
function passTime(world: World, to: number): void {
  // A door comes up as its schedule has it.
  const instants = world.now === Number.NEGATIVE_INFINITY ? [to] : modeInstants(world, world.now, to);
  for (const at of instants) noticeModes(world, at);
  for (let next = nextEnd(world, to); ; next = nextEnd(world, to)) {
    tellExhausted(world, next);
    if (!endAt(world, next)) break;
  }
}

function tellExhausted(world: World, to: number): void {
  for (const { rider, pass, at } of exhaustedBy(world, to)) {
    if (at <= world.now) continue;
    world.told.add(rider);
    tell(world, at, 'coverage.exhausted', { visit: rider, pass });
  }
  world.now = to;
}

/** Whose minutes have run out by then, each seen beside all others, in order of time. */
function exhaustedBy(world: World, to: number): readonly Exhausted[] {
  const books = { now: world.replica, ledger: ledgerOf(world, world.used) };
  const riders = world.visits.map((visit) => riderOf(world, visit));
  // Nobody is inside any more at the cut-off itself.
  const ends = (id: string) => world.visits.find((visit) => visit.id === id)?.end ?? 0;
  const { exhausted } = walkInside(books, riders, to).walked;
  return exhausted.filter(({ rider, at }) => at < ends(rider)).sort((a, b) => a.at - b.at);
}

/** What a newer replica makes run out by now is told of at once: not to those who were already told that theirs had. */
function takeReplica(world: World, replica: Replica, at: number): void {
  world.replica = replica;
  noticeModes(world, at);
  for (const { rider, pass } of exhaustedBy(world, at)) {
    if (world.told.has(rider)) continue;
    world.told.add(rider);
    tell(world, at, 'coverage.exhausted', { visit: rider, pass });
  }
}

function act(world: World, step: Step, at: number): void {
  if (step.replica !== undefined) takeReplica(world, step.replica, at);
  if (step.command !== undefined) command(world, step.command, at);
  if (step.restart !== undefined) world.decided.clear();
  if (step.clock !== undefined) {
    if (step.clock.set !== undefined) world.aheadMs = Date.parse(step.clock.set) - at;
    world.synchronised = step.clock.synchronised ?? world.synchronised;
  }
  if (step.present !== undefined) tap(world, step.present.reader, step.present.credential, at);
}

function tap(world: World, readerId: string, presented: string, at: number): void {
  const { accessPoints, readers } = world.file.config;
  const reader = readers.find(({ id }) => id === readerId);
  const point = accessPoints.find(({ id }) => id === reader?.accessPoint);
  if (reader === undefined || point === undefined) throw new Error(`the oracle knows no reader ${readerId}`);
  const credential = credentialOf(world, presented);
  const holder = credential === null ? null : holderOf(world, credential);
  const key = `${readerId} ${credential?.id ?? presented}`;
  const { changes } = doorOf(world, point);
  const before = world.decided.get(key);
  if (
    before !== undefined &&
    at - before.at <= repeatMs &&
    before.changes === changes &&
    before.replica === world.replica
  ) {
    tell(world, at, 'access.repeated', before.data, { accessPoint: point.id, reader: reader.id });
    see(world, point, holder, at);
    return;
  }
  const answer = answerTo({ world, reader, point, credential, holder, mode: modeOf(world, point, at) }, at);
  const { direction } = answer;
  const opened =
    direction === 'in'
      ? goIn(world, point, reader, credential, holder, answer, presented, at)
      : goOut(world, point, reader, holder, answer.row, presented, at);
  if (opened === null) world.decided.delete(key);
  else world.decided.set(key, { at, changes, replica: world.replica, data: opened });
  if (opened !== null && direction === 'in') entered(world, point, at);
  noticeModes(world, at);
}

/** The last tap of somebody in a space, which the minutes of an automatic check-out count to. */
function see(world: World, point: AccessPoint, holder: Holder | null, at: number): void {
  for (const visit of world.visits) {
    if (holder?.kind === 'customer' && visit.customer === holder.id && visit.space.id === point.space)
      visit.lastSeen = at;
  }
}

const sources: Readonly<Record<string, string>> = { card: 'card', fob: 'card', wiegand: 'card', qr: 'qr', pin: 'pin' };

function goIn(
  world: World,
  point: AccessPoint,
  reader: Reader,
  credential: Credential | null,
  holder: Holder | null,
  { row, closes }: Answer,
  presented: string,
  at: number,
): Record<string, unknown> | null {
  const space = spaceOf(world, point.space);
  if (point.kind === 'entrance' && holder?.kind === 'customer') {
    world.presumed = world.presumed.filter((one) => one.customer !== holder.id || one.space.id !== space.id);
  }
  if (credential !== null && credentialFault(credential, space.timeZone, at) === null) see(world, point, holder, at);
  const { by } = modeOf(world, point, at);
  const data = tellAccess(
    world,
    reader,
    row,
    'in',
    holder,
    credential,
    presented,
    at,
    row.reason === 'command' ? by : null,
  );
  const isDenied = row.visit.kind === 'rejected' && modeOf(world, point, at).mode === 'unlocked';
  if (row.opens && closes !== null && !isDenied && row.visit.kind !== 'none') {
    world.used = closes.used;
    record(world, closes.elsewhere, closes.settled, at, false, at);
  }
  const source = sources[presented.slice(0, presented.indexOf(':'))] ?? 'card';
  if (holder !== null) tellVisit(world, row, holder, point, source, at);
  return row.opens ? data : null;
}

function tellAccess(
  world: World,
  reader: Reader,
  row: Row,
  direction: 'in' | 'out',
  holder: Holder | null,
  credential: Credential | null,
  presented: string,
  at: number,
  by: string | null = null,
): Record<string, unknown> {
  const type = presented.slice(0, presented.indexOf(':'));
  const next = row.opens ? null : (row.nextValid?.() ?? null);
  const data: Record<string, unknown> = {
    ...(holder === null ? {} : { holder: { kind: holder.kind, id: holder.id } }),
    credential: credential === null ? { type } : { type, id: credential.id },
    direction,
    reason: row.reason,
    ...(by === null ? {} : { by }),
    ...(next === null ? {} : { nextValid: new Date(next).toISOString() }),
  };
  const where = { accessPoint: reader.accessPoint, reader: reader.id };
  tell(world, at, row.opens ? 'access.granted' : 'access.denied', data, where);
  if (row.alarm === true) tell(world, at, 'credential.alarm', {}, where);
  return data;
}

function tellVisit(world: World, row: Row, holder: Holder, point: AccessPoint, source: string, at: number): void {
  const space = spaceOf(world, point.space);
  const { visit } = row;
  if (row.opens && (visit.kind === 'rejected' || row.denied === true)) {
    const until = nextCutOff(space, nextCutOff(space, at));
    world.without.set(holder.id, { space: space.id, until });
    world.presumed = world.presumed.filter(({ customer }) => customer !== holder.id);
  }
  if (visit.kind === 'rejected') {
    tell(world, at, 'checkin.rejected', { customer: holder.id, space: space.id, reason: visit.reason });
  } else if (visit.kind === 'refused' && holder.kind === 'visitor') {
    tell(world, at, 'visitor.refused', { visitor: holder.id, host: holder.visitor.host });
  } else if (visit.kind === 'arrival') {
    const { id, host } = visit.visitor;
    if (world.guests.some(({ visitor }) => visitor === id)) return;
    world.guests.push({
      visitor: id,
      host,
      space: space.id,
      since: at,
      until: nextCutOff(space, Date.parse(visit.visitor.expected)),
    });
    tell(world, at, 'visitor.arrived', { visitor: id, host });
  } else if (visit.kind === 'check-in') checkIn(world, visit, holder.id, source, at);
}

function checkIn(
  world: World,
  part: Row['visit'] & { kind: 'check-in' },
  customer: string,
  source: string,
  at: number,
): void {
  const { terms, coverage, on } = part;
  const { space, businessDay } = terms;
  world.named += 1;
  const visit: Visit = {
    id: `visit:${world.named}`,
    customer,
    space,
    from: at,
    end: nextCutOff(space, at),
    terms: { ...terms, ownPass: on?.pass ?? null },
    coverage,
    startsOn: on?.key ?? null,
    pass: on?.pass ?? null,
    shown: at + world.aheadMs,
    lastSeen: at,
  };
  world.visits = [...world.visits, visit].sort((a, b) => a.shown - b.shown);
  world.without.delete(customer);
  if (coverage === 'plan' || (on !== null && on.timePass.countsTowardsPlanLimits === true)) {
    world.used.stays.push({ customer, space: space.id, businessDay, minutes: 0 });
  }
  world.presumed = world.presumed.filter((one) => one.customer !== customer);
  tell(world, at, 'checkin.recorded', {
    visit: visit.id,
    customer,
    space: space.id,
    source,
    pass: on?.pass?.id ?? null,
    coverage,
  });
  if (on?.pass && typeof on.timePass.minutesIncluded !== 'number' && !on.again) {
    world.used.days.set(on.pass.id, { businessDay, customer });
    tell(world, at, 'pass.used', { pass: on.pass.id, businessDay, visit: visit.id });
  }
}

function goOut(
  world: World,
  point: AccessPoint,
  reader: Reader,
  holder: Holder | null,
  row: Row,
  presented: string,
  at: number,
): Record<string, unknown> | null {
  const credential = credentialOf(world, presented);
  const data = tellAccess(world, reader, row, 'out', holder, credential, presented, at);
  if (row.opens) see(world, point, holder, at);
  if (!row.opens) {
    if (row.visit.kind === 'refused' && holder?.kind === 'visitor') {
      tell(world, at, 'visitor.refused', { visitor: holder.id, host: holder.visitor.host });
    }
    return null;
  }
  if (point.kind === 'interior' || holder === null || holder.kind === 'staff') return data;
  if (holder.kind === 'visitor') {
    const guest = world.guests.find(({ visitor, space }) => visitor === holder.id && space === point.space);
    world.guests = world.guests.filter((one) => one !== guest);
    if (guest !== undefined) tell(world, at, 'visitor.departed', { visitor: guest.visitor, host: guest.host });
    return data;
  }
  customerLeaves(world, point.space, holder.id, at);
  return data;
}

function customerLeaves(world: World, space: string, customer: string, at: number): void {
  const visit = world.visits.find((one) => one.customer === customer && one.space.id === space);
  const presumed = world.presumed.find((one) => one.customer === customer && one.space.id === space);
  const without = world.without.get(customer);
  if (visit !== undefined) record(world, visit, closing(world, world.used, visit, at), at, false, at);
  else if (presumed !== undefined) leaveAfterCutOff(world, presumed, at);
  else if (without?.space === space && at < without.until) world.without.delete(customer);
  else tell(world, at, 'checkout.orphan', { customer, space });
}

function credentialOf(world: World, presented: string): Credential | null {
  const type = presented.slice(0, presented.indexOf(':'));
  const plain = (value: string) => (type === 'card' ? value.replace(/[^0-9a-f]/gi, '').toUpperCase() : value);
  const wanted = plain(presented.slice(type.length + 1));
  return (world.replica.credentials ?? []).find((one) => one.type === type && plain(one.value) === wanted) ?? null;
}
