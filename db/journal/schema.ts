// The tables of journal.db and how an older file becomes a newer one. `events` is append-only and is the truth; the other
// tables are what the records made so far mean for the next decision.

import type Database from 'better-sqlite3';
import { genesisHash } from '../../access/canonical.ts';
import { DbError } from '../error.ts';

/** "CrdJ": tells a journal from any other SQLite file. */
export const journalApplicationId = 0x4372_644a;

/** Who writes the journal. The epoch is new with each new database. */
export interface JournalIdentity {
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
}

/** One step per schema version, applied in one transaction; `user_version` counts those that were. A step never changes. */
const migrations: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE events (
     seq INTEGER PRIMARY KEY, type TEXT NOT NULL, time_ms INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL);
   CREATE INDEX events_by_time ON events (time_ms);
   CREATE TABLE catalogues (hash TEXT PRIMARY KEY, body TEXT NOT NULL);
   CREATE TABLE visits (
     id TEXT PRIMARY KEY, customer TEXT NOT NULL UNIQUE, space TEXT NOT NULL, business_day TEXT NOT NULL,
     from_ms INTEGER NOT NULL, boot TEXT NOT NULL, from_since_boot_ms INTEGER NOT NULL, coverage TEXT NOT NULL,
     pass_id TEXT, pass TEXT, plans TEXT NOT NULL, last_seen_ms INTEGER NOT NULL, closes_ms INTEGER NOT NULL,
     exhausts_ms INTEGER, catalogue TEXT NOT NULL REFERENCES catalogues (hash)) WITHOUT ROWID;
   CREATE INDEX visits_by_pass ON visits (pass_id) WHERE pass_id IS NOT NULL;
   CREATE INDEX visits_by_close ON visits (closes_ms, id);
   CREATE INDEX visits_by_exhaustion ON visits (exhausts_ms, id) WHERE exhausts_ms IS NOT NULL;
   CREATE TABLE pass_use (
     pass TEXT NOT NULL, seq INTEGER NOT NULL, controller TEXT NOT NULL, epoch TEXT NOT NULL, visit TEXT NOT NULL,
     customer TEXT NOT NULL, business_day TEXT, minutes INTEGER NOT NULL,
     PRIMARY KEY (pass, seq, controller, epoch, visit)) WITHOUT ROWID;
   CREATE TABLE proposals (
     id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, visit TEXT NOT NULL, customer TEXT NOT NULL,
     business_day TEXT NOT NULL, time_pass TEXT NOT NULL, remaining_minutes INTEGER);
   CREATE INDEX proposals_by_customer ON proposals (customer, business_day);
   CREATE TABLE presence (
     customer TEXT PRIMARY KEY, space TEXT NOT NULL, kind TEXT NOT NULL, since_ms INTEGER NOT NULL,
     until_ms INTEGER NOT NULL, closed TEXT, closed_visit TEXT,
     closed_catalogue TEXT REFERENCES catalogues (hash)) WITHOUT ROWID;
   CREATE INDEX presence_by_closed_visit ON presence (closed_visit) WHERE closed_visit IS NOT NULL;
   CREATE INDEX presence_by_end ON presence (until_ms, customer);
   CREATE TABLE visitors_inside (
     visitor TEXT PRIMARY KEY, host TEXT, space TEXT NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX visitors_inside_by_end ON visitors_inside (until_ms, visitor);`,
  // A restored journal keeps the proposals of the epoch before: their numbers are that epoch's.
  `ALTER TABLE proposals ADD COLUMN epoch TEXT NOT NULL DEFAULT '';
   UPDATE proposals SET epoch = (SELECT value FROM meta WHERE key = 'epoch');`,
  // What counts toward plan limits and no replica includes yet.
  `CREATE TABLE plan_use (
     customer TEXT NOT NULL, seq INTEGER NOT NULL, controller TEXT NOT NULL, epoch TEXT NOT NULL, visit TEXT NOT NULL,
     day TEXT NOT NULL, minutes INTEGER NOT NULL,
     PRIMARY KEY (customer, seq, controller, epoch, visit, day)) WITHOUT ROWID;`,
  // When a visitor arrived. Of those who are inside now it is not known: long ago.
  'ALTER TABLE visitors_inside ADD COLUMN since_ms INTEGER NOT NULL DEFAULT 0;',
  // What was set at each door, and the mode that was recorded last.
  'CREATE TABLE doors (access_point TEXT PRIMARY KEY, saved TEXT NOT NULL) WITHOUT ROWID;',
  // Since when in a boot a visitor has been inside. Of those who are inside now it is not known: their time of day is taken.
  `ALTER TABLE visitors_inside ADD COLUMN boot TEXT NOT NULL DEFAULT '';
   ALTER TABLE visitors_inside ADD COLUMN since_boot_ms INTEGER NOT NULL DEFAULT 0;`,
  // What the site rules remember: where people are, what was tried at readers, who waits at doors. `state` is JSON.
  `CREATE TABLE whereabouts (holder TEXT PRIMARY KEY, area TEXT, since_ms INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX whereabouts_outside ON whereabouts (since_ms) WHERE area IS NULL;
   CREATE TABLE rule_states (kind TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
   CREATE INDEX visits_by_space ON visits (space);`,
  // Orders that are settled, until they have surely expired; and the issue of the last command that each door took.
  `CREATE TABLE commands (
     id TEXT PRIMARY KEY, outcome TEXT NOT NULL, reason TEXT, expires_ms INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX commands_by_expiry ON commands (expires_ms);
   CREATE TABLE commanded (access_point TEXT PRIMARY KEY, issued_ms INTEGER NOT NULL) WITHOUT ROWID;`,
  // Several controllers of a site: what they say of each other's people, how far each journal is known, who is to be merged, which
  // records the replica includes, and the catalogues of earlier replicas. `owner`: the controller of the check-in; null: this one.
  `ALTER TABLE visits ADD COLUMN owner TEXT;
   ALTER TABLE visitors_inside ADD COLUMN owner TEXT;
   ALTER TABLE pass_use ADD COLUMN time_ms INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE shared_records (
     holder TEXT NOT NULL, time_ms INTEGER NOT NULL, controller TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
     type TEXT NOT NULL, boot TEXT NOT NULL, since_boot_ms REAL NOT NULL, data TEXT NOT NULL,
     PRIMARY KEY (holder, time_ms, controller, epoch, seq)) WITHOUT ROWID;
   CREATE INDEX shared_records_by_time ON shared_records (time_ms);
   CREATE TABLE shared_journals (
     controller TEXT NOT NULL, epoch TEXT NOT NULL, through INTEGER NOT NULL, hash TEXT NOT NULL,
     PRIMARY KEY (controller, epoch)) WITHOUT ROWID;
   CREATE TABLE unmerged (holder TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE included (epoch TEXT PRIMARY KEY, through INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE replica_catalogues (
     revision INTEGER PRIMARY KEY, catalogue TEXT NOT NULL REFERENCES catalogues (hash)) WITHOUT ROWID;`,
  // Who is to be merged anew with the next replica, or at an instant; up to when a replica counts what a controller recorded. What
  // was assumed of a visit stands under its cut-off.
  `CREATE TABLE merge_again (holder TEXT PRIMARY KEY, at_ms INTEGER) WITHOUT ROWID;
   CREATE INDEX merge_again_by_time ON merge_again (at_ms) WHERE at_ms IS NOT NULL;
   CREATE TABLE covered (controller TEXT PRIMARY KEY, time_ms INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX shared_records_by_journal ON shared_records (controller, epoch, seq, time_ms);
   UPDATE pass_use SET seq = 0 WHERE epoch = '';
   UPDATE plan_use SET seq = 0 WHERE epoch = '';`,
];

export const journalSchemaVersion = migrations.length;

/**
 * A file of a later schema is read by no older program: what it does not know of, it would lose.
 * @throws DbError `newer-schema`
 */
export function refuseNewerSchema(db: Database.Database, file: string): void {
  const version = schemaVersionOf(db);
  if (version <= journalSchemaVersion) return;
  const [what, mend] = [
    `${file} has schema ${version} of a newer cardea, this one knows up to ${journalSchemaVersion}`,
    'upgrade cardea, or go back with `cardea restore` to a backup from before that upgrade',
  ];
  throw new DbError('newer-schema', file, `${what}: ${mend}`);
}

export function schemaVersionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Nothing was ever written: a file just made, or one whose making was cut short. */
export function isBlank(db: Database.Database): boolean {
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_master').pluck().get();
  return tables === 0 && db.pragma('application_id', { simple: true }) === 0;
}

/** Makes the tables of a blank file and names its journal, all or nothing. */
export function createJournal(db: Database.Database, identity: JournalIdentity): void {
  db.transaction(() => {
    db.pragma(`application_id = ${journalApplicationId}`);
    migrate(db);
    const put = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    put.run('site', identity.site);
    put.run('controller', identity.controller);
    put.run('epoch', identity.epoch);
    put.run('head', headText({ seq: 0, hash: genesisHash(identity) }));
  }).immediate();
}

/** Brings an older file to this version, all or nothing. */
export function migrate(db: Database.Database): void {
  db.transaction(() => {
    for (const step of migrations.slice(schemaVersionOf(db))) db.exec(step);
    db.pragma(`user_version = ${journalSchemaVersion}`);
  }).immediate();
}

/** The last record: its sequence number and hash; of an empty journal 0 and the genesis hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export function headText(head: Head): string {
  return `${head.seq} ${head.hash}`;
}

/** What the journal says of itself; undefined where a part of it is missing or makes no sense. */
export function readMeta(db: Database.Database): { identity: JournalIdentity; head: Head } | undefined {
  const get = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const [site, controller, epoch] = [get.get('site'), get.get('controller'), get.get('epoch')];
  const head = readHead(db);
  if (site === undefined || controller === undefined || epoch === undefined || head === undefined) return undefined;
  return { identity: { site, controller, epoch }, head };
}

/** undefined where it is missing or makes no sense. */
export function readHead(db: Database.Database): Head | undefined {
  return headOf(db, 'head');
}

/** The last record that was dropped from the beginning; null: none was. The chain goes on from its hash. */
export function readAnchor(db: Database.Database): Head | null {
  return headOf(db, anchorKey) ?? null;
}

export const anchorKey = 'anchor';

function headOf(db: Database.Database, key: string): Head | undefined {
  const text = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key);
  const head = /^(\d{1,15}) ([0-9a-f]{64})$/.exec(text ?? '');
  if (head?.[1] === undefined || head[2] === undefined) return undefined;
  return { seq: Number(head[1]), hash: head[2] };
}
