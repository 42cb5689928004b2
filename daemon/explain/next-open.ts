// When the same tap would next be let in, with nothing else changed: the rules are asked at each instant at which their
// answer can change, 35 days ahead (the horizon of rules.md section 7, `nextValid`).

import { decide } from '../../access/entry/decide.ts';
import { instantsOf } from '../../access/entry/instants.ts';
import { remembered } from '../../access/entry/remembered.ts';
import type { Tap } from '../../access/entry/tap.ts';
import { standing } from '../../access/visit/facts-at.ts';

const dayMs = 86_400_000;
const horizonDays = 35;

export interface NextOpen {
  /** UTC milliseconds. */
  readonly atMs: number;
  readonly reason: string;
}

/** null: never within the horizon, or nobody knows the credential. */
export function nextOpen(tap: Tap): NextOpen | null {
  const facts = remembered(tap.facts);
  const credential = facts.credential(tap.credential.hash);
  if (credential?.holder == null) return null;
  const factsAt = credential.holder.kind === 'customer' ? standing(facts, credential.holder.id) : () => facts;
  const fromMs = tap.at.wallMs;
  for (let day = 0; day < horizonDays; day++) {
    const startMs = fromMs + day * dayMs;
    for (const wallMs of instantsOf({ ...tap, facts: factsAt(startMs) }, credential, startMs, startMs + dayMs)) {
      const { granted, reason } = decide({ ...tap, at: { ...tap.at, wallMs }, facts: factsAt(wallMs) });
      if (granted) return { atMs: wallMs, reason };
    }
  }
  return null;
}
