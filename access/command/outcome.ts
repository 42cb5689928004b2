// What became of a command: the answer to whoever gave it, and what is kept of it, so that asking again changes nothing.

import type { DoorRefusal } from '../door/command.ts';
import type { DenyReason } from '../entry/verdict.ts';
import type { OrderFault } from './order.ts';

export type CommandReason =
  | DoorRefusal
  | OrderFault
  | DenyReason
  | 'reordered'
  | 'too-many-commands'
  | 'not-supported'
  | 'bad-command'
  | 'unknown-reader'
  | 'unknown-customer'
  | 'unknown-area'
  | 'no-open-visit'
  | 'line-stuck'
  | 'keeper-silent'
  | 're-entry';

export interface CommandOutcome {
  /** `done` where it took effect, of several doors at one at least. */
  readonly outcome: 'done' | 'refused' | 'expired' | 'duplicate';
  /** Why it did not, or not everywhere; of a duplicate what became of the first: `done`, or its reason. */
  readonly reason: CommandReason | 'done' | null;
  /** Ids of the access points that took it, and of those that did not. */
  readonly taken: readonly string[];
  readonly refused: readonly string[];
  /** It left no record: whoever took it counts it, so that a flood is one record. Left out: it left one. */
  readonly unrecorded?: true;
}

/** An order that is settled, for good. */
export interface SettledCommand {
  readonly id: string;
  readonly outcome: 'done' | 'refused';
  readonly reason: string | null;
  readonly expiresMs: number;
}
