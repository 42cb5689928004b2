// A visit as its records have it, as far as its cover is to be found anew. Pure.

import type { ProposedData } from '../../../access/merge/data.ts';
import { byTimeAndPlace } from '../../../access/merge/record.ts';
import { checkinData } from '../ingest/event-data.ts';
import { checkoutOf, type VisitEvent } from '../visits/fold.ts';

export interface Stayed {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  readonly fromMs: number;
  /** null: it goes on. */
  readonly toMs: number | null;
  /** Of a cut-off: the last tap that was seen; null: an exit tap ended it. */
  readonly lastSeenMs: number | null;
  readonly auto: boolean;
  readonly businessDay: string | null;
  readonly plans: readonly string[];
  readonly revision: number | null;
  readonly usage: readonly { readonly pass: string; readonly minutes?: number }[];
  readonly uncoveredMinutes: number;
  /** What was sold with it of which something is left for the day. */
  readonly proposed: readonly ProposedData[];
}

/** null while its check-in is not known. */
export function stayedOf(events: readonly VisitEvent[]): Stayed | null {
  const ordered = [...events].sort(byTimeAndPlace);
  const begin = ordered.find(({ type }) => type === 'checkin.recorded');
  if (begin === undefined) return null;
  const { visit, customer, space, businessDay = null, plans = [], revision = null } = checkinData.parse(begin.data);
  const out = checkoutOf(ordered);
  const { presumed, proposed = [] } = (out?.event.data ?? {}) as {
    readonly presumed?: { readonly lastSeen: string };
    readonly proposed?: readonly ProposedData[];
  };
  const fromMs = out?.data.from ?? begin.timeMs;
  return {
    visit,
    customer,
    space,
    fromMs,
    toMs: out?.data.to ?? null,
    lastSeenMs: out?.data.auto === true ? seenMs(presumed?.lastSeen, fromMs) : null,
    auto: out?.data.auto ?? false,
    businessDay,
    plans,
    revision,
    usage: out?.data.usage ?? [],
    uncoveredMinutes: out?.data.uncoveredMinutes ?? 0,
    proposed,
  };
}

function seenMs(lastSeen: string | undefined, fromMs: number): number {
  const ms = lastSeen === undefined ? Number.NaN : Date.parse(lastSeen);
  return Number.isNaN(ms) ? fromMs : ms;
}
