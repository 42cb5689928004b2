// What the oracle reads: the replica document and the scenario file of the interface, with the defaults that it names filled in.
// Written from the documents alone; nothing here is taken from the code that it checks.

export interface Slot {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
}

export interface Space {
  readonly id: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly dailyCutOff?: string;
  readonly checkInRequiresPass?: boolean;
  readonly passOrder?: 'classic' | 'priority';
  readonly openingHours?: readonly Slot[];
  readonly closures?: readonly { readonly from: string; readonly to: string }[];
  readonly payAsYouGo?: { readonly members?: boolean; readonly contacts?: boolean };
}

export interface Limits {
  readonly daysPerWeek?: number;
  readonly daysPerMonth?: number;
  readonly minutesPerWeek?: number;
  readonly minutesPerMonth?: number;
}

export interface Plan {
  readonly id: string;
  readonly usesTimePasses?: boolean;
  readonly allHours?: boolean;
  readonly limits?: Limits;
}

export interface TimePass {
  readonly id: string;
  readonly price: string;
  readonly currency: string;
  readonly taxRate?: string;
  readonly account?: string | null;
  readonly minutesIncluded?: number | null;
  readonly validIn?: readonly string[];
  readonly countsTowardsPlanLimits?: boolean;
  readonly onSale?: boolean;
  readonly soldWhole?: boolean;
  readonly availability?: readonly Slot[];
  readonly specialPrices?: readonly { readonly plan: string; readonly price: string }[];
  readonly priority?: 'high' | 'normal' | 'low';
  readonly onlyForPlans?: readonly string[];
  readonly onlyFor?: 'members' | 'contacts' | null;
}

export interface Contract {
  readonly id: string;
  readonly customer?: string;
  readonly team?: string;
  readonly plan: string;
  readonly from: string;
  readonly to?: string | null;
  readonly frozen?: readonly { readonly from: string; readonly to: string }[];
}

export interface Pass {
  readonly id: string;
  readonly timePass: string;
  readonly customer?: string;
  readonly team?: string;
  readonly source: 'plan' | 'product' | 'sold' | 'manual';
  readonly remainingMinutes?: number | null;
  readonly usedOn?: string | null;
  readonly usedBy?: string | null;
  readonly validFrom?: string | null;
  readonly expires?: string | null;
  readonly createdAt?: string | null;
}

export interface Credential {
  readonly id: string;
  readonly type: string;
  readonly value: string;
  readonly customer?: string;
  readonly status?: 'active' | 'blocked' | 'lost';
  readonly validFrom?: string | null;
  readonly expires?: string | null;
}

export interface Customer {
  readonly id: string;
  readonly registeredWith?: readonly string[];
  readonly teams?: readonly string[];
  readonly disabled?: boolean;
}

export interface Visitor {
  readonly id: string;
  readonly host: string;
  readonly space: string;
  readonly expected: string;
  readonly approval?: 'not-required' | 'requested' | 'approved' | 'held' | 'rejected';
  readonly credential: string;
}

export interface Booking {
  readonly id: string;
  readonly resource: string;
  readonly customer: string;
  readonly from: string;
  readonly to: string;
  readonly status?: 'confirmed' | 'tentative' | 'cancelled';
}

export interface AccessRule {
  readonly accessPoint: string;
  readonly allow: {
    readonly plans?: readonly string[];
    readonly teams?: readonly string[];
    readonly customers?: readonly string[];
    readonly timePasses?: readonly string[];
  };
  readonly schedule?: readonly Slot[] | null;
}

export interface UnlockSchedule extends Slot {
  readonly accessPoint: string;
  readonly afterFirstEntry?: boolean;
}

export interface Replica {
  readonly format: string;
  readonly site: string;
  readonly revision: number;
  readonly spaces: readonly Space[];
  readonly plans?: readonly Plan[];
  readonly timePasses?: readonly TimePass[];
  readonly customers?: readonly Customer[];
  readonly teams?: readonly { readonly id: string; readonly sharesPasses?: boolean }[];
  readonly contracts?: readonly Contract[];
  readonly passes?: readonly Pass[];
  readonly credentials?: readonly Credential[];
  readonly staff?: readonly { readonly id: string; readonly credentials: readonly string[] }[];
  readonly resources?: readonly { readonly id: string; readonly accessPoints: readonly string[] }[];
  readonly bookings?: readonly Booking[];
  readonly visitors?: readonly Visitor[];
  readonly accessRules?: readonly AccessRule[];
  readonly planUsage?: readonly { readonly customer: string; readonly day: string; readonly minutes: number }[];
  readonly includes?: readonly { readonly controller: string; readonly epoch: string; readonly through: number }[];
  readonly unlockSchedules?: readonly UnlockSchedule[];
}

export interface AccessPoint {
  readonly id: string;
  readonly space: string;
  readonly kind: 'entrance' | 'interior';
  readonly policy?: 'strict' | 'open-and-flag';
  readonly exit?: 'free' | 'known';
  readonly lock?: unknown;
}

export interface Reader {
  readonly id: string;
  readonly driver: 'simulated';
  readonly accessPoint: string;
  readonly direction: 'in' | 'out' | 'toggle';
}

export type Mode = 'controlled' | 'unlocked' | 'locked' | 'lockdown';

interface Target {
  readonly accessPoint?: string;
  readonly space?: string;
  readonly by: string;
}

export type DoorCommand =
  | (Target & { readonly type: 'unlock' | 'lock' })
  | (Target & { readonly type: 'mode'; readonly mode: Mode; readonly until?: string });

export interface Step {
  readonly at: string;
  readonly present?: { readonly reader: string; readonly credential: string };
  readonly command?: DoorCommand;
  readonly replica?: Replica;
  readonly restart?: 'crash' | 'clean';
  readonly clock?: { readonly set?: string; readonly synchronised?: boolean };
}

export interface ScenarioFile {
  readonly name: string;
  readonly config: {
    readonly site: string;
    readonly controller: string;
    readonly epoch?: string;
    readonly rules?: { readonly untrustedClock?: 'invariant' | 'allow' | 'deny' };
    readonly accessPoints: readonly AccessPoint[];
    readonly readers: readonly Reader[];
  };
  readonly replica: Replica;
  readonly steps: readonly Step[];
}
