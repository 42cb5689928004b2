// Where somebody is once they were let in or out over a door that leads into an area (rules.md C6a, anti-passback).

import type { StateChange } from '../change.ts';
import type { Approach } from '../entry/tap.ts';
import type { Holder } from '../facts.ts';
import { anchorOf } from './elapsed.ts';

/** The way out of an area leads into the one around it. */
export function moved({ accessPoint, at }: Approach, holder: Holder, direction: 'in' | 'out'): readonly StateChange[] {
  const { area } = accessPoint.siteRules;
  if (area === null) return [];
  const to = { area: direction === 'in' ? area.id : area.around, at: anchorOf(at), accessPoint: accessPoint.id };
  return [{ do: 'moved', holder, to }];
}
