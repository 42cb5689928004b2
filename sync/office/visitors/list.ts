// Visitors: who is expected, inside, gone, was refused or did not come, with when they came and went by the records of the doors. Of
// whoever was withdrawn what the doors recorded still stands.

import type { Approval, Visitor } from '../../../access/model.ts';
import { type BusinessDay, businessDayAt } from '../../../access/time/business-day.ts';
import type { OfficeStore } from '../store/open.ts';
import { HostNames } from './host.ts';
import { spaceOf } from './space.ts';

/**
 * `missed`: the day is over, and nobody came. `rejected`: they may not come, and did not. What happened before the day on which the
 * visitor is expected now, as before the visit was moved, is told and does not count.
 */
export const visitorStates = ['expected', 'inside', 'departed', 'refused', 'missed', 'rejected'] as const;
export type VisitorState = (typeof visitorStates)[number];

export interface Stay {
  /** ISO 8601, UTC. */
  readonly arrived: string;
  /** null: they are inside, or nobody saw them leave before the end of the day. */
  readonly departed: string | null;
  /** Ended with the day. */
  readonly auto: boolean;
}

export interface VisitorLine {
  readonly visitor: string;
  readonly name: string;
  readonly state: VisitorState;
  readonly host: { readonly id: string; readonly name: string } | null;
  /** null: of a visitor who was withdrawn. */
  readonly space: string | null;
  readonly expected: string | null;
  /** The end of the business day. */
  readonly until: string | null;
  readonly approval: Approval | null;
  /** Id of the credential that was lent. */
  readonly badge: string | null;
  /** The earliest first. */
  readonly stays: readonly Stay[];
  readonly refusals: readonly { readonly at: string; readonly reason: string | null }[];
}

export interface VisitorFilter {
  /** Expected, or seen at a door, from then on, UTC milliseconds; whoever is inside is always among them. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly state?: VisitorState | undefined;
  readonly space?: string | undefined;
  readonly host?: string | undefined;
}

interface Seen {
  readonly visitor: string;
  readonly type: string;
  readonly timeMs: number;
  readonly host: string | null;
  readonly reason: string | null;
  readonly auto: number | null;
  readonly accessSpace: string | null;
}

/** No stay is longer than a business day of 25 hours. */
const longestMs = 25 * 3_600_000;
const shown = `json_extract(body, '$.data.visitor') AS visitor, type, time_ms AS timeMs, json_extract(body, '$.data.host') AS host,
  json_extract(body, '$.data.reason') AS reason, json_extract(body, '$.data.auto') AS auto,
  json_extract(body, '$.data.space') AS accessSpace`;
// Each a branch of its own: so each is looked up in the index of its type.
const seenTypes = ['visitor.arrived', 'visitor.departed', 'visitor.refused'] as const;
const seenSince = seenTypes
  .map((type) => `SELECT ${shown}, controller, epoch, seq FROM events WHERE type = '${type}' AND time_ms >= @fromMs`)
  .join(' UNION ALL ');

/** By when they are expected; whoever is not any more comes by when they were seen last. */
export function listVisitors(store: OfficeStore, filter: VisitorFilter, nowMs: number): VisitorLine[] {
  const { fromMs, toMs, state, space, host } = filter;
  const seen = new Map<string, Seen[]>();
  for (const one of seenFrom(store, fromMs - longestMs)) {
    seen.set(one.visitor, [...(seen.get(one.visitor) ?? []), one]);
  }
  const records = recordsFor(store, filter, [...seen.keys()]);
  const hosts = new HostNames(store);
  const lines = [...new Set([...records.keys(), ...seen.keys()])].map((id) =>
    lineOf(store, { id, record: records.get(id), seen: seen.get(id) ?? [] }, hosts, nowMs),
  );
  const within = (ms: number | undefined): boolean => ms !== undefined && ms >= fromMs && ms < toMs;
  const meant = ({ visitor, state }: VisitorLine): boolean =>
    state === 'inside' ||
    within(records.get(visitor)?.expected) ||
    (seen.get(visitor) ?? []).some(({ timeMs }) => within(timeMs));
  const asked = lines.filter(
    (line) =>
      meant(line) &&
      (state === undefined || line.state === state) &&
      (space === undefined || line.space === space) &&
      (host === undefined || line.host?.id === host),
  );
  return asked.sort((a, b) => timeOf(a).localeCompare(timeOf(b)) || a.visitor.localeCompare(b.visitor));
}

export function isInside(store: OfficeStore, visitor: string, nowMs: number): boolean {
  const [record] = recordsFor(store, { fromMs: 1, toMs: 0 }, [visitor]).values();
  const seen = seenFrom(store, nowMs - longestMs).filter((one) => one.visitor === visitor);
  return lineOf(store, { id: visitor, record, seen }, new HostNames(store), nowMs).state === 'inside';
}

function seenFrom({ db }: OfficeStore, fromMs: number): Seen[] {
  return db
    .prepare<[{ readonly fromMs: number }], Seen>(`${seenSince} ORDER BY timeMs, controller, epoch, seq`)
    .all({ fromMs })
    .filter(({ visitor }) => typeof visitor === 'string');
}

function recordsFor(
  { db }: OfficeStore,
  { fromMs, toMs }: Pick<VisitorFilter, 'fromMs' | 'toMs'>,
  ids: readonly string[],
): Map<string, Visitor> {
  const bodies = db
    .prepare<[number, number, string], string>(
      `SELECT body FROM records WHERE kind = 'visitors' AND json_extract(body, '$.expected') >= ?
         AND json_extract(body, '$.expected') < ?
       UNION SELECT body FROM records WHERE kind = 'visitors' AND id IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
    .all(fromMs, toMs, JSON.stringify(ids));
  return new Map(bodies.map((body) => JSON.parse(body) as Visitor).map((one) => [one.id, one]));
}

interface Known {
  readonly id: string;
  readonly record: Visitor | undefined;
  readonly seen: readonly Seen[];
}

function lineOf(store: OfficeStore, { id, record, seen }: Known, hosts: HostNames, nowMs: number): VisitorLine {
  const last = seen.at(-1);
  const space = record?.space ?? last?.accessSpace ?? null;
  const known = space === null ? undefined : spaceOf(store, space);
  const dayAt = (ms: number): BusinessDay =>
    known === undefined ? { label: '', startMs: ms, endMs: ms + 86_400_000 } : businessDayAt(known, ms);
  const day = record === undefined ? null : dayAt(record.expected);
  const stays = staysOf(seen);
  const refused = seen.filter(({ type }) => type === 'visitor.refused');
  const host = record === undefined ? (last?.host ?? null) : record.host;
  return {
    visitor: id,
    name: record?.name ?? id,
    state: stateOf({ stays, refused, approval: record?.approval ?? null, day, dayAt }, nowMs),
    host: host === null ? null : { id: host, name: hosts.of(host) },
    space,
    expected: record === undefined ? null : iso(record.expected),
    until: day === null ? null : iso(day.endMs),
    approval: record?.approval ?? null,
    badge: record?.credential ?? null,
    stays: stays.map(({ arrivedMs, departedMs, auto }) => ({
      arrived: iso(arrivedMs),
      departed: departedMs === null ? null : iso(departedMs),
      auto,
    })),
    refusals: refused.map(({ timeMs, reason }) => ({ at: iso(timeMs), reason })),
  };
}

interface Stayed {
  readonly arrivedMs: number;
  departedMs: number | null;
  auto: boolean;
}

function staysOf(seen: readonly Seen[]): Stayed[] {
  const stays: Stayed[] = [];
  for (const { type, timeMs, auto } of seen) {
    const open = stays.at(-1);
    if (type === 'visitor.arrived') stays.push({ arrivedMs: timeMs, departedMs: null, auto: false });
    else if (type === 'visitor.departed' && open !== undefined && open.departedMs === null) {
      open.departedMs = timeMs;
      open.auto = auto === 1;
    }
  }
  return stays;
}

interface Judged {
  readonly stays: readonly Stayed[];
  readonly refused: readonly Seen[];
  readonly approval: Approval | null;
  readonly day: BusinessDay | null;
  readonly dayAt: (ms: number) => BusinessDay;
}

function stateOf({ stays, refused, approval, day, dayAt }: Judged, nowMs: number): VisitorState {
  const counts = (ms: number): boolean => day === null || ms >= day.startMs;
  const stay = stays.at(-1);
  if (stay !== undefined && stay.departedMs === null && dayAt(stay.arrivedMs).endMs > nowMs) return 'inside';
  if (stay !== undefined && counts(stay.arrivedMs)) return 'departed';
  if (refused.some(({ timeMs }) => counts(timeMs))) return 'refused';
  if (approval === 'rejected') return 'rejected';
  return day !== null && day.endMs <= nowMs ? 'missed' : 'expected';
}

function timeOf({ expected, stays, refusals }: VisitorLine): string {
  return expected ?? stays.at(-1)?.arrived ?? refusals.at(-1)?.at ?? '';
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
