// What a tap is to the rules, or whoever asks without one, and what they answer.

import type { StateChange } from '../change.ts';
import type { Moment } from '../clock.ts';
import type { EventDraft } from '../event.ts';
import type { Facts, HeldCredential, Holder, Visit } from '../facts.ts';
import type { CredentialType, Customer, Space } from '../model.ts';
import type { Held } from '../passes/held.ts';
import type { Person } from '../person.ts';
import type { SiteRules } from '../site-rules/settings.ts';
import type { ProvenPin, WaitsFor } from '../site-rules/state.ts';
import type { BusinessDay } from '../time/business-day.ts';
import type { Settlement } from '../visit/settle.ts';

export type Mode = 'controlled' | 'unlocked' | 'locked' | 'lockdown';

/** The settings of rules.md that a decision reads; durations in milliseconds. */
export interface RuleSettings {
  readonly bookingLeadMs: number;
  readonly bookingTailMs: number;
  readonly visitorLeadMs: number;
  readonly presumedExitMs: number;
}

export interface AccessPoint {
  readonly id: string;
  readonly space: string;
  readonly kind: 'entrance' | 'interior';
  readonly policy: 'strict' | 'open-and-flag';
  readonly exit: 'free' | 'known';
  readonly toggleMinStayMs: number;
  readonly siteRules: SiteRules;
}

/** Somebody wants in or out: with a credential at a reader, or without either (an app asks, the desk does it by hand). */
export interface Approach {
  readonly at: Moment;
  /** Becomes the id of the visit that this opens, if it opens one. */
  readonly id: string;
  readonly accessPoint: AccessPoint;
  readonly mode: Mode;
  /** What set the mode, where it is not `controlled`. */
  readonly modeBy: 'schedule' | 'command';
  /** Who gave the command, where one set the mode. */
  readonly commandedBy?: string;
  /** `id` null: at no reader. */
  readonly reader: { readonly id: string | null; readonly direction: 'in' | 'out' | 'toggle' };
  /** null: none was presented. */
  readonly credential: { readonly type: CredentialType; readonly hash: string } | null;
  /** Where no credential was presented: what asks. */
  readonly source?: 'app' | 'manual';
  readonly facts: Facts;
  readonly settings: RuleSettings;
  /** Id of a door of the same interlock that is open or free now; null or left out: none is. */
  readonly interlockedBy?: string | null;
  /** The PIN that was given with the credential; null or left out: none was. */
  readonly pin?: ProvenPin | null;
  /** Whether a second person has shown that they may enter, too. */
  readonly companion?: boolean;
  /** Becomes the id of the visit of whoever waited for this tap as their second person; left out: nobody can have. */
  readonly companionId?: string;
}

export interface Tap extends Approach {
  readonly reader: { readonly id: string; readonly direction: 'in' | 'out' | 'toggle' };
  readonly credential: { readonly type: CredentialType; readonly hash: string };
}

/** Who was found to be asking. */
export interface Found {
  /** null: there is none. */
  readonly credential: HeldCredential | null;
  readonly holder: Holder | null;
}

/** The answer to a tap: what the door does, what is recorded, in order, and what changes. */
export interface Ruling {
  readonly granted: boolean;
  /** A denial code of rules.md, or a reason of `access.granted` (interfaces.md section 5). */
  readonly reason: string;
  readonly direction: 'in' | 'out';
  readonly extendedUnlock: boolean;
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
  /** The rows that were looked at, in order; the last one settled it. */
  readonly rows: readonly string[];
  /** When it was denied: the next time that it would not be, UTC milliseconds, where it is known. */
  readonly nextValidMs: number | null;
  /** What whoever was denied may still show at this door to be let in; left out: nothing. */
  readonly waitsFor?: WaitsFor;
}

/** A customer's tap, or what they ask without one, with what the rows share, each looked up once. */
export interface Case {
  readonly tap: Approach;
  /** null: none was presented. */
  readonly credential: HeldCredential | null;
  readonly customer: Customer;
  readonly person: Person;
  readonly space: Space;
  readonly day: BusinessDay;
  /** The person's open visit, wherever it is. Read when first asked, as all that follows. */
  openVisit(): Visit | undefined;
  /** What an entrance that opens closes in another space (C8); null: nothing is open there. */
  elsewhere(): Settlement | null;
  /** The facts once that is closed: what the visit elsewhere used is gone. */
  factsThen(): Facts;
  held(): readonly Held[];
  /** Plans that are active at the instant of the tap, as the holder's own contracts come: empty for a contact. */
  plansNow(): readonly string[];
}
