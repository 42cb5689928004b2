// Visits and presences as rows, and back.

import type { Presence, Visit } from '../../access/facts.ts';
import type { Pass } from '../../access/model.ts';

export const visitColumns = `id, customer, space, business_day AS businessDay, from_ms AS fromMs, boot,
  from_since_boot_ms AS fromSinceBootMs, coverage, pass, plans, last_seen_ms AS lastSeenMs, closes_ms AS closesMs,
  exhausts_ms AS exhaustsMs, catalogue, owner`;

export type VisitRow = Omit<Visit, 'pass' | 'plans' | 'owner'> & {
  /** JSON. */
  readonly pass: string | null;
  /** JSON. */
  readonly plans: string;
  readonly exhaustsMs: number | null;
  readonly catalogue: string;
  /** null: this controller. */
  readonly owner: string | null;
};

export function visitOf(row: VisitRow): Visit {
  const { pass, plans, owner, exhaustsMs: _exhaustsMs, catalogue: _catalogue, ...same } = row;
  return {
    ...same,
    pass: pass === null ? null : (JSON.parse(pass) as Pass),
    plans: JSON.parse(plans) as string[],
    ...(owner === null ? {} : { owner }),
  };
}

export const presenceColumns = 'customer, space, kind, since_ms AS sinceMs, until_ms AS untilMs, closed';

export type PresenceRow = Omit<Presence, 'closed'> & { readonly closed: string | null };

export function presenceOf({ closed, ...same }: PresenceRow): Presence {
  return { ...same, closed: closed === null ? null : (JSON.parse(closed) as Visit) };
}
