// Whether a visitor is inside, by what all controllers' records said last.

import type { StateChange } from '../change.ts';
import type { Facts } from '../facts.ts';
import { dataOf, type VisitorData } from './data.ts';
import { dayEnd, endSaid } from './day-end.ts';
import { byTimeAndPlace, type SharedRecord } from './record.ts';
import { type KnownTimes, timed } from './times.ts';

/** Nobody is let in longer before they are expected: more than any setting of `visitorLead`. */
const leadMs = 86_400_000;

/** @param nowMs a stay that is over by then is none, UTC milliseconds */
export function planVisitor(
  visitor: string,
  known: readonly SharedRecord[],
  context: KnownTimes & { readonly controller: string; readonly facts: Facts; readonly nowMs: number },
): { readonly changes: readonly StateChange[]; readonly againMs: number | null } {
  const { records, againMs } = timed(known, context);
  return { changes: stayOf(visitor, records, context), againMs };
}

function stayOf(
  visitor: string,
  records: readonly SharedRecord[],
  { controller, facts, nowMs }: { readonly controller: string; readonly facts: Facts; readonly nowMs: number },
): readonly StateChange[] {
  const now = facts.visitorInside(visitor);
  const last = [...records].sort(byTimeAndPlace).at(-1);
  const out: StateChange[] = now === undefined ? [] : [{ do: 'visitor-out', visitor }];
  if (last?.type !== 'visitor.arrived') return out;
  const { host = null, ...said } = dataOf<VisitorData>(last);
  const space = said.space ?? facts.visitor(visitor)?.space;
  if (space === undefined) return out;
  const { timeMs: sinceMs, boot, sinceBootMs } = last;
  // Who is expected early on the next day may come before its beginning, and stay to its end.
  const expectedMs = facts.visitor(visitor)?.expected ?? sinceMs;
  const untilMs = endSaid(
    said.until,
    dayEnd(facts.site, space, Math.max(sinceMs, Math.min(expectedMs, sinceMs + leadMs))),
  );
  if (untilMs <= nowMs) return out;
  if (now?.space === space && now.boot === boot && now.sinceBootMs === sinceBootMs) return [];
  const owner = last.controller === controller ? {} : { owner: last.controller };
  return [{ do: 'visitor-in', visitor, host, space, sinceMs, boot, sinceBootMs, untilMs, ...owner }];
}
