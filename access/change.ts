// What a decision changes in the journal's state, as data: the rules plan, the journal executes the plan in the one
// transaction that also writes the records (architecture.md, "Decide, then do").

import type { Catalogue } from './catalogue.ts';
import type { SettledCommand } from './command/outcome.ts';
import type { SavedDoor } from './door/state.ts';
import type { Holder, LocalUse, Presence, Proposal, Visit } from './facts.ts';
import type { JournalCursor, RecordPlace, SharedRecord } from './merge/record.ts';
import type { PlanUsage } from './model.ts';
import type { Attempts, Waiting, WaitsFor, Whereabouts } from './site-rules/state.ts';
import type { Anchor } from './time/trusted-time.ts';

export type StateChange =
  /** The catalogue is kept with the visit: its prices are those of its check-in (rules.md O4a). */
  | {
      readonly do: 'open-visit';
      readonly visit: Visit;
      readonly catalogue: Catalogue;
      readonly exhaustsMs: number | null;
      /** It draws, or may, on minutes of a team: when those run out for others is asked anew (O4). */
      readonly shares?: true;
    }
  /** The next instant at which the visit's minutes run out (O4), UTC milliseconds; null: none before the cut-off. */
  | { readonly do: 'exhausts'; readonly visit: string; readonly exhaustsMs: number | null }
  /** A tap of the visit's person in its space. */
  | { readonly do: 'seen'; readonly visit: string; readonly at: Anchor }
  /**
   * The wall clock was set: every open visit of the reading's boot, the instant at which its minutes run out, and visits that
   * a presence keeps are from now on as that reading shows them (rules.md section 7). Done twice it is done once.
   */
  | { readonly do: 'shift'; readonly to: Anchor }
  /** `began`: it was opened with it, by a way out after the cut-off that proved it. */
  | {
      readonly do: 'close-visit';
      readonly visit: string;
      readonly shares?: true;
      readonly began?: { readonly visit: Visit; readonly catalogue: Catalogue };
    }
  /** `of`: the record that says so, where it is not one of this commit. */
  | { readonly do: 'use'; readonly visit: string; readonly use: LocalUse; readonly of?: RecordPlace }
  /** A business day that counts toward plan limits, and minutes of it; those of one visit and day add up. */
  | { readonly do: 'plan-use'; readonly visit: string; readonly use: PlanUsage; readonly of?: RecordPlace }
  | { readonly do: 'propose'; readonly visit: string; readonly proposal: Proposal; readonly of?: RecordPlace }
  /** At most one presence per customer: a new one takes the place of the old. */
  | { readonly do: 'present'; readonly presence: Presence }
  | { readonly do: 'absent'; readonly customer: string }
  | {
      readonly do: 'visitor-in';
      readonly visitor: string;
      readonly host: string | null;
      readonly space: string;
      /** When the visitor arrived: UTC milliseconds, and the boot and milliseconds since it. */
      readonly sinceMs: number;
      readonly boot: string;
      readonly sinceBootMs: number;
      readonly untilMs: number;
      /** The controller where they arrived; left out: this one. */
      readonly owner?: string;
    }
  | { readonly do: 'visitor-out'; readonly visitor: string }
  /** What of a door's modes outlives the program. */
  | { readonly do: 'door'; readonly accessPoint: string; readonly saved: SavedDoor }
  /** Somebody was let into an area, or out of one. What was known of them before is kept with it. */
  | { readonly do: 'moved'; readonly holder: Holder; readonly to: Omit<Whereabouts, 'before'> }
  /** Nobody opened the door: the last move over it is undone. */
  | { readonly do: 'not-moved'; readonly holder: Holder; readonly accessPoint: string }
  /** Nothing is known of where they are any more. Of all people where `holder` is null, in all areas where `area` is. */
  | { readonly do: 'forgive'; readonly holder: Holder | null; readonly area: string | null }
  /** What was tried at a reader, from now on; null: nothing. */
  | { readonly do: 'attempts'; readonly reader: string; readonly attempts: Attempts | null }
  /** Who waits at an access point, and for what; null: nobody does any more. */
  | { readonly do: 'wait'; readonly accessPoint: string; readonly for: WaitsFor; readonly waiting: Waiting | null }
  /** An order is settled: its id is kept, so that it is never carried out again. */
  | { readonly do: 'settle-command'; readonly settled: SettledCommand }
  /** Settled orders that expired before then (UTC milliseconds) need not be known any more. */
  | { readonly do: 'forget-commands'; readonly beforeMs: number }
  /** A door took a command that was issued then, UTC milliseconds: an older one that comes late is out of turn. */
  | { readonly do: 'commanded'; readonly accessPoint: string; readonly issuedMs: number }
  /** Records of a journal that all controllers know, and how far that journal is known; whom they are about is to be merged. */
  | { readonly do: 'share'; readonly records: readonly SharedRecord[]; readonly cursor: JournalCursor | null }
  /** The same of this journal. */
  | { readonly do: 'share-own'; readonly records: readonly SharedRecord[]; readonly through: number }
  /** What these visits of a customer used is taken back: it is said anew, from all journals. `told`: what else they left, too. */
  | {
      readonly do: 'take-back';
      readonly customer: string;
      readonly visits: readonly string[];
      readonly passes: readonly string[];
      readonly told: readonly string[];
    }
  /**
   * Somebody is as all journals have it; `false`: to be merged once more. `again`: some records are not believed yet, and looked at
   * anew with the next replica, or at that instant (UTC milliseconds).
   */
  | {
      readonly do: 'merged';
      readonly holder: string;
      readonly done: boolean;
      readonly again?: { readonly atMs: number | null };
    }
  /** The catalogue of a replica, for visits that were begun under it at another controller. */
  | { readonly do: 'keep-catalogue'; readonly revision: number; readonly catalogue: Catalogue };
