// The site as the current document has it: spaces, catalogue, plans and teams. Nothing of doors: the office has none.

import type { Site } from '../../../access/catalogue.ts';
import type { ReplicaRecords } from '../../../access/model.ts';
import { siteOf } from '../../../access/site.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { currentRevision } from '../store/revisions.ts';

export function currentSite(store: OfficeStore): Site {
  const records = new Records(store);
  const all = <K extends 'spaces' | 'plans' | 'timePasses' | 'teams'>(kind: K): ReplicaRecords[K][] =>
    [...records.bodies(kind)].map((body) => JSON.parse(body) as ReplicaRecords[K]);
  return siteOf(currentRevision(store)?.revision ?? 0, {
    spaces: all('spaces'),
    plans: all('plans'),
    timePasses: all('timePasses'),
    teams: all('teams'),
    staff: [],
    resources: [],
    accessRules: [],
    unlockSchedules: [],
  });
}
