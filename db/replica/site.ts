// The small kinds of a replica as maps in memory, made once per revision.

import type Database from 'better-sqlite3';
import type { Site } from '../../access/catalogue.ts';
import type { ReplicaKind, ReplicaRecords } from '../../access/model.ts';

/** All records of a small kind, in the order in which they came. */
export function smallRecords<K extends ReplicaKind>(db: Database.Database, kind: K): ReplicaRecords[K][] {
  const bodies = db.prepare<[string], string>('SELECT body FROM small WHERE kind = ? ORDER BY place').pluck().all(kind);
  return bodies.map((body) => JSON.parse(body) as ReplicaRecords[K]);
}

export function readSite(db: Database.Database, revision: number): Site {
  const resources = smallRecords(db, 'resources');
  return {
    revision,
    spaces: byId(smallRecords(db, 'spaces')),
    timePasses: byId(smallRecords(db, 'timePasses')),
    plans: byId(smallRecords(db, 'plans')),
    teams: byId(smallRecords(db, 'teams')),
    resourcesBehind: grouped(resources, (resource) => resource.accessPoints),
    rulesAt: grouped(smallRecords(db, 'accessRules'), (rule) => [rule.accessPoint]),
    schedulesAt: grouped(smallRecords(db, 'unlockSchedules'), (schedule) => [schedule.accessPoint]),
  };
}

function byId<T extends { readonly id: string }>(records: readonly T[]): Map<string, T> {
  return new Map(records.map((record) => [record.id, record]));
}

function grouped<T>(records: readonly T[], keysOf: (record: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const record of records) {
    for (const key of new Set(keysOf(record))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [record]);
      else group.push(record);
    }
  }
  return groups;
}
