// Each kind of record, taken out of a replica by its name, or as a whole where it has none: what was there comes back, word for word
// as it was put in.

import type Database from 'better-sqlite3';
import type { Booking, Credential, ReplicaKind, ReplicaRecords, Visitor } from '../../access/model.ts';
import type { ReplicaRow } from './header.ts';
import {
  type ContractRow,
  type CustomerRow,
  contractColumns,
  contractOf,
  customerColumns,
  customerOf,
  type PassRow,
  passColumns,
  passOf,
} from './rows.ts';

/** The name of a record, or the record itself where its kind has no names. */
export type Named<K extends ReplicaKind> = K extends 'accessRules' | 'unlockSchedules' | 'includes' | 'planUsage'
  ? ReplicaRecords[K]
  : string;

type Removals = { readonly [K in ReplicaKind]: (named: Named<K>) => ReplicaRecords[K] | null };

/** null: there was none. The functions throw what SQLite throws. */
export function replicaRemovals(db: Database.Database): Removals {
  const byName = <K extends ReplicaKind>(kind: K) => small<K>(db, kind);
  const whole = <K extends ReplicaKind>(kind: K) => smallWhole<K>(db, kind);
  return {
    spaces: byName('spaces'),
    plans: byName('plans'),
    timePasses: byName('timePasses'),
    teams: byName('teams'),
    staff: byName('staff'),
    resources: byName('resources'),
    accessRules: whole('accessRules'),
    unlockSchedules: whole('unlockSchedules'),
    includes: whole('includes'),
    badgeKeys: byName('badgeKeys'),
    revokedBadges: byName('revokedBadges'),
    customers: fromTable<CustomerRow, ReplicaRecords['customers']>(db, 'customers', customerColumns, customerOf),
    contracts: fromTable<ContractRow, ReplicaRecords['contracts']>(db, 'contracts', contractColumns, contractOf),
    passes: fromTable<PassRow, ReplicaRecords['passes']>(db, 'passes', passColumns, passOf),
    credentials: fromTable<CredentialColumns, ReplicaRecords['credentials']>(
      db,
      'credentials',
      'id, type, customer, status, valid_from, expires, extended_unlock, duress, hash',
      credentialRecordOf,
    ),
    bookings: fromTable<BookingColumns, Booking>(
      db,
      'bookings',
      'id, resource, customer, from_ms, to_ms, status',
      ([id, resource, customer, from, to, status]) => ({ id, resource, customer, from, to, status }),
    ),
    visitors: fromTable<VisitorColumns, Visitor>(
      db,
      'visitors',
      'id, name, host, space, expected, approval, credential',
      ([id, name, host, space, expected, approval, credential]) => {
        return { id, name, host, space, expected, approval, credential };
      },
    ),
    planUsage: planUsage(db),
  };
}

type CredentialColumns = readonly [
  id: string,
  type: Credential['type'],
  customer: string | null,
  status: Credential['status'],
  validFrom: number | null,
  expires: number | null,
  extendedUnlock: number,
  duress: number,
  hash: Buffer,
];
type BookingColumns = readonly [string, string, string, number, number, Booking['status']];
type VisitorColumns = readonly [string, string, string | null, string, number, Visitor['approval'], string | null];

function credentialRecordOf(row: CredentialColumns): ReplicaRecords['credentials'] {
  const [id, type, customer, status, validFrom, expires, extendedUnlock, duress, hash] = row;
  const flags = { extendedUnlock: extendedUnlock === 1, duress: duress === 1 };
  return { id, type, customer, status, validFrom, expires, ...flags, hash: hash.toString('hex') };
}

function fromTable<Columns, Row>(
  db: Database.Database,
  table: string,
  columns: string,
  recordOf: (row: Columns) => Row,
): (id: string) => Row | null {
  const find = db.prepare<[string], Columns>(`SELECT ${columns} FROM ${table} WHERE id = ?`).raw();
  const remove = db.prepare<[string]>(`DELETE FROM ${table} WHERE id = ?`);
  return (id) => {
    const row = find.get(id);
    if (row === undefined) return null;
    remove.run(id);
    return recordOf(row);
  };
}

function small<K extends ReplicaKind>(db: Database.Database, kind: K): (id: string) => ReplicaRecords[K] | null {
  const take = db
    .prepare<[string, string], string>('DELETE FROM small WHERE kind = ? AND id = ? RETURNING body')
    .pluck();
  return (id) => {
    const body = take.get(kind, id);
    return body === undefined ? null : (JSON.parse(body) as ReplicaRecords[K]);
  };
}

/** One of those that say the same. Bodies were written from records of the same schema, so their keys are in the same order. */
function smallWhole<K extends ReplicaKind>(
  db: Database.Database,
  kind: K,
): (record: ReplicaRecords[K]) => ReplicaRecords[K] | null {
  const find = db
    .prepare<[string, string], string>('SELECT id FROM small WHERE kind = ? AND body = ? ORDER BY place LIMIT 1')
    .pluck();
  const remove = small<K>(db, kind);
  return (record) => {
    const id = find.get(kind, JSON.stringify(record));
    return id === undefined ? null : remove(id);
  };
}

function planUsage(db: Database.Database): (usage: ReplicaRecords['planUsage']) => ReplicaRecords['planUsage'] | null {
  const remove = db.prepare<[string, string, number]>(
    `DELETE FROM plan_usage WHERE rowid =
       (SELECT rowid FROM plan_usage WHERE customer = ? AND day = ? AND minutes = ? LIMIT 1)`,
  );
  return (usage) => (remove.run(usage.customer, usage.day, usage.minutes).changes === 0 ? null : usage);
}

/** A removal of whatever kind, as a row. */
export function removed(removals: Removals, kind: ReplicaKind, named: unknown): ReplicaRow | null {
  const record = (removals[kind] as (named: unknown) => unknown)(named);
  return record === null ? null : ([kind, record] as unknown as ReplicaRow);
}
