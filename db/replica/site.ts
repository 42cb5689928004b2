// The small kinds of a replica as maps in memory, made once per revision.

import type Database from 'better-sqlite3';
import type { Site } from '../../access/catalogue.ts';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';
import { siteOf } from '../../access/site.ts';

/** All records of a small kind, in the order in which they came. */
export function smallRecords<K extends ReplicaKind>(db: Database.Database, kind: K): ReplicaRecords[K][] {
  const bodies = db.prepare<[string], string>('SELECT body FROM small WHERE kind = ? ORDER BY place').pluck().all(kind);
  return bodies.map((body) => JSON.parse(body) as ReplicaRecords[K]);
}

export function readSite(db: Database.Database, revision: number): Site {
  return siteOf(revision, {
    spaces: smallRecords(db, 'spaces'),
    timePasses: smallRecords(db, 'timePasses'),
    plans: smallRecords(db, 'plans'),
    teams: smallRecords(db, 'teams'),
    staff: smallRecords(db, 'staff'),
    resources: smallRecords(db, 'resources'),
    accessRules: smallRecords(db, 'accessRules'),
    unlockSchedules: smallRecords(db, 'unlockSchedules'),
  });
}
