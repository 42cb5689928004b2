// When the same tap would next be let in, with nothing else changed: the rules are asked at each instant at which their
// answer, or what holds the door, can change, 35 days ahead (the horizon of rules.md section 7, `nextValid`).

import { decide } from '../../access/entry/decide.ts';
import { instantsOf } from '../../access/entry/instants.ts';
import { remembered } from '../../access/entry/remembered.ts';
import type { Tap } from '../../access/entry/tap.ts';
import { standing } from '../../access/visit/facts-at.ts';
import { doorAt, doorEdges, type HeldDoor, tapMode } from './door-at.ts';

const dayMs = 86_400_000;
const horizonDays = 35;

export interface NextOpen {
  /** UTC milliseconds. */
  readonly atMs: number;
  readonly reason: string;
}

/** null: never within the horizon, or nobody knows the credential. */
export function nextOpen(tap: Tap, door: HeldDoor): NextOpen | null {
  const facts = remembered(tap.facts);
  const credential = facts.credential(tap.credential.hash);
  if (credential?.holder == null) return null;
  const found = { credential, holder: credential.holder };
  const factsAt = credential.holder.kind === 'customer' ? standing(facts, credential.holder.id) : () => facts;
  const fromMs = tap.at.wallMs;
  for (let day = 0; day < horizonDays; day++) {
    const startMs = fromMs + day * dayMs;
    const endMs = startMs + dayMs;
    const instants = instantsOf({ ...tap, facts: factsAt(startMs) }, found, startMs, endMs);
    const moments = new Set([...instants, ...doorEdges(door, startMs, endMs)]);
    for (const wallMs of [...moments].sort((a, b) => a - b)) {
      const { granted, reason } = decide({
        ...tap,
        ...tapMode(doorAt(door, wallMs)),
        at: { ...tap.at, wallMs },
        facts: factsAt(wallMs),
      });
      if (granted) return { atMs: wallMs, reason };
    }
  }
  return null;
}
