// A customer on the way out (rules.md section 3): the door opens, whatever the visit comes to.

import type { StateChange } from '../change.ts';
import type { Moment } from '../clock.ts';
import type { EventDraft } from '../event.ts';
import type { ClosedVisit, Facts, Presence, Visit } from '../facts.ts';
import { choosePass } from '../passes/choose.ts';
import { activePlans } from '../person.ts';
import { moved } from '../site-rules/moves.ts';
import { businessDayAt } from '../time/business-day.ts';
import { zoneOf } from '../time/zone.ts';
import { factsAfter } from '../visit/facts-after.ts';
import { closedLate } from '../visit/late.ts';
import { checkOut, eveningOf, type Settlement } from '../visit/settle.ts';
import { heldBeside } from '../visit/together.ts';
import { checkInRecorded, seen, whoOf } from './enter.ts';
import { at, granted } from './records.ts';
import { coverageWithoutPass } from './rows.ts';
import type { Case, Ruling } from './tap.ts';

export function leave(c: Case, before: readonly string[]): Ruling {
  const { tap } = c;
  const out = tap.accessPoint.kind === 'entrance' ? wayOut(c) : wayOutInside(c);
  const drafts = [granted(tap, whoOf(c, 'out'), 'exit')];
  drafts.push(...out.drafts.map((draft) => at(tap, draft)));
  return {
    granted: true,
    reason: 'exit',
    direction: 'out',
    extendedUnlock: c.credential?.credential.extendedUnlock ?? false,
    drafts,
    changes: [...out.changes, ...moved(tap, { kind: 'customer', id: c.customer.id }, 'out')],
    rows: [...before, out.row],
    nextValidMs: null,
  };
}

/** Out of a room: the person is seen, and stays in the space. */
function wayOutInside(c: Case): Settlement & { readonly row: string } {
  const changes: StateChange[] = [];
  seen(c, changes);
  return { row: 'exit', drafts: [], changes };
}

function wayOut(c: Case): Settlement & { readonly row: string } {
  const { facts } = c.tap;
  const visit = c.openVisit();
  if (visit?.space === c.space.id) return outOf(c, visit);
  const presence = facts.presence(c.customer.id);
  const absent: StateChange = { do: 'absent', customer: c.customer.id };
  if (presence?.space === c.space.id) {
    if (presence.kind === 'no-visit') return { row: 'O5', drafts: [], changes: [absent] };
    const later = sinceCutOff(c, presence, facts);
    return { row: 'O6', drafts: later.drafts, changes: [absent, ...later.changes] };
  }
  const orphan: EventDraft = { type: 'checkout.orphan', data: { customer: c.customer.id, space: c.space.id } };
  return { row: 'O5', drafts: [orphan], changes: [] };
}

function outOf(c: Case, visit: Visit): Settlement & { readonly row: string } {
  const { facts, at: now } = c.tap;
  const late = closedLate(facts, visit, now);
  if (late?.presence === undefined) return { row: 'O1', ...checkOut(facts, visit, now) };
  const { closing, presence } = late;
  const since = sinceCutOff(c, presence, factsAfter(facts, closing.changes));
  return {
    row: 'O6',
    drafts: [...closing.drafts, ...since.drafts],
    changes: [...closing.changes, ...since.changes],
  };
}

/** An exit tap after the cut-off proves the presence since: a visit of its own from the cut-off to this tap (section 4). */
function sinceCutOff(c: Case, { closed, sinceMs: cutOffMs }: Presence, facts: Facts): Settlement {
  const { tap, space } = c;
  // What is settled already ends with the last tap, wherever a step of the clock has moved that to.
  const sinceMs = Math.max(cutOffMs, closed?.lastSeenMs ?? cutOffMs);
  const day = businessDayAt(space, sinceMs);
  const passes = facts.passes(c.customer.id, c.customer.teams);
  const evening = closed === null ? { pieces: [], facts, planUse: [] } : eveningOf(facts, untilNow(closed, tap.at));
  const plans = activePlans(c.person, zoneOf(space.timeZone), sinceMs);
  const free = coverageWithoutPass(c, plans);
  const held = free === null ? heldBeside(evening.facts, facts.site, c.customer, passes, day.label) : [];
  const chosen = choosePass(held, { person: c.person, space }, sinceMs, day);
  const visit: Visit = {
    id: tap.id,
    customer: c.customer.id,
    space: space.id,
    businessDay: day.label,
    fromMs: sinceMs,
    boot: tap.at.boot,
    fromSinceBootMs: tap.at.sinceBootMs - Math.max(tap.at.wallMs - sinceMs, 0),
    coverage: free ?? (chosen === undefined ? 'pay-as-you-go' : 'pass'),
    pass: chosen === undefined || chosen.proposed ? null : chosen.pass,
    plans,
    lastSeenMs: tap.at.wallMs,
    closesMs: day.endMs,
  };
  const settled = checkOut(facts, visit, tap.at, evening);
  return {
    drafts: [checkInRecorded(visit, tap.source === 'manual' ? 'manual' : 'door'), ...settled.drafts],
    changes: settled.changes.map((change) =>
      change.do === 'close-visit' ? { ...change, began: { visit, catalogue: facts.site } } : change,
    ),
  };
}

/** A clock that was set back behind the cut-off since: the evening is not over. */
function untilNow(closed: ClosedVisit, { wallMs }: Moment): ClosedVisit {
  return wallMs < closed.closesMs ? { ...closed, closesMs: wallMs } : closed;
}
