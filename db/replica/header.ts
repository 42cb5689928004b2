// What a replica says of itself, and the kinds of its records.

import type Database from 'better-sqlite3';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import { DbError } from '../error.ts';
import { replicaApplicationId, replicaSchemaVersion } from './schema.ts';

/** How many records of each kind; a kind that is not named has none. */
export type ReplicaCounts = { readonly [K in ReplicaKind]?: number };

/** One record with its kind. */
export type ReplicaRow = { [K in ReplicaKind]: readonly [K, ReplicaRecords[K]] }[ReplicaKind];

/** A controller of the site and its public key (SPKI, base64). */
export interface Peer {
  readonly id: string;
  readonly publicKey: string;
}

/** What is known before the records are. */
export interface ReplicaHeader {
  readonly site: string;
  readonly revision: number;
  readonly counts: ReplicaCounts;
}

/** What the manifest of the revision says. */
export interface ReplicaFactsOfManifest {
  /** Of the uncompressed snapshot, lower-case hex. */
  readonly sha256: string;
  readonly peers: readonly Peer[];
  /** Of all records together; null where it is not known. */
  readonly digest: string | null;
  /** The most that there were since shrinking was last meant; null where it is not known. */
  readonly most: { readonly customers: number; readonly credentials: number } | null;
}

export type StoredHeader = ReplicaHeader & ReplicaFactsOfManifest;

export function writeHeader(db: Database.Database, header: Partial<StoredHeader>): void {
  const put = db.prepare('INSERT OR REPLACE INTO header (key, value) VALUES (?, ?)');
  for (const [key, value] of Object.entries(header)) if (value !== undefined) put.run(key, JSON.stringify(value));
}

/** @throws DbError `replica-damaged` where the file is no whole replica of this version. */
export function readHeader(db: Database.Database): StoredHeader {
  const damaged = (what: string): DbError =>
    new DbError('replica-damaged', db.name, `the replica ${db.name} cannot be used: ${what}; it is fetched again`);
  if (db.pragma('application_id', { simple: true }) !== replicaApplicationId)
    throw damaged('it is no replica, or unfinished');
  if (db.pragma('user_version', { simple: true }) !== replicaSchemaVersion) throw damaged('it is of another version');
  const get = db.prepare<[string], string>('SELECT value FROM header WHERE key = ?').pluck();
  const read = (key: keyof StoredHeader): unknown => {
    const text = get.get(key);
    if (text === undefined) throw damaged(`it does not say its ${key}`);
    return JSON.parse(text);
  };
  /** null in a file of before there were deltas. */
  const readKept = (key: keyof StoredHeader): unknown => JSON.parse(get.get(key) ?? 'null');
  const [site, revision] = [read('site'), read('revision')];
  if (typeof site !== 'string' || !Number.isSafeInteger(revision)) throw damaged('its header makes no sense');
  return {
    site,
    revision: revision as number,
    counts: read('counts') as ReplicaCounts,
    sha256: read('sha256') as string,
    peers: read('peers') as Peer[],
    digest: readKept('digest') as string | null,
    most: readKept('most') as StoredHeader['most'],
  };
}
