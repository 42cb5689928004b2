// No pass gives more than it had (rules.md section 5): a naive merge of all uses says which are too many, and the office must have
// said the same with `pass.oversold`, of the later ones, and of nothing else.

import { minutesOf } from './agreement.ts';
import type { Recorded } from './record.ts';
import { inOrder, type Union, type Use } from './union.ts';
import type { Report } from './violations.ts';

/** What a pass was made with; null: a day pass, one business day. */
export type SupplyOf = (pass: string) => { readonly minutes: number | null } | undefined;

export function checkOversold(union: Union, supplyOf: SupplyOf, report: Report): void {
  const ofPass = new Map<string, Use[]>();
  for (const use of union.uses) ofPass.set(use.pass, [...(ofPass.get(use.pass) ?? []), use]);
  for (const [pass, uses] of ofPass) {
    const supply = supplyOf(pass);
    // Whoever used it at a door was first.
    const ordered = uses.sort((a, b) => Number(a.office) - Number(b.office) || inOrder(a.place, b.place));
    if (supply === undefined) report('pass', `${pass} was used, and the office never had such a pass`);
    else if (supply.minutes === null) checkDay(pass, ordered, report);
    else checkMinutes(pass, supply.minutes, ordered, report);
  }
}

/** One business day of one person, the first: everybody else's use is too much. */
function checkDay(pass: string, ordered: readonly Use[], report: Report): void {
  const [first] = ordered;
  if (first === undefined) return;
  for (const use of ordered) {
    const isSame = use.businessDay === first.businessDay && use.customer === first.customer;
    const told = `${pass} was used ${wordsOf(use)}, and first ${wordsOf(first)}`;
    if (!isSame && use.office) report('oversold', `${told}: the office took it in the place of another pass`);
    else if (!isSame && use.oversold === undefined) report('oversold', `${told}: the office does not say so`);
    else if (isSame && use.oversold !== undefined) {
      report('oversold', `${told}: the office says that this is too much`);
    }
  }
}

/** Each use is rounded up to the minute: as much is nobody's fault. */
function checkMinutes(pass: string, supply: number, ordered: readonly Use[], report: Report): void {
  const used = ordered.reduce((sum, { minutes }) => sum + minutes, 0);
  const left = ordered.reduce((sum, use) => sum + minutesOf(use), 0);
  const told = `of ${pass}, made with ${supply} minutes, ${used} were used`;
  if (left > supply + ordered.length) report('oversold', `${told}, and the office lets ${left} count`);
  if (left < used && used <= supply) report('oversold', `${told}, and the office lets only ${left} count`);
}

function wordsOf({ customer, businessDay, visit, place }: Use): string {
  return `on ${businessDay} by ${customer} in ${visit} (${placeOf(place)})`;
}

function placeOf({ controller, seq, time }: Recorded): string {
  return `${controller} ${seq}, ${time}`;
}
