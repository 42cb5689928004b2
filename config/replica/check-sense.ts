// What a record says that can mean nothing beside the rest of it: it is kept, it grants nothing, and somebody is told.

import { minorDigits } from '../../access/money.ts';
import { caution, type Finding, inList } from '../finding.ts';
import { quoted } from '../found.ts';
import { listOf, recordOf, textOf } from '../raw.ts';

export function checkSense(raw: unknown): Finding[] {
  const root = recordOf(raw);
  const minutes = new Map<string, unknown>();
  for (const item of listOf(root.timePasses)) {
    const { id, minutesIncluded = null } = recordOf(item);
    if (textOf(id) !== undefined) minutes.set(String(id), minutesIncluded);
  }
  return [
    ...inList(root.passes, (item, index) => passSense(recordOf(item), index, minutes)),
    ...inList(root.timePasses, (item, index) => forNobody(recordOf(item), index)),
    ...listOf(root.timePasses).flatMap((item, index) => finePrices(recordOf(item), index)),
  ];
}

/** @param minutes what each time pass includes; null: it is a day pass. */
function passSense(
  { timePass, remainingMinutes = null, usedOn = null, usedBy = null }: Record<string, unknown>,
  index: number,
  minutes: ReadonlyMap<string, unknown>,
): Finding | undefined {
  const included = minutes.get(String(timePass));
  if (included === null && remainingMinutes !== null) {
    return caution(['passes', index, 'remainingMinutes'], 'minutes of a day pass, which has none', 'null');
  }
  if (typeof included === 'number' && usedOn !== null) {
    return caution(['passes', index, 'usedOn'], 'a day on which a minute pass was used', 'null, and remainingMinutes');
  }
  if (usedBy === null || usedOn !== null) return undefined;
  const found = 'somebody who used it, and no day on which: it counts as unused';
  return caution(['passes', index, 'usedBy'], found, 'usedOn beside usedBy');
}

/** Prices with more places than the currency has: what is charged is rounded to them. */
function finePrices({ price, currency, specialPrices }: Record<string, unknown>, index: number): Finding[] {
  const code = textOf(currency);
  if (code === undefined) return [];
  const digits = minorDigits(code);
  const prices = [
    { path: ['timePasses', index, 'price'], written: textOf(price) },
    ...listOf(specialPrices).map((special, at) => ({
      path: ['timePasses', index, 'specialPrices', at, 'price'],
      written: textOf(recordOf(special).price),
    })),
  ];
  return prices.flatMap(({ path, written = '' }) => {
    const places = /^\d+\.(\d*?)0*$/.exec(written)?.[1]?.length ?? 0;
    if (places <= digits) return [];
    const found = `${quoted(written)}, finer than ${code}: amounts are rounded half up`;
    return [caution(path, found, `at most ${digits} decimal places`)];
  });
}

/** Whoever has one of the plans is a member. */
function forNobody({ onlyFor, onlyForPlans }: Record<string, unknown>, index: number): Finding | undefined {
  if (onlyFor !== 'contacts' || listOf(onlyForPlans).length === 0) return undefined;
  return caution(['timePasses', index, 'onlyFor'], 'contacts, who have no plan, beside onlyForPlans', 'one of the two');
}
