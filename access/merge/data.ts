// The data of shared records, beside what interfaces.md promises of them: what a peer needs and cannot know. All of it may be
// missing, in records from before there was a peer; what can be told without it is.

import type { Coverage } from '../facts.ts';
import type { SharedRecord } from './record.ts';

export interface CheckInData {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  readonly pass: string | null;
  readonly coverage: Coverage;
  /** Label of the business day. */
  readonly businessDay?: string;
  /** Its cut-off, ISO 8601. */
  readonly until?: string;
  /** Of a visit that a way out after the cut-off proved: since when, ISO 8601. */
  readonly since?: string;
  /** Plans whose contracts were active. */
  readonly plans?: readonly string[];
  /** Of the replica that decided: its catalogue is the visit's (O4a). */
  readonly revision?: number;
  /** Of the pass. */
  readonly timePass?: string;
  /** Of a minute pass: its minutes, as the replica that decided has them. */
  readonly remaining?: number;
  /** The pass is a day pass, used for the business day. */
  readonly uses?: boolean;
  /** The business day counts toward plan limits. */
  readonly counts?: boolean;
}

export interface UsageData {
  readonly pass: string;
  readonly businessDay?: string;
  readonly minutes?: number;
}

export interface ProposedData {
  readonly businessDay: string;
  readonly timePass: string;
  readonly remainingMinutes: number | null;
}

export interface CheckOutData {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly auto: boolean;
  readonly usage: readonly UsageData[];
  /** Settled anew by the controller of the check-in, once it knew of a peer's records: it holds over what was before. */
  readonly merged?: boolean;
  /** Minutes that count toward plan limits. */
  readonly counted?: readonly { readonly day: string; readonly minutes: number }[];
  /** What was sold of which something is left for the business day. */
  readonly proposed?: readonly ProposedData[];
  /** Of a cut-off: what settles the evening if an exit tap proves it. */
  readonly presumed?: {
    /** ISO 8601. */
    readonly until: string;
    readonly lastSeen: string;
    readonly goesOnWith?: string | null;
    readonly countedSeconds?: number;
  };
}

export interface AccessData {
  /** The open visit whose person was seen in its space. */
  readonly visit?: string;
  /** Nobody presumes any more that they are inside. */
  readonly absent?: boolean;
  /** Inside without a visit; `until` is ISO 8601. */
  readonly present?: { readonly space: string; readonly until: string };
}

/** Said by the office alone: a use of a pass that another one came before. The last word on a visit and a pass holds. */
export interface OversoldData {
  readonly visit: string;
  readonly customer: string;
  readonly pass: string;
  /** It was not oversold after all. */
  readonly withdrawn?: boolean;
  /** Of a minute pass: minutes that it did not have. */
  readonly minutes?: number;
  /** Other passes that cover in its place. */
  readonly usage?: readonly UsageData[];
  /** What was proposed in its place, of which something is left for the business day. */
  readonly proposed?: readonly ProposedData[];
}

export interface VisitorData {
  readonly visitor: string;
  readonly host?: string | null;
  readonly space?: string;
  /** ISO 8601. */
  readonly until?: string;
}

/** Whoever took the record in has checked its form. */
export function dataOf<Data>({ data }: SharedRecord): Data {
  return data as unknown as Data;
}
