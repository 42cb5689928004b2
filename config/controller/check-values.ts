// Values that are right alone and wrong beside each other.

import { formatDuration, parseDuration } from '../duration.ts';
import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import type { KeyPath } from '../problem.ts';
import { listOf, recordOf, textOf, valuesAt } from '../raw.ts';

export function checkValues(raw: unknown): Finding[] {
  return [
    ...checkUnlockTimes(raw),
    ...checkPreAlarms(raw),
    ...checkUpstream(raw),
    ...idleAccessPoints(raw),
    ...togglesInside(raw),
    ...alone(raw),
  ];
}

/** The first duration must not be longer than the second; null where one of them is not written or not readable. */
function orderOf(first: unknown, second: unknown, firstDefault: string): { firstMs: number; wrong: boolean } | null {
  const firstMs = parseDuration(textOf(first ?? firstDefault) ?? '');
  const secondMs = parseDuration(textOf(second) ?? '');
  return firstMs === null || secondMs === null ? null : { firstMs, wrong: firstMs > secondMs };
}

function checkUnlockTimes(raw: unknown): Finding[] {
  return valuesAt(raw, ['accessPoints', '*', 'lock']).flatMap(({ path, value }) => {
    const lock = recordOf(value);
    const order = orderOf(lock.unlockTime, lock.extendedUnlockTime, '5s');
    if (order === null || !order.wrong) return [];
    const allowed = `at least the unlockTime, ${formatDuration(order.firstMs)}`;
    return [fault([...path, 'extendedUnlockTime'], quoted(String(lock.extendedUnlockTime)), allowed)];
  });
}

function checkPreAlarms(raw: unknown): Finding[] {
  return valuesAt(raw, ['accessPoints', '*', 'contact']).flatMap(({ path, value }) => {
    const contact = recordOf(value);
    const heldAfterMs = parseDuration(textOf(contact.heldAfter ?? '30s') ?? '');
    const preAlarmMs = parseDuration(textOf(contact.preAlarm) ?? '');
    if (heldAfterMs === null || preAlarmMs === null || preAlarmMs < heldAfterMs) return [];
    const allowed = `less than the heldAfter, ${formatDuration(heldAfterMs)}`;
    return [fault([...path, 'preAlarm'], quoted(String(contact.preAlarm)), allowed)];
  });
}

function checkUpstream(raw: unknown): Finding[] {
  const upstream = recordOf(recordOf(raw).upstream);
  const findings: Finding[] = [];
  const order = orderOf(upstream.backoffMin, upstream.backoffMax ?? '60s', '1s');
  if (order?.wrong === true) {
    const key = upstream.backoffMin === undefined ? 'backoffMax' : 'backoffMin';
    findings.push(
      fault(['upstream', key], quoted(String(upstream[key])), 'a backoffMin that is at most the backoffMax'),
    );
  }
  const [batch, window] = [upstream.batchEvents ?? 100, upstream.windowEvents ?? 1000];
  if (typeof batch === 'number' && typeof window === 'number' && batch > window) {
    const key = upstream.batchEvents === undefined ? 'windowEvents' : 'batchEvents';
    findings.push(fault(['upstream', key], `${key} ${String(upstream[key])}`, 'batchEvents of at most windowEvents'));
  }
  return findings;
}

function idleAccessPoints(raw: unknown): Finding[] {
  const readers = listOf(recordOf(raw).readers);
  const used = new Set(readers.map((reader) => recordOf(reader).accessPoint));
  return valuesAt(raw, ['accessPoints', '*', 'id']).flatMap(({ path, value }) => {
    const id = textOf(value);
    if (id === undefined || used.has(id)) return [];
    return [
      caution(
        path,
        `no reader names access point ${quoted(id)}: only commands open it`,
        `a reader with accessPoint: ${id}`,
      ),
    ];
  });
}

function togglesInside(raw: unknown): Finding[] {
  const points = listOf(recordOf(raw).accessPoints).map(recordOf);
  const interior = new Set(points.filter(({ kind }) => kind === 'interior').map(({ id }) => textOf(id)));
  return valuesAt(raw, ['readers', '*', 'direction']).flatMap(({ path, value }) => {
    const reader = recordOf(listOf(recordOf(raw).readers)[Number(path[1])]);
    const accessPoint = textOf(reader.accessPoint);
    if (value !== 'toggle' || accessPoint === undefined || !interior.has(accessPoint)) return [];
    return [caution(path, 'a toggle reader at an interior door is always in (no visit begins or ends there)', 'in')];
  });
}

function alone(raw: unknown): Finding[] {
  const top: KeyPath = [];
  if ((recordOf(raw).upstream ?? null) !== null) return [];
  return [
    caution(top, 'no upstream: this controller works alone, the office hears nothing', 'upstream: { url: mqtts://… }'),
  ];
}
