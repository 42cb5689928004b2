// Whether a visitor is inside, by what all controllers' records said last.

import type { StateChange } from '../change.ts';
import type { Facts } from '../facts.ts';
import { businessDayAt } from '../time/business-day.ts';
import { dataOf, type VisitorData } from './data.ts';
import { byTimeAndPlace, type SharedRecord } from './record.ts';

/** @param nowMs a stay that is over by then is none, UTC milliseconds */
export function planVisitor(
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
  const untilMs = said.until === undefined ? dayEnd(space, sinceMs, facts) : Date.parse(said.until);
  if (untilMs <= nowMs) return out;
  if (now?.space === space && now.boot === boot && now.sinceBootMs === sinceBootMs) return [];
  const owner = last.controller === controller ? {} : { owner: last.controller };
  return [{ do: 'visitor-in', visitor, host, space, sinceMs, boot, sinceBootMs, untilMs, ...owner }];
}

function dayEnd(space: string, ms: number, { site }: Facts): number {
  const listed = site.spaces.get(space);
  return listed === undefined ? ms : businessDayAt(listed, ms).endMs;
}
