// What covers a stay in the place of a pass that was oversold (rules.md O2): the holder's other passes, then what is on sale by the
// catalogue of the check-in, else nothing. A cut-off sells nothing (O6); a stay that goes on is settled once it has ended.

import type { Site } from '../../../access/catalogue.ts';
import type { EventDraft, Json, JsonObject } from '../../../access/event.ts';
import type { Facts, Visit } from '../../../access/facts.ts';
import type { ProposedData } from '../../../access/merge/data.ts';
import type { Oversold } from '../../../access/merge/oversold.ts';
import { heldPasses } from '../../../access/passes/held.ts';
import { personOf } from '../../../access/person.ts';
import { businessDayAt } from '../../../access/time/business-day.ts';
import { coverStay, type Piece } from '../../../access/visit/coverage.ts';
import { proposalsOf } from '../../../access/visit/proposals.ts';
import { iso } from '../../../access/visit/settle.ts';
import { type Bill, billOf } from '../../../access/visit/usage.ts';
import type { Stayed } from './stayed.ts';

export interface Replacement {
  /** Of `pass.oversold`. */
  readonly data: JsonObject;
  /** `charge.proposed`, to be recorded right behind it. */
  readonly charges: readonly EventDraft[];
  readonly proposed: readonly ProposedData[];
}

/** @param facts of the holder, with the site of the check-in */
export function replaced(stayed: Stayed, pass: string, { minutes }: Oversold, facts: Facts): Replacement {
  const { visit, customer, space, fromMs, toMs } = stayed;
  const what = minutes === null ? { businessDay: dayOf(stayed, facts.site) } : { minutes };
  const base = { visit, customer, space, pass, ...what, from: iso(fromMs), to: toMs === null ? null : iso(toMs) };
  const [startMs, endMs] = partOf(stayed, pass, minutes);
  const pieces = toMs === null ? [] : piecesOf(stayed, pass, startMs, endMs, facts);
  const bill = billOf(pieces, null, dayOf(stayed, facts.site));
  const charges = bill.charges.map((charge) => chargeOf(stayed, charge));
  const proposed = proposalsOf({ id: visit, customer } as Visit, pieces).flatMap((change) =>
    change.do === 'propose' ? [proposedOf(change.proposal)] : [],
  );
  const usage = bill.used.map(
    (used): JsonObject =>
      used.minutes === null
        ? { pass: used.held.pass.id, businessDay: used.businessDay }
        : { pass: used.held.pass.id, minutes: used.minutes },
  );
  const { uncoveredMinutes, invoiced } = bill;
  const amounts = charges.map(({ data }) => data.amount ?? null);
  const data = {
    ...base,
    ...(usage.length === 0 ? {} : { usage }),
    ...(charges.length === 0 ? {} : { charges: charges.length, amounts }),
    ...(proposed.length === 0 ? {} : { proposed: proposed as unknown as Json }),
    uncoveredMinutes,
    invoiced,
  };
  return { data, charges, proposed };
}

function proposedOf({ businessDay, timePass, remainingMinutes }: ProposedData): ProposedData {
  return { businessDay, timePass, remainingMinutes };
}

function dayOf({ businessDay, space, fromMs }: Stayed, site: Site): string {
  const listed = site.spaces.get(space);
  return businessDay ?? (listed === undefined ? '' : businessDayAt(listed, fromMs).label);
}

/** What the pass covered: the front of the stay, less what others did; of minutes that were too many its end. */
function partOf(
  { fromMs, toMs, usage, uncoveredMinutes, lastSeenMs }: Stayed,
  pass: string,
  minutes: number | null,
): [number, number] {
  const endMs = Math.min(toMs ?? fromMs, lastSeenMs ?? Number.POSITIVE_INFINITY);
  const others = usage.reduce((sum, used) => sum + (used.pass === pass ? 0 : (used.minutes ?? 0)), uncoveredMinutes);
  const coveredMs = Math.max(endMs - others * 60_000, fromMs);
  return minutes === null ? [fromMs, coveredMs] : [Math.max(coveredMs - minutes * 60_000, fromMs), coveredMs];
}

function piecesOf(stayed: Stayed, pass: string, fromMs: number, toMs: number, facts: Facts): Piece[] {
  const { site } = facts;
  const space = site.spaces.get(stayed.space);
  const customer = facts.customer(stayed.customer);
  const day = dayOf(stayed, site);
  if (space === undefined || customer === undefined) {
    return [{ startMs: fromMs, endMs: toMs, day, by: 'open', exhausted: false }];
  }
  const asker = { person: personOf(facts, customer), space, plans: stayed.plans, ownPass: null };
  const passes = facts.passes(customer.id, customer.teams).filter(({ id }) => id !== pass);
  const held = heldPasses(facts, site, customer, passes, day);
  const businessDay = { ...businessDayAt(space, stayed.fromMs), label: day };
  const sells = !stayed.auto;
  return coverStay({ asker, day: businessDay, fromMs, toMs, first: null, held, catalogue: site, sells });
}

function chargeOf({ visit, customer }: Stayed, { offer, startMs, endMs, amount }: Bill['charges'][number]): EventDraft {
  const { id: timePass, currency, taxRate, account } = offer.timePass;
  const price = offer.special ? 'special' : 'standard';
  const span = { from: iso(startMs), to: iso(endMs) };
  return {
    type: 'charge.proposed',
    data: { visit, customer, timePass, ...span, amount, currency, taxRate, account, price },
  };
}
