// What a site is, apart from its people: the small kinds of a replica, held in memory per revision and looked up by id.

import type { AccessRule, Plan, Resource, Space, Team, TimePass, UnlockSchedule } from './model.ts';

/** What a space sells and what plans say: kept with a visit, whose prices are those of its check-in (rules.md O4a). */
export interface Catalogue {
  readonly timePasses: ReadonlyMap<string, TimePass>;
  readonly plans: ReadonlyMap<string, Plan>;
}

export interface Site extends Catalogue {
  readonly revision: number;
  readonly spaces: ReadonlyMap<string, Space>;
  readonly teams: ReadonlyMap<string, Team>;
  /** Ids of the staff: a visitor's host may be one of them. */
  readonly staff: ReadonlySet<string>;
  /** Resources by the access point that they lie behind. */
  readonly resourcesBehind: ReadonlyMap<string, readonly Resource[]>;
  readonly rulesAt: ReadonlyMap<string, readonly AccessRule[]>;
  readonly schedulesAt: ReadonlyMap<string, readonly UnlockSchedule[]>;
}
