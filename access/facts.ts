// What a decision may ask. The daemon answers from SQLite, a test from plain objects; a decision asks for no more than
// it needs, each question at most once, and never changes anything.

import type { Catalogue, Site } from './catalogue.ts';
import type { Booking, Contract, Credential, Customer, Pass, PlanUsage, Visitor } from './model.ts';
import type { SiteRuleFacts } from './site-rules/state.ts';

export type Holder =
  | { readonly kind: 'customer'; readonly id: string }
  | { readonly kind: 'staff'; readonly id: string }
  | { readonly kind: 'visitor'; readonly id: string };

/** A credential with whom it belongs to; null: nobody that the replica knows. */
export interface HeldCredential {
  readonly credential: Credential;
  readonly holder: Holder | null;
}

/** How a visit is paid for (interfaces.md section 5). */
export type Coverage = 'pass' | 'plan' | 'none-needed' | 'pay-as-you-go';

/** An open visit: an interval of one person in one space that has begun (rules.md, head). */
export interface Visit {
  readonly id: string;
  readonly customer: string;
  readonly space: string;
  /** Label of the business day. */
  readonly businessDay: string;
  /** Wall time of the check-in, UTC milliseconds. */
  readonly fromMs: number;
  /** The monotonic side of the same instant. */
  readonly boot: string;
  readonly fromSinceBootMs: number;
  readonly coverage: Coverage;
  /** The check-in's own pass as it was then (O4a); null without one. */
  readonly pass: Pass | null;
  /** Plans whose contracts were active at the check-in. */
  readonly plans: readonly string[];
  /** Last tap of this person in the space, UTC milliseconds. */
  readonly lastSeenMs: number;
  /** When the cut-off closes it (O6). */
  readonly closesMs: number;
  /** The controller of the check-in, which records what becomes of the visit by itself; left out: this one. */
  readonly owner?: string;
}

/** A visit that the cut-off closed. */
export interface ClosedVisit extends Visit {
  /** The pass that covered it at the last tap, which goes on covering it from there; null: none held did. Left out: the check-in's. */
  readonly goesOnWith?: string | null;
  /** Whole seconds of it up to the last tap that count toward plan limits: those of the evening are rounded up with them. Left out: none. */
  readonly countedSeconds?: number;
}

/** Someone who is or may be inside without a visit: entered on a booking, flagged, or presumed inside since a cut-off. */
export interface Presence {
  readonly customer: string;
  readonly space: string;
  readonly kind: 'presumed' | 'no-visit';
  readonly sinceMs: number;
  /** When it ends by itself: the next cut-off. */
  readonly untilMs: number;
  /**
   * Of `presumed`: the visit that the cut-off closed. Its minutes between the last tap and the cut-off are settled by a
   * later exit tap (O6).
   */
  readonly closed: ClosedVisit | null;
}

/** An open visit that passes cover, now or later: not one of a plan, or of a space, that uses none. */
export interface Inside {
  readonly visit: string;
  readonly customer: string;
  /** Id of the check-in's own pass; null without one. */
  readonly pass: string | null;
}

/** What was used here and no replica includes yet (rules.md section 5). */
export interface LocalUse {
  readonly pass: string;
  readonly customer: string;
  /** Of a day pass: the business day's label; else null. */
  readonly businessDay: string | null;
  readonly minutes: number;
}

/** A pass proposed for sale: held and used for the rest of its business day (rules.md section 1.0, O2). */
export interface Proposal {
  readonly customer: string;
  readonly businessDay: string;
  readonly timePass: string;
  /** Of a minute pass sold whole: what is left over, or, less than 0, what was drawn on it since; null for a day pass. */
  readonly remainingMinutes: number | null;
}

/** What the replica answers. */
export interface ReplicaFacts {
  readonly site: Site;
  credential(hash: string): HeldCredential | undefined;
  customer(id: string): Customer | undefined;
  /** Own contracts, and those of the teams. */
  contracts(customer: string, teams: readonly string[]): readonly Contract[];
  /** Own passes, and those of the teams. */
  passes(customer: string, teams: readonly string[]): readonly Pass[];
  bookings(customer: string): readonly Booking[];
  visitor(id: string): Visitor | undefined;
  /** What counts toward plan limits in this week and month, by business day. */
  planUsage(customer: string): readonly PlanUsage[];
}

export interface VisitorInside {
  readonly space: string;
  /** When they arrived: UTC milliseconds, and the boot and milliseconds since it, from which a duration is told. */
  readonly sinceMs: number;
  readonly boot: string;
  readonly sinceBootMs: number;
}

/** What the journal answers: what happened here and no replica knows yet. */
export interface LocalFacts extends SiteRuleFacts {
  /** At most one visit of a person is open (C8). */
  openVisit(customer: string): Visit | undefined;
  /** The catalogue of the visit's check-in (O4a). */
  catalogueOf(visit: string): Catalogue | undefined;
  presence(customer: string): Presence | undefined;
  /** Whether the visitor arrived and has not departed, where, and since when (UTC milliseconds). */
  visitorInside(visitor: string): VisitorInside | undefined;
  /** Local use of any of the passes. */
  localUse(passes: readonly string[]): readonly LocalUse[];
  /** What counts toward plan limits and no replica includes yet; one day may come several times. */
  planUse(customer: string): readonly PlanUsage[];
  proposals(customer: string, businessDay: string): readonly Proposal[];
  /** Who is inside on passes, in the order of their visits' beginning: what is left of a team's minutes depends on them (O4). */
  insideOnPasses(): readonly Inside[];
}

export interface Facts extends ReplicaFacts, LocalFacts {}
