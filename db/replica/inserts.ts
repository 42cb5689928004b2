// Each kind of record as its row: one exhaustive table of prepared statements.

import type Database from 'better-sqlite3';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import { holderRanks, ownerKinds } from './schema.ts';
import { type Cell, TableRows } from './table-rows.ts';

type Run = (...values: Cell[]) => void;
type Inserts = { readonly [K in ReplicaKind]: (record: ReplicaRecords[K], place: number) => void };
type LargeKind = 'customers' | 'contracts' | 'passes' | 'credentials' | 'bookings' | 'visitors' | 'planUsage';

export interface ReplicaInserts {
  /** `place`: how many records of the kind came before. The functions throw what SQLite throws, of this record or one that waited. */
  readonly insert: Inserts;
  /** Inserts what waits still. Throws what SQLite throws. */
  flush(): void;
}

/** @param together rows of one table that wait for each other at most, to be inserted as one statement; 1: none waits. */
export function replicaInserts(db: Database.Database, together: number): ReplicaInserts {
  const tables: TableRows[] = [];
  const into: Into = (table, columns) => {
    const rows = new TableRows(db, table, columns, together);
    tables.push(rows);
    return (...values) => rows.add(values);
  };
  return {
    insert: insertsOf(db, into),
    flush: () => {
      for (const rows of tables) rows.flush();
    },
  };
}

type Into = (table: string, columns: number) => Run;

function insertsOf(db: Database.Database, into: Into): Inserts {
  const put = into('small', 4);
  const byId = (kind: ReplicaKind) => (record: { readonly id: string }, place: number) =>
    put(kind, record.id, place, JSON.stringify(record));
  const byPlace = (kind: ReplicaKind) => (record: object, place: number) =>
    put(kind, String(place), place, JSON.stringify(record));
  const byText = (kind: ReplicaKind) => (record: string, place: number) =>
    put(kind, record, place, JSON.stringify(record));
  const hold = holder(db);
  const staff = byId('staff');
  return {
    spaces: byId('spaces'),
    plans: byId('plans'),
    timePasses: byId('timePasses'),
    teams: byId('teams'),
    staff: (record, place) => {
      staff(record, place);
      for (const credential of record.credentials) hold(credential, holderRanks.staff, record.id);
    },
    resources: byId('resources'),
    accessRules: byPlace('accessRules'),
    unlockSchedules: byPlace('unlockSchedules'),
    includes: byPlace('includes'),
    badgeKeys: byText('badgeKeys'),
    revokedBadges: byText('revokedBadges'),
    ...largeInserts(into, hold),
  };
}

function largeInserts(into: Into, hold: (...holder: [string, number, string]) => void): Pick<Inserts, LargeKind> {
  const customers = into('customers', 5);
  const contracts = into('contracts', 7);
  const passes = into('passes', 11);
  const credentials = into('credentials', 9);
  const bookings = into('bookings', 6);
  const visitors = into('visitors', 7);
  const planUsage = into('plan_usage', 3);
  return {
    customers: (c) =>
      customers(c.id, c.name, JSON.stringify(c.registeredWith), JSON.stringify(c.teams), Number(c.disabled)),
    contracts: (c) => contracts(...ownerOf(c), c.id, c.plan, c.from, c.to, JSON.stringify(c.frozen)),
    passes: (p) => {
      const [kind, owner] = ownerOf(p);
      const { remainingMinutes, usedOn, usedBy, validFrom, expires, createdAt } = p;
      passes(kind, owner, p.id, p.timePass, p.source, remainingMinutes, usedOn, usedBy, validFrom, expires, createdAt);
    },
    credentials: (c) => {
      if (!/^[0-9a-f]{64}$/.test(c.hash)) throw new Error(`the hash of credential ${c.id} is not 32 bytes of hex`);
      const { id, type, customer, status, validFrom, expires, extendedUnlock, duress } = c;
      const hash = Buffer.from(c.hash, 'hex');
      credentials(hash, id, type, customer, status, validFrom, expires, Number(extendedUnlock), Number(duress));
    },
    bookings: (b) => bookings(b.customer, b.from, b.id, b.resource, b.to, b.status),
    visitors: (v) => {
      visitors(v.id, v.name, v.host, v.space, v.expected, v.approval, v.credential);
      if (v.credential !== null) hold(v.credential, holderRanks.visitor, v.id);
    },
    planUsage: (u) => planUsage(u.customer, u.day, u.minutes),
  };
}

function ownerOf(record: { id: string; customer: string | null; team: string | null }): [number, string] {
  if (record.customer !== null) return [ownerKinds.customer, record.customer];
  if (record.team !== null) return [ownerKinds.team, record.team];
  throw new Error(`${record.id} names neither a customer nor a team`);
}

/** Staff before visitors, then the lower id: whatever order the records come in. */
function holder(db: Database.Database): (credential: string, rank: number, id: string) => void {
  const statement = db.prepare<[string, number, string]>(
    `INSERT INTO holders (credential, rank, id) VALUES (?, ?, ?)
     ON CONFLICT (credential) DO UPDATE SET rank = excluded.rank, id = excluded.id
     WHERE (excluded.rank, excluded.id) < (rank, id)`,
  );
  return (credential, rank, id) => void statement.run(credential, rank, id);
}
