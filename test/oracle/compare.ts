// Holds the program against the oracle: the same scenario file through both, and the first record in which they differ.

import { parseScenario } from '../../config/load.ts';
import { printedBy } from '../support/scenario-run.ts';
import type { ScenarioFile } from './document.ts';
import { expectedOf } from './oracle.ts';
import type { Line } from './state.ts';

export interface Difference {
  readonly index: number;
  readonly expected: Line | null;
  readonly found: Line | null;
}

/** What is compared of each type. Of a record that is told at a door: which one, and at which reader. */
const fields: Readonly<Record<string, readonly string[]>> = {
  'access.granted': ['holder', 'credential', 'direction', 'reason', 'by'],
  'access.denied': ['holder', 'credential', 'direction', 'reason', 'nextValid'],
  'access.repeated': ['holder', 'credential', 'direction', 'reason', 'by'],
  'credential.alarm': [],
  'checkin.recorded': ['visit', 'customer', 'space', 'source', 'pass', 'coverage'],
  'checkin.rejected': ['customer', 'space', 'reason'],
  'checkout.recorded': [
    'visit',
    'customer',
    'space',
    'from',
    'to',
    'auto',
    'usage',
    'uncoveredMinutes',
    'invoiced',
    'review',
  ],
  'checkout.orphan': ['customer', 'space'],
  'pass.used': ['pass', 'businessDay', 'visit'],
  'coverage.exhausted': ['visit', 'pass'],
  'charge.proposed': [
    'visit',
    'customer',
    'timePass',
    'from',
    'to',
    'amount',
    'currency',
    'taxRate',
    'account',
    'price',
  ],
  'visitor.arrived': ['visitor', 'host'],
  'visitor.departed': ['visitor', 'host'],
  'visitor.refused': ['visitor', 'host'],
  'accesspoint.mode': ['mode', 'by'],
  'command.applied': ['command'],
  'command.refused': ['command', 'reason'],
};

const atDoors = new Set(['access.granted', 'access.denied', 'access.repeated', 'credential.alarm', 'accesspoint.mode']);

/** A credential without its hash, which says how the program keeps it. */
function named(credential: unknown): unknown {
  const { hash: _, ...rest } = credential as Record<string, unknown>;
  return rest;
}

/** The records that both speak of, with only what both say, and visits named by the order in which they first appear. */
function comparable(lines: readonly Line[]): readonly Line[] {
  const visits = new Map<unknown, string>();
  const told = lines
    .filter(({ type }) => type in fields)
    .map(({ type, time, accessPoint, reader, data }) => {
      const kept: Record<string, unknown> = Object.fromEntries(
        (fields[type] ?? []).map((field) => [field, data[field] ?? null]),
      );
      if ('credential' in kept) kept.credential = named(kept.credential);
      // The rules do not say who is named where a door is given back to nobody.
      if (kept.mode === 'controlled') kept.by = null;
      if ('visit' in kept) {
        if (!visits.has(kept.visit)) visits.set(kept.visit, `visit ${visits.size + 1}`);
        kept.visit = visits.get(kept.visit);
      }
      const where = atDoors.has(type) ? { accessPoint: accessPoint ?? '', reader: reader ?? '' } : {};
      return { type, time: new Date(time).toISOString(), ...where, data: kept };
    });
  return [...told.filter((one) => !isOfDoors(one)), ...ofDoors(told)];
}

const isOfDoors = ({ type }: Line): boolean => type === 'accesspoint.mode' || type.startsWith('command.');

/** The order of what doors do by themselves, and of what visits come to at the same instant, is nobody's rule. */
function ofDoors(lines: readonly Line[]): readonly Line[] {
  const key = ({ time, accessPoint = '' }: Line) => `${time} ${accessPoint}`;
  return lines.filter(isOfDoors).sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

export function foundIn(file: ScenarioFile): readonly Line[] {
  const { scenario } = parseScenario(JSON.stringify(file), '/generated.json');
  return printedBy(scenario)
    .map((line): Line & { output?: string } => JSON.parse(line))
    .filter(({ output }) => output === undefined);
}

/** Null where both say the same. */
export function difference(file: ScenarioFile): Difference | null {
  return differenceBetween(expectedOf(file), foundIn(file));
}

/** The first record in which two readings differ, visits being named alike. */
export function differenceBetween(all: readonly Line[], others: readonly Line[]): Difference | null {
  return firstDifference(comparable(all), comparable(others));
}

function firstDifference(expected: readonly Line[], found: readonly Line[]): Difference | null {
  for (let index = 0; index < Math.max(expected.length, found.length); index++) {
    const [one, other] = [expected[index] ?? null, found[index] ?? null];
    if (sorted(one) !== sorted(other)) return { index, expected: one, found: other };
  }
  return null;
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
