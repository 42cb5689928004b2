// What was proposed for sale, and what became of it: one line a charge, and what they come to. The order is that of the visits that
// they are of.

import { decimal, shareOfPrice } from '../../../access/money.ts';
import type { OfficeStore } from '../store/open.ts';
import { type Asked, asked, conditionsOf, type RangeFilter } from './filter.ts';
import type { Charge, ChargeState } from './fold.ts';

export interface ChargeFilter extends RangeFilter {
  readonly state?: ChargeState;
}

export interface ChargeLine extends Charge {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
}

type Row = Pick<ChargeLine, 'visit' | 'customer' | 'space'> & { readonly charges: string };

/** Those of visits that begin in the range, in the order of their beginning. */
export function* charges(store: OfficeStore, filter: ChargeFilter = {}): Generator<ChargeLine, void> {
  const where: Asked = conditionsOf(store, filter);
  asked(where, "charges <> '[]'");
  const rows = store.db.prepare<(string | number)[], Row>(
    `SELECT visit, customer, space, charges FROM visits WHERE ${where.conditions.join(' AND ')} ORDER BY from_ms, visit`,
  );
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  for (const { charges: list, ...visit } of rows.iterate(...where.values)) {
    for (const charge of JSON.parse(list) as Charge[]) {
      if (filter.state !== undefined && charge.state !== filter.state) continue;
      if (left-- <= 0) return;
      yield { ...visit, ...charge };
    }
  }
}

/** By the id of its record. */
export function chargeOf(
  { db }: OfficeStore,
  id: string,
): { readonly visit: string; readonly charge: Charge } | undefined {
  const row = db
    .prepare<[string], { readonly visit: string; readonly charges: string }>(
      'SELECT visit, charges FROM visits WHERE visit = (SELECT visit FROM events WHERE id = ?)',
    )
    .get(id);
  const charge = row === undefined ? undefined : (JSON.parse(row.charges) as Charge[]).find((one) => one.id === id);
  return row === undefined || charge === undefined ? undefined : { visit: row.visit, charge };
}

/** Of one state, account, tax rate and currency. */
export interface ChargeTotal {
  readonly state: ChargeState;
  readonly account: string | null;
  readonly taxRate: string;
  readonly currency: string;
  readonly charges: number;
  /** The tax is inside the gross: it is rounded half up to the minor unit, once for the total; the net is the rest. */
  readonly gross: string;
  readonly tax: string;
  readonly net: string;
}

interface Sum {
  readonly of: Pick<ChargeTotal, 'state' | 'account' | 'taxRate' | 'currency'>;
  count: number;
  minor: bigint;
}

/** By state, currency, account and tax rate, in that order. */
export function chargeTotals(lines: Iterable<ChargeLine>): ChargeTotal[] {
  const sums = new Map<string, Sum>();
  for (const { state, account, taxRate, currency, amount } of lines) {
    const key = JSON.stringify([state, currency, account ?? '', taxRate]);
    const sum = sums.get(key) ?? { of: { state, account, taxRate, currency }, count: 0, minor: 0n };
    sum.count += 1;
    sum.minor += shareOfPrice(amount, 1, 1, currency);
    sums.set(key, sum);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => totalOf(sum));
}

function totalOf({ of, count, minor }: Sum): ChargeTotal {
  const gross = decimal(minor, of.currency);
  const tax = taxInside(gross, of.taxRate, of.currency);
  return { ...of, charges: count, gross, tax: decimal(tax, of.currency), net: decimal(minor - tax, of.currency) };
}

/** Of a rate of 19: 19/119 of the gross. */
function taxInside(gross: string, taxRate: string, currency: string): bigint {
  const [whole = '0', fraction = ''] = taxRate.split('.');
  const rate = Number(whole + fraction);
  return shareOfPrice(gross, rate, 100 * 10 ** fraction.length + rate, currency);
}
