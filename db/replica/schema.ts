// The tables of a replica. People are rows with typed columns, clustered by whom a decision asks for, so that an answer
// is one short walk in one tree; what describes the site is small, kept as JSON and held in memory.

import type Database from 'better-sqlite3';

/** "CrdR": tells a replica from any other SQLite file. */
export const replicaApplicationId = 0x4372_6452;
/** A replica of another version is not migrated but fetched again. */
export const replicaSchemaVersion = 1;

/** `owner_kind` of contracts and passes. */
export const ownerKinds = { customer: 0, team: 1 } as const;

/** Who wins a credential that several name: staff, then the customer it names (in its own row), then a visitor. */
export const holderRanks = { staff: 0, visitor: 2 } as const;

const tables = `
  CREATE TABLE header (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE small (kind TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, id)) WITHOUT ROWID;
  CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT NOT NULL, registered_with TEXT NOT NULL, teams TEXT NOT NULL,
    disabled INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE contracts (owner_kind INTEGER NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, plan TEXT NOT NULL,
    from_date TEXT NOT NULL, to_date TEXT, frozen TEXT NOT NULL, PRIMARY KEY (owner_kind, owner, id)) WITHOUT ROWID;
  CREATE TABLE passes (owner_kind INTEGER NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, time_pass TEXT NOT NULL,
    source TEXT NOT NULL, remaining_minutes INTEGER, used_on TEXT, used_by TEXT, valid_from INTEGER, expires INTEGER,
    created_at INTEGER, PRIMARY KEY (owner_kind, owner, id)) WITHOUT ROWID;
  CREATE TABLE credentials (hash BLOB PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, customer TEXT,
    status TEXT NOT NULL, valid_from INTEGER, expires INTEGER, extended_unlock INTEGER NOT NULL,
    duress INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE holders (credential TEXT PRIMARY KEY, rank INTEGER NOT NULL, id TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE bookings (customer TEXT NOT NULL, from_ms INTEGER NOT NULL, id TEXT NOT NULL, resource TEXT NOT NULL,
    to_ms INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY (customer, from_ms, id)) WITHOUT ROWID;
  CREATE TABLE visitors (id TEXT PRIMARY KEY, name TEXT NOT NULL, host TEXT, space TEXT NOT NULL,
    expected INTEGER NOT NULL, approval TEXT NOT NULL, credential TEXT) WITHOUT ROWID;
  CREATE TABLE plan_usage (customer TEXT NOT NULL, day TEXT NOT NULL, minutes INTEGER NOT NULL);`;

/** Made once all rows are in. They also find an id that two records have. */
const indices = `
  CREATE UNIQUE INDEX contract_ids ON contracts (id);
  CREATE UNIQUE INDEX pass_ids ON passes (id);
  CREATE UNIQUE INDEX credential_ids ON credentials (id);
  CREATE UNIQUE INDEX booking_ids ON bookings (id);
  CREATE INDEX plan_usage_by_customer ON plan_usage (customer, day);`;

export function createReplicaTables(db: Database.Database): void {
  db.exec(tables);
}

export function createReplicaIndices(db: Database.Database): void {
  db.exec(indices);
}
