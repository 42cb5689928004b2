// A proposed charge is confirmed, corrected or waived: the edge proposes, the office decides (rules.md O3). The last word holds.

import type { EventDraft } from '../../../access/event.ts';
import { minorDigits } from '../../../access/money.ts';
import type { NewRecord } from '../../../db/journal/records.ts';
import { chargeOf } from '../visits/charges.ts';
import type { Charge } from '../visits/fold.ts';
import { act, type By, byData, type Desk, refusal } from './act.ts';

/** What becomes of the charge; `correct` is a confirmation of another amount. */
export type ChargeDecision =
  | { readonly do: 'confirm' }
  | { readonly do: 'waive' }
  | { readonly do: 'correct'; readonly amount: string };

const types = { confirm: 'charge.confirmed', waive: 'charge.waived', correct: 'charge.corrected' } as const;
const states = { confirm: 'confirmed', waive: 'waived', correct: 'confirmed' } as const;

/** @param id of the charge, as `charges` lists it. @throws OfficeError `act-refused`, `store-*` */
export function decideCharge(desk: Desk, id: string, decision: ChargeDecision, by: By): readonly NewRecord[] {
  return act(desk, () => {
    const found = chargeOf(desk.store, id);
    if (found === undefined) {
      throw refusal('unknown-charge', `no charge ${id} is proposed: \`cardea office charges\` lists their ids`);
    }
    const { visit, charge } = found;
    const amount = decision.do === 'correct' ? amountOf(decision.amount, charge) : undefined;
    const same = charge.state === states[decision.do] && (amount === undefined || amount === charge.amount);
    if (same)
      throw refusal('already-decided', `charge ${id} is ${charge.state} already, ${charge.amount} ${charge.currency}`);
    const data = { visit, charge: id, ...(amount === undefined ? {} : { amount }), ...byData(by) };
    const drafts: EventDraft[] = [{ type: types[decision.do], data }];
    return { drafts };
  });
}

/** With as many decimals as the currency has. */
function amountOf(text: string, { currency }: Charge): string {
  const digits = minorDigits(currency);
  const [whole = '', fraction = ''] = text.split('.');
  if (!/^\d{1,12}(\.\d+)?$/.test(text) || fraction.length > digits) {
    const example = digits === 0 ? '12' : `12.${'0'.repeat(digits)}`;
    throw refusal('bad-amount', `${JSON.stringify(text)} is no amount of ${currency}: write it as ${example}`);
  }
  return digits === 0 ? String(BigInt(whole)) : `${BigInt(whole)}.${fraction.padEnd(digits, '0')}`;
}
