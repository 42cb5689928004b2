// Spans of days and of time: none ends before it begins, freezes of one contract do not overlap.

import { type Finding, fault, inList } from '../finding.ts';
import { quoted } from '../found.ts';
import { parseDate, parseInstant } from '../instant.ts';
import type { KeyPath } from '../problem.ts';
import { listOf, recordOf } from '../raw.ts';

type Read = (text: string) => number | null;

interface Order {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly read: Read;
  /** Whether both may be equal: days are inclusive, instants are not. */
  readonly equal: boolean;
}

const orders: readonly Order[] = [
  { kind: 'contracts', from: 'from', to: 'to', read: parseDate, equal: true },
  { kind: 'bookings', from: 'from', to: 'to', read: parseInstant, equal: false },
  { kind: 'passes', from: 'validFrom', to: 'expires', read: parseInstant, equal: false },
  { kind: 'credentials', from: 'validFrom', to: 'expires', read: parseInstant, equal: false },
];

export function checkPeriods(raw: unknown): Finding[] {
  const root = recordOf(raw);
  const top = orders.flatMap((order) =>
    inList(root[order.kind], (item, index) => checkOrder(item, order, () => [order.kind, index])),
  );
  return [...top, ...closures(root.spaces), ...freezes(root.contracts)];
}

const days = { from: 'from', to: 'to', read: parseDate, equal: true };

function checkOrder(item: unknown, order: Omit<Order, 'kind'>, path: () => KeyPath): Finding | undefined {
  const { from, to, read, equal } = order;
  const record = recordOf(item);
  const first = record[from];
  const last = record[to];
  if (typeof first !== 'string' || typeof last !== 'string') return undefined;
  const start = read(first);
  const end = read(last);
  if (start === null || end === null || start < end || (equal && start === end)) return undefined;
  const found = `${quoted(last)}, ${start === end ? 'the same as' : 'before'} ${from} ${quoted(first)}`;
  return fault([...path(), to], found, equal ? `${from} or later: both days are included` : `${to} after ${from}`);
}

function closures(spaces: unknown): Finding[] {
  return listOf(spaces).flatMap((space, index) =>
    inList(recordOf(space).closures, (closure, at) =>
      checkOrder(closure, days, () => ['spaces', index, 'closures', at]),
    ),
  );
}

function freezes(contracts: unknown): Finding[] {
  return listOf(contracts).flatMap((contract, index) => {
    const frozen = recordOf(contract).frozen;
    const path = ['contracts', index, 'frozen'];
    if (!Array.isArray(frozen)) return [];
    return [...inList(frozen, (span, at) => checkOrder(span, days, () => [...path, at])), ...overlaps(frozen, path)];
  });
}

/** Each span that shares a day with one listed before it. */
function overlaps(spans: readonly unknown[], path: KeyPath): Finding[] {
  const read = spans.map((span) => {
    const { from, to = null } = recordOf(span);
    const start = typeof from === 'string' ? parseDate(from) : null;
    const end = to === null ? Number.POSITIVE_INFINITY : typeof to === 'string' ? parseDate(to) : null;
    return start === null || end === null || end < start ? null : { start, end };
  });
  return read.flatMap((span, at) => {
    if (span === null) return [];
    const other = read
      .slice(0, at)
      .findIndex((before) => before !== null && before.start <= span.end && span.start <= before.end);
    return other < 0
      ? []
      : [fault([...path, at], `a span that overlaps frozen[${other}]`, 'spans without a common day')];
  });
}
