// A site with some people and their weeks, from a seed: what the office has of them, and what its sums are.

import { readFileSync } from 'node:fs';
import type { ReplicaDocument } from '../../../config/types.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import type { Origin } from '../../../sync/office/records/audit.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { charges, chargeTotals } from '../../../sync/office/visits/charges.ts';
import { days } from '../../../sync/office/visits/days.ts';
import { occupancy } from '../../../sync/office/visits/occupancy.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { used } from '../../../sync/office/visits/used.ts';
import { charge, checkin, checkout, type JournalMaker, sha256 } from '../../support/journal-maker.ts';
import { pass, space, timePass } from '../../support/records.ts';
import { customer, replica, startMs } from '../office/bench.ts';

export const siteKey = Buffer.alloc(32, 7);
export const people = ['zelda.quux', 'ben', 'cem', 'dora'] as const;
export const riverside = space({ id: 'riverside' });
export const origin: Origin = { by: 'sam', via: 'cli', request: 'r1', action: 'put', reason: null, nowMs: startMs };

const dayMs = 86_400_000;
const hourMs = 3_600_000;

export function document(revision = 1): ReplicaDocument {
  return replica(revision, {
    spaces: [riverside],
    timePasses: [timePass('hour', { minutesIncluded: 60, account: 'desks' }), timePass('day')],
    teams: [{ id: 'lab', name: 'lab', sharesPasses: true }],
    customers: people.map((id) => ({ ...customer(id, `${id} Longname`), teams: ['lab'] })),
    passes: [
      ...people.map((id) => pass(`pass-of-${id}`, 'hour', { customer: id, remainingMinutes: 0 })),
      pass('shared', 'day', { team: 'lab', usedOn: '2026-03-01', usedBy: people[0] }),
    ],
    credentials: people.map((id) => ({
      id: `card-of-${id}`,
      type: 'card' as const,
      value: cardOf(id),
      customer: id,
      status: 'active' as const,
      validFrom: null,
      expires: null,
      extendedUnlock: false,
      duress: false,
    })),
    visitors: [
      {
        id: 'guest-1',
        name: 'Gustav Guestname',
        host: people[0],
        space: 'riverside',
        expected: startMs,
        approval: 'approved' as const,
        credential: null,
      },
    ],
    planUsage: [{ customer: people[0], day: '2026-03-01', minutes: 30 }],
    accessRules: [
      {
        accessPoint: 'lab-door',
        allow: { plans: [], teams: [], customers: [people[0]], timePasses: [] },
        schedule: null,
      },
    ],
  });
}

export function cardOf(id: string): string {
  return sha256(id).slice(0, 14).toUpperCase();
}

/** What people did on so many days, from 08:00 on; every visit ends, and most are charged. */
export function live(journal: JournalMaker, seed: number, count: number, from = startMs): void {
  const random = seededRandom(`story ${seed}`);
  const upTo = (most: number): number => (random.bytes(1)[0] ?? 0) % most;
  const at = (ms: number): string => new Date(ms).toISOString();
  for (let day = 0; day < count; day++) {
    for (const id of people) {
      let ms = from + day * dayMs + upTo(60) * 60_000;
      for (let n = upTo(3); n >= 0; n--) {
        const visit = `v-${journal.controller}-${seed}-${day}-${people.indexOf(id)}-${n}`;
        const holder = { holder: { kind: 'customer', id }, credential: { type: 'card', id: `card-of-${id}` } };
        journal.add('access.granted', { ...holder, direction: 'in', reason: 'pass', visit }, { time: at(ms) });
        const own = { visit, customer: id };
        const begun = { pass: `pass-of-${id}`, businessDay: at(ms).slice(0, 10) };
        journal.add('checkin.recorded', checkin(own, begun), { time: at(ms) });
        const end = ms + (1 + upTo(3)) * hourMs;
        const usage = [{ pass: `pass-of-${id}`, minutes: 60 }];
        journal.add('access.granted', { ...holder, direction: 'out', reason: 'exit' }, { time: at(end) });
        journal.add('checkout.recorded', checkout(own, at(ms), at(end), { usage }), { time: at(end) });
        const amount = `${1 + upTo(9)}.${10 + upTo(80)}`;
        if (upTo(2) === 0) journal.add('charge.proposed', charge(own, at(ms), at(end), { amount }), { time: at(end) });
        ms = end + hourMs;
      }
      const hash = sha256(`unknown ${id}`);
      journal.add(
        'access.denied',
        { credential: { type: 'card', hash }, reason: 'unknown-credential' },
        { time: at(ms) },
      );
      journal.add('checkin.rejected', { customer: id, space: 'riverside', reason: 'no-pass' }, { time: at(ms) });
      journal.add('checkout.orphan', { customer: id, space: 'riverside' }, { time: at(ms) });
      journal.add('help.requested', { customer: id, message: `${id} Longname is stuck` }, { time: at(ms) });
      journal.add('door.opened', {}, { time: at(ms) });
    }
    const stay = { visitor: 'guest-1', host: people[0] };
    journal.add('visitor.arrived', stay, { time: at(from + day * dayMs) });
    journal.add('visitor.departed', stay, { time: at(from + day * dayMs + hourMs) });
  }
}

/** All that money and occupancy are made of, without whose they are. */
export function sums(store: OfficeStore): unknown {
  const nowMs = startMs + 400 * dayMs;
  const range = { fromMs: startMs - dayMs, toMs: startMs + 40 * dayMs, nowMs };
  const perDay = [...days(store, nowMs)].map(({ customer: _, ...line }) => JSON.stringify(line)).sort();
  const visits = [...checkins(store)].map(({ visit, from, to, charges: { length }, coverage, usage, passes }) => {
    const amounts = usage.map(({ pass: _, ...amount }) => amount);
    return { visit, from, to, length, coverage, amounts, passes: passes.length };
  });
  const minutes = [...used(store)].reduce((sum, line) => sum + line.minutes, 0);
  return {
    totals: chargeTotals(charges(store)),
    occupancy: occupancy(store, riverside, 'day', range),
    perDay,
    visits,
    minutes,
    people: new Set([...days(store, nowMs)].map(({ day, customer: who }) => `${day} ${who}`)).size,
  };
}

/** Where in the files of the store a text is found, and in which column. */
export function placesOf(store: OfficeStore, texts: readonly string[]): string[] {
  const found: string[] = [];
  const tables = store.db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  for (const table of tables) {
    for (const row of store.db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).iterate()) {
      for (const [column, value] of Object.entries(row)) {
        const text = typeof value === 'string' ? value : '';
        for (const one of texts)
          if (text.includes(one)) found.push(`${table}.${column}: ${one} in ${text.slice(0, 200)}`);
      }
    }
  }
  for (const file of [store.path, `${store.path}-wal`]) {
    const bytes = readFileSync(file);
    for (const one of texts) if (bytes.includes(one)) found.push(`${file}: ${one}`);
  }
  return found;
}
