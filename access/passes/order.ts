// Which of several usable passes is taken (rules.md section 1.2 to 1.4 and ties). The order is total: edge and office
// always pick the same pass, whatever order the lists came in.

import type { PassOrder } from '../model.ts';
import type { Held } from './held.ts';

type Rank = (held: Held) => number;

const day: Rank = (h) => (h.remainingMs === null ? 0 : 1);
const remaining: Rank = (h) => -(h.remainingMs ?? 0);
const own: Rank = (h) => (h.pass.team === null ? 0 : 1);
// A space that is listed twice is one.
const spaces: Rank = (h) => new Set(h.timePass.validIn).size || Number.POSITIVE_INFINITY;
const fromPlan: Rank = (h) => (h.pass.source === 'plan' ? 0 : 1);
const byHand: Rank = (h) => (h.pass.source === 'plan' || h.pass.source === 'product' ? 0 : 1);
const explicit: Rank = (h) => ({ high: 0, normal: 1, low: 2 })[h.timePass.priority];
const expiry: Rank = (h) => h.pass.expires ?? Number.POSITIVE_INFINITY;
const age: Rank = (h) => h.pass.createdAt ?? Number.POSITIVE_INFINITY;

const orders: Readonly<Record<PassOrder, readonly (Rank | 'price')[]>> = {
  classic: [fromPlan, spaces, day, remaining, own, expiry, age],
  priority: [explicit, day, 'price', byHand, spaces, remaining, own, expiry, age],
};

/** Negative: `a` is taken before `b`. */
export function comparePasses(a: Held, b: Held, order: PassOrder): number {
  for (const rank of orders[order]) {
    const difference = rank === 'price' ? comparePrices(a.timePass.price, b.timePass.price) : compare(rank(a), rank(b));
    if (difference !== 0) return difference;
  }
  return a.pass.id < b.pass.id ? -1 : a.pass.id > b.pass.id ? 1 : 0;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares two decimal strings exactly. */
export function comparePrices(a: string, b: string): number {
  const [aWhole = '0', aFraction = ''] = a.split('.');
  const [bWhole = '0', bFraction = ''] = b.split('.');
  const digits = Math.max(aFraction.length, bFraction.length);
  const left = BigInt(aWhole + aFraction.padEnd(digits, '0'));
  const right = BigInt(bWhole + bFraction.padEnd(digits, '0'));
  return left < right ? -1 : left > right ? 1 : 0;
}
