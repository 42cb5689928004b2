// A site made of the small records of a replica: looked up by id, and without what contradicts itself (sound.ts).

import type { Site } from './catalogue.ts';
import type { Plan, ReplicaRecords, Space } from './model.ts';
import { areSoundLimits, isSoundSpace, isSoundSpan, isSoundTimePass } from './sound.ts';

type SmallKind =
  | 'spaces'
  | 'plans'
  | 'timePasses'
  | 'teams'
  | 'staff'
  | 'resources'
  | 'accessRules'
  | 'unlockSchedules';

/** The records of each kind, in the order in which they came. */
export type SiteRecords = { readonly [K in SmallKind]: readonly ReplicaRecords[K][] };

export function siteOf(revision: number, records: SiteRecords): Site {
  return {
    revision,
    spaces: byId(records.spaces.filter(isSoundSpace).map(withSoundClosures)),
    timePasses: byId(records.timePasses.filter(isSoundTimePass)),
    plans: byId(records.plans.filter(({ limits }: Plan) => areSoundLimits(limits))),
    teams: byId(records.teams),
    staff: new Set(records.staff.map(({ id }) => id)),
    resourcesBehind: grouped(records.resources, (resource) => resource.accessPoints),
    rulesAt: grouped(records.accessRules, (rule) => [rule.accessPoint]),
    schedulesAt: grouped(records.unlockSchedules, (schedule) => [schedule.accessPoint]),
  };
}

/** A closure of which nobody can say when it is closes the space altogether: a denial is never lost. */
function withSoundClosures(space: Space): Space {
  if (space.closures.every(isSoundSpan)) return space;
  const closures = space.closures.map((closure) =>
    isSoundSpan(closure) ? closure : { ...closure, from: '0000-01-01', to: '9999-12-31' },
  );
  return { ...space, closures };
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
