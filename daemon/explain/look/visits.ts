// What the rows about visits found: an open visit here or elsewhere, somebody presumed inside.

import type { JsonObject } from '../../../access/event.ts';
import type { Visit } from '../../../access/facts.ts';
import { iso } from '../../../access/visit/settle.ts';
import { type Look, ofCase, type Subject } from '../subject.ts';

export const openVisit: Look = ofCase((c, { say }) => {
  const visit = c.openVisit();
  return {
    words: visit === undefined ? 'no visit is open' : visitWords(visit, say),
    data: { visit: visitData(visit) },
  };
});

export const presence: Look = ofCase((c, { tap, say }) => {
  const found = tap.facts.presence(c.customer.id);
  if (found === undefined)
    return { words: 'no visit is open, and nobody is presumed inside', data: { presence: null } };
  const { kind, space, sinceMs, untilMs } = found;
  const how = kind === 'presumed' ? 'presumed inside since the cut-off' : 'inside without a visit since';
  const words = `${how} ${say.instant(sinceMs)}, at ${space}`;
  return { words, data: { presence: { kind, space, since: iso(sinceMs), until: iso(untilMs) } } };
});

function visitWords({ space, fromMs, pass, coverage }: Visit, say: Subject['say']): string {
  const on = pass === null ? `coverage ${coverage}` : `on pass ${pass.id}`;
  return `a visit is open at ${space} since ${say.instant(fromMs)}, ${on}`;
}

function visitData(visit: Visit | undefined): JsonObject | null {
  if (visit === undefined) return null;
  const { id, space, businessDay, fromMs, coverage, pass } = visit;
  return { id, space, businessDay, from: iso(fromMs), coverage, pass: pass?.id ?? null };
}
