// What a door answers to a tap: which way it leads, which row fits; and, while the clock cannot be believed, whether that holds
// whatever the time is.

import type { AccessPoint, Credential, Reader } from './document.ts';
import type { InForce } from './doors.ts';
import { credentialFault, enter, type Holder, type Row, refusal } from './enter.ts';
import { closing, endAt, nextEnd } from './leave.ts';
import type { Settled } from './settle.ts';
import { copyOf, spaceOf, type Used, type Visit, type World } from './state.ts';
import { minuteMs, quarterMs } from './wall.ts';

const toggleMinStayMs = 60_000;
const presumedExitMs = 6 * 3_600_000;
const horizonMs = 72 * 3_600_000;

export interface Tap {
  readonly world: World;
  readonly reader: Reader;
  readonly point: AccessPoint;
  readonly credential: Credential | null;
  readonly holder: Holder | null;
  /** Schedules follow trusted time: it is what it is now. */
  readonly mode: InForce;
}

export interface Answer {
  readonly direction: 'in' | 'out';
  readonly row: Row;
  /** The visit elsewhere that ends where the row lets in, and what is used once it does. */
  readonly closes: { readonly elsewhere: Visit; readonly settled: Settled; readonly used: Used } | null;
}

export function answerTo(tap: Tap, at: number): Answer {
  const { world, holder, mode } = tap;
  const answer = answerAt(tap, at);
  const setting = world.file.config.rules?.untrustedClock ?? 'invariant';
  const isExit = answer.direction === 'out' && answer.row.opens;
  if (world.synchronised || isExit || setting === 'allow') return answer;
  const stays = setting === 'invariant' || !answer.row.opens || mode.mode === 'unlocked' || holder?.kind === 'staff';
  if (stays && holdsThroughout(tap, answer.row, at)) return answer;
  return { ...answer, row: { opens: false, reason: 'clock-untrusted', visit: refusedAt(tap, answer) } };
}

/** On the way out of a space no check-in is rejected. */
function refusedAt({ point, holder }: Tap, { direction }: Answer): Row['visit'] {
  const none: Row['visit'] = { kind: 'none' };
  if (holder === null || (direction === 'out' && holder.kind === 'customer')) return none;
  return refusal(point, holder, 'clock-untrusted');
}

function answerAt(tap: Tap, at: number): Answer {
  const direction = directionOf(tap, at);
  if (direction === 'out') return { direction, row: leaveRow(tap, at), closes: null };
  const { world, point, credential, holder, mode } = tap;
  const space = spaceOf(world, point.space);
  const elsewhere = world.visits.find((visit) => visit.customer === holder?.id && visit.space.id !== space.id);
  const used = copyOf(world.used);
  const closes =
    point.kind === 'entrance' && elsewhere !== undefined
      ? { elsewhere, settled: closing(world, used, elsewhere, at), used }
      : null;
  const others = closes === null ? world.visits : world.visits.filter((visit) => visit !== elsewhere);
  return { direction, row: enter({ world, point, space, at, mode, used, others }, credential, holder), closes };
}

/** It opens throughout, or denies throughout for one reason; time goes by as it would with nobody tapping. */
function holdsThroughout(tap: Tap, { opens, reason }: Row, from: number): boolean {
  const world = copyOfWorld(tap.world);
  return instantsOf(tap, from).every((at) => {
    while (endAt(world, nextEnd(world, at)));
    const { row } = answerAt({ ...tap, world }, at);
    return row.opens === opens && (opens || row.reason === reason);
  });
}

/** Quarters of hours, whole minutes while a visit elsewhere draws, and what somebody named, with the moments beside it. */
function instantsOf({ world, holder, point }: Tap, from: number): readonly number[] {
  const elsewhere = world.visits.find(({ customer, space }) => customer === holder?.id && space.id !== point.space);
  const until = from + horizonMs;
  const instants = [from, until, ...namedIn(world).flatMap((at) => [at - 1, at, at + 1])];
  for (let at = Math.floor(from / quarterMs) * quarterMs; at <= until; at += quarterMs) instants.push(at);
  for (let at = from; at < (elsewhere?.end ?? 0); at += minuteMs) instants.push(at);
  return [...new Set(instants)].filter((at) => at >= from && at <= until).sort((a, b) => a - b);
}

function namedIn({ replica, presumed }: World): number[] {
  const lifetimes = [...(replica.passes ?? []), ...(replica.credentials ?? [])];
  const texts = lifetimes
    .flatMap(({ validFrom, expires }) => [validFrom, expires])
    .filter((text) => typeof text === 'string');
  const bookings = (replica.bookings ?? []).flatMap(({ from, to }) => [
    Date.parse(from) - 10 * minuteMs,
    Date.parse(to) + 10 * minuteMs,
  ]);
  const visitors = (replica.visitors ?? []).map(({ expected }) => Date.parse(expected) - 30 * minuteMs);
  const exits = presumed.map(({ since }) => since + presumedExitMs);
  return [...texts.map((text) => Date.parse(text)), ...bookings, ...visitors, ...exits];
}

function copyOfWorld(world: World): World {
  return {
    ...world,
    used: copyOf(world.used),
    visits: world.visits.map((visit) => ({ ...visit })),
    presumed: [...world.presumed],
    guests: [...world.guests],
    lines: [],
  };
}

function directionOf({ world, reader, point, holder }: Tap, at: number): 'in' | 'out' {
  if (reader.direction !== 'toggle') return reader.direction;
  if (point.kind === 'interior' || holder === null) return 'in';
  const visit = world.visits.find((one) => one.customer === holder.id && one.space.id === point.space);
  if (holder.kind === 'customer' && visit !== undefined) return at - visit.from >= toggleMinStayMs ? 'out' : 'in';
  const guest = world.guests.find((one) => one.visitor === holder.id && one.space === point.space);
  if (holder.kind === 'visitor' && guest !== undefined) return at - guest.since >= toggleMinStayMs ? 'out' : 'in';
  const presumed = world.presumed.find((one) => one.customer === holder.id && one.space.id === point.space);
  return holder.kind === 'customer' && presumed !== undefined && at - presumed.since <= presumedExitMs ? 'out' : 'in';
}

/** The setting `exit`: free for every credential, or denied to those of C1 and C2. */
function leaveRow({ world, point, credential, holder }: Tap, at: number): Row {
  const zone = spaceOf(world, point.space).timeZone;
  const fault = credential === null || holder === null ? 'unknown-credential' : credentialFault(credential, zone, at);
  if (point.exit !== 'known' || fault === null) return { opens: true, reason: 'exit', visit: { kind: 'none' } };
  const refused = holder?.kind === 'visitor' ? 'refused' : 'none';
  return { opens: false, reason: fault, visit: { kind: refused }, alarm: fault === 'credential-blocked' };
}
