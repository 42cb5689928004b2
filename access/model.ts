// What a site's controllers know, as values: the records of the replica document (interfaces.md section 3) with every
// default filled in. Instants are UTC milliseconds, dates are `YYYY-MM-DD`, times of day are `HH:MM`, money is a decimal
// string. A record that reached this form has a valid shape; its references may still point nowhere.

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A weekly slot [from, to) on the wall clock of a space; `to` 00:00 is the end of the day, `to` <= `from` wraps. */
export interface Slot {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** A span of dates, both ends included, in the zone of the space that reads it; `to` null has no end. */
export interface DateSpan {
  readonly from: string;
  readonly to: string | null;
}

export type PassOrder = 'classic' | 'priority';

export interface Space {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly dailyCutOff: string;
  readonly checkInRequiresPass: boolean;
  readonly passOrder: PassOrder;
  /** Empty: always open. */
  readonly openingHours: readonly Slot[];
  readonly closures: readonly { readonly from: string; readonly to: string; readonly name: string }[];
  readonly payAsYouGo: { readonly members: boolean; readonly contacts: boolean };
}

export interface PlanLimits {
  readonly daysPerWeek: number | null;
  readonly daysPerMonth: number | null;
  readonly minutesPerWeek: number | null;
  readonly minutesPerMonth: number | null;
}

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly usesTimePasses: boolean;
  readonly allHours: boolean;
  readonly limits: PlanLimits;
}

export interface TimePass {
  readonly id: string;
  readonly name: string;
  /** Gross, in `currency`. */
  readonly price: string;
  readonly currency: string;
  readonly taxRate: string;
  readonly account: string | null;
  /** null: a day pass; else a minute pass of that many minutes. */
  readonly minutesIncluded: number | null;
  /** Ids of spaces; empty: where the customer is registered. */
  readonly validIn: readonly string[];
  readonly countsTowardsPlanLimits: boolean;
  readonly onSale: boolean;
  readonly soldWhole: boolean;
  /** Empty: always. */
  readonly availability: readonly Slot[];
  readonly specialPrices: readonly { readonly plan: string; readonly price: string }[];
  readonly priority: 'high' | 'normal' | 'low';
  readonly onlyForPlans: readonly string[];
  readonly onlyFor: 'members' | 'contacts' | null;
}

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly registeredWith: readonly string[];
  readonly teams: readonly string[];
  readonly disabled: boolean;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly sharesPasses: boolean;
}

/** Exactly one of `customer` and `team` is set. */
export interface Contract {
  readonly id: string;
  readonly customer: string | null;
  readonly team: string | null;
  readonly plan: string;
  readonly from: string;
  readonly to: string | null;
  readonly frozen: readonly DateSpan[];
}

export type PassSource = 'plan' | 'product' | 'sold' | 'manual';

/** Exactly one of `customer` and `team` is set. */
export interface Pass {
  readonly id: string;
  readonly timePass: string;
  readonly customer: string | null;
  readonly team: string | null;
  readonly source: PassSource;
  /** Of a minute pass; null: all that its time pass includes. */
  readonly remainingMinutes: number | null;
  /** Of a day pass: the label of the business day it was used on. */
  readonly usedOn: string | null;
  readonly usedBy: string | null;
  readonly validFrom: number | null;
  readonly expires: number | null;
  readonly createdAt: number | null;
}

export type CredentialType = 'card' | 'wiegand' | 'pin' | 'qr' | 'fob';

export interface Credential {
  readonly id: string;
  readonly type: CredentialType;
  readonly customer: string | null;
  readonly status: 'active' | 'blocked' | 'lost';
  readonly validFrom: number | null;
  readonly expires: number | null;
  readonly extendedUnlock: boolean;
  readonly duress: boolean;
}

export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly credentials: readonly string[];
}

export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly accessPoints: readonly string[];
}

export interface Booking {
  readonly id: string;
  readonly resource: string;
  readonly customer: string;
  readonly from: number;
  readonly to: number;
  readonly status: 'confirmed' | 'tentative' | 'cancelled';
}

export type Approval = 'not-required' | 'requested' | 'approved' | 'held' | 'rejected';

export interface Visitor {
  readonly id: string;
  readonly name: string;
  readonly host: string | null;
  readonly space: string;
  readonly expected: number;
  readonly approval: Approval;
  readonly credential: string | null;
}

export interface AccessRule {
  readonly accessPoint: string;
  readonly allow: {
    readonly plans: readonly string[];
    readonly teams: readonly string[];
    readonly customers: readonly string[];
    readonly timePasses: readonly string[];
  };
  /** null or empty: always. */
  readonly schedule: readonly Slot[] | null;
}

export interface PlanUsage {
  readonly customer: string;
  readonly day: string;
  readonly minutes: number;
}

/** Says that a replica already counts the controller's events of that epoch up to `through` (rules.md section 5). */
export interface Includes {
  readonly controller: string;
  readonly epoch: string;
  readonly through: number;
}

export interface UnlockSchedule extends Slot {
  readonly accessPoint: string;
  readonly afterFirstEntry: boolean;
}

/** The kinds of records of a replica, each with the shape of one record. Small kinds describe the site, large ones its people. */
export interface ReplicaRecords {
  spaces: Space;
  plans: Plan;
  timePasses: TimePass;
  teams: Team;
  staff: Staff;
  resources: Resource;
  accessRules: AccessRule;
  unlockSchedules: UnlockSchedule;
  includes: Includes;
  badgeKeys: string;
  revokedBadges: string;
  customers: Customer;
  contracts: Contract;
  passes: Pass;
  /** With the keyed hash (32 bytes, lower-case hex) of the value, never the value. */
  credentials: Credential & { readonly hash: string };
  bookings: Booking;
  visitors: Visitor;
  planUsage: PlanUsage;
}

export type ReplicaKind = keyof ReplicaRecords;
