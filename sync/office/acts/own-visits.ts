// Visits that began at the office's desk: the office ends them as a controller ends its own. At the cut-off (rules.md O6), and where
// another journal shows that they have ended (a check-in elsewhere, a tap on the way out that knew nothing of the visit).

import { settleMerged } from '../../../access/merge/plan.ts';
import { officeName } from '../../../access/merge/record.ts';
import { tellPeers } from '../../../access/merge/told.ts';
import { checkOutAtCutOff } from '../../../access/visit/settle.ts';
import type { NewRecord } from '../../../db/journal/records.ts';
import { act, type Desk } from './act.ts';
import { knownOf } from './facts.ts';

/** Visits that are looked at in one round: whoever checks in more by hand than this waits for the next. */
const atOnce = 200;

/** Ends what has ended. @throws OfficeError `store-*` */
export function settleOwnVisits(desk: Desk): readonly NewRecord[] {
  return openHere(desk).flatMap((customer) => settleOwn(desk, customer));
}

function openHere({ store }: Desk): string[] {
  return store.db
    .prepare<[number], string>(
      `SELECT customer FROM visits WHERE to_ms IS NULL AND controller = '${officeName}' ORDER BY customer LIMIT ?`,
    )
    .pluck()
    .all(atOnce);
}

function settleOwn(desk: Desk, customer: string): readonly NewRecord[] {
  const nowMs = desk.clock.now().wallMs;
  return act(desk, () => {
    const { facts, context, unsettled } = knownOf(desk.store, customer, nowMs);
    const ended = unsettled.flatMap((visit) => settleMerged(visit, context).drafts);
    const open = facts.openVisit(customer);
    if (open === undefined || open.owner !== undefined || open.closesMs > nowMs) return { drafts: ended };
    const { drafts, changes } = checkOutAtCutOff(facts, open);
    return { drafts: [...ended, ...tellPeers(drafts, changes)] };
  });
}
