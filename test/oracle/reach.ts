// What generated sites come to, counted: rows, reasons, and what makes a site hard. A campaign that meets one of them too seldom
// proves nothing of it, and fails.

import type { ScenarioFile, Space } from './document.ts';
import type { Line } from './state.ts';
import { dayLengthMs, offsetMs } from './wall.ts';

export type Reached = Map<string, number>;

/** Met less often than once in so many sites, something counts as not reached. */
export const seldom = 250;

type Values = Readonly<Record<string, unknown>>;

const lineKinds: readonly (readonly [string, string, Values])[] = [
  ...[
    ...['unknown-credential', 'credential-blocked', 'credential-expired', 'credential-not-yet-valid'],
    ...['account-disabled', 'lockdown', 'locked', 'closed', 'not-authorised'],
    ...['visitor-not-approved', 'visitor-outside-window', 'plan-limit', 'contract-frozen'],
    ...['pass-outside-timeslot', 'pass-not-valid-here', 'pass-expired', 'pass-exhausted', 'no-pass'],
    'clock-untrusted',
  ].map((reason) => [`denied: ${reason}`, 'access.denied', { reason }] as const),
  ...[
    ...[
      'staff',
      're-entry',
      'visitor',
      'plan',
      'pass',
      'pay-as-you-go',
      'booking',
      'flagged',
      'no-pass-needed',
      'exit',
    ],
    ...['schedule', 'command'],
  ].map((reason) => [`granted: ${reason}`, 'access.granted', { reason }] as const),
  ...['pass', 'plan', 'none-needed', 'pay-as-you-go'].map(
    (coverage) => [`check-in: ${coverage}`, 'checkin.recorded', { coverage }] as const,
  ),
  ...['card', 'qr', 'pin', 'door'].map((source) => [`source: ${source}`, 'checkin.recorded', { source }] as const),
  ['check-out: automatic', 'checkout.recorded', { auto: true }],
  ['check-out: not invoiced', 'checkout.recorded', { invoiced: false }],
  ['check-out: orphan', 'checkout.orphan', {}],
  ['minutes run out', 'coverage.exhausted', {}],
  ['sold at the list price', 'charge.proposed', { price: 'standard' }],
  ['sold at a special price', 'charge.proposed', { price: 'special' }],
  ['repeated tap', 'access.repeated', {}],
  ['alarm', 'credential.alarm', {}],
  ['visitor arrives', 'visitor.arrived', {}],
  ['visitor leaves', 'visitor.departed', {}],
  ['visitor is refused', 'visitor.refused', {}],
  ...['controlled', 'unlocked', 'locked', 'lockdown'].map(
    (mode) => [`mode: ${mode}`, 'accesspoint.mode', { mode }] as const,
  ),
  ['mode: unlocked by schedule', 'accesspoint.mode', { by: 'schedule' }],
  ['command is taken', 'command.applied', {}],
  ...['lockdown', 'until-past', 'until-not-allowed', 'unknown-space'].map(
    (reason) => [`command refused: ${reason}`, 'command.refused', { reason }] as const,
  ),
];

type Found = (file: ScenarioFile, lines: readonly Line[]) => number;

const siteKinds: readonly (readonly [string, Found])[] = [
  ['let in under a clock that is not believed', (file, lines) => (isDoubtful(file) ? lines.filter(isLetIn).length : 0)],
  ['next valid time told', (_, lines) => lines.filter(({ data }) => data.nextValid !== undefined).length],
  ['visits in spaces of two zones', (file, lines) => Number(new Set(visitsOf(file, lines).map(zoneOf)).size > 1)],
  ['visit while the clocks change', (file, lines) => visitsOf(file, lines).filter(changesClock).length],
  ['visit on a day of odd length', (file, lines) => visitsOf(file, lines).filter(isOddDay).length],
  ['visit with a cut-off in the night', (file, lines) => visitsOf(file, lines).filter(hasNightCutOff).length],
  ['one pass for two at once', (file, lines) => Number(sharesPass(visitsOf(file, lines)))],
  ['override ends by itself', (file, lines) => lines.filter((line) => endsOverride(file, line)).length],
  ['first entry unlocks', (_, lines) => lines.filter((line) => isFirstEntry(lines, line)).length],
  ['one door by command and by schedule', (_, lines) => Number(isBoth(lines))],
];

export const kinds: readonly string[] = [...lineKinds, ...siteKinds].map(([name]) => name);

/** Adds what one site came to. */
export function count(reached: Reached, file: ScenarioFile, lines: readonly Line[]): void {
  const add = (name: string, times: number) => reached.set(name, (reached.get(name) ?? 0) + times);
  for (const [name, type, data] of lineKinds) add(name, lines.filter((line) => meets(line, type, data)).length);
  for (const [name, found] of siteKinds) add(name, found(file, lines));
}

/** What was met too seldom in so many sites. */
export function missed(reached: ReadonlyMap<string, number>, sites: number): readonly string[] {
  return [...reached].filter(([, times]) => times * seldom < sites || times === 0).map(([name]) => name);
}

export function tableOf(reached: ReadonlyMap<string, number>): string {
  return [...reached].map(([name, times]) => `${String(times).padStart(9)}  ${name}`).join('\n');
}

function meets({ type, data }: Line, wanted: string, values: Values): boolean {
  return type === wanted && Object.entries(values).every(([key, value]) => data[key] === value);
}

const isDoubtful = ({ config, steps }: ScenarioFile): boolean =>
  config.rules?.untrustedClock === 'invariant' && steps.some(({ clock }) => clock?.synchronised === false);
const isLetIn = ({ type, time, data }: Line): boolean =>
  type === 'access.granted' && data.direction === 'in' && time < '1971';

interface Stay {
  readonly space: Space;
  readonly customer: string;
  readonly from: number;
  readonly to: number;
  readonly passes: readonly unknown[];
}

function visitsOf({ replica }: ScenarioFile, lines: readonly Line[]): readonly Stay[] {
  return lines.flatMap(({ type, data }) => {
    const space = replica.spaces.find(({ id }) => id === data.space);
    if (type !== 'checkout.recorded' || space === undefined) return [];
    const usage = data.usage as readonly { pass: unknown; minutes?: number }[];
    const passes = usage.filter(({ minutes }) => minutes !== undefined).map(({ pass }) => pass);
    const [from, to] = [Date.parse(String(data.from)), Date.parse(String(data.to))];
    return [{ space, customer: String(data.customer), from, to, passes }];
  });
}

const zoneOf = ({ space }: Stay): string => space.timeZone;
const changesClock = ({ space: { timeZone }, from, to }: Stay): boolean =>
  offsetMs(timeZone, from) !== offsetMs(timeZone, to);
const isOddDay = ({ space, from }: Stay): boolean => dayLengthMs(space, from) !== 24 * 3_600_000;
const hasNightCutOff = ({ space: { dailyCutOff } }: Stay): boolean => (dailyCutOff ?? '00:00') !== '00:00';

function sharesPass(visits: readonly Stay[]): boolean {
  return visits.some((one) =>
    visits.some(
      (other) =>
        one.customer !== other.customer &&
        one.from < other.to &&
        other.from < one.to &&
        one.passes.some((pass) => other.passes.includes(pass)),
    ),
  );
}

function endsOverride({ steps }: ScenarioFile, { type, time }: Line): boolean {
  if (type !== 'accesspoint.mode') return false;
  return steps.some(
    ({ command }) =>
      command?.type === 'mode' && command.until !== undefined && Date.parse(command.until) === Date.parse(time),
  );
}

function isFirstEntry(lines: readonly Line[], { type, time, accessPoint, data }: Line): boolean {
  if (type !== 'accesspoint.mode' || data.by !== 'schedule') return false;
  return lines.some(
    (one) =>
      one.type === 'access.granted' &&
      one.time === time &&
      one.accessPoint === accessPoint &&
      one.data.direction === 'in',
  );
}

function isBoth(lines: readonly Line[]): boolean {
  const modes = lines.filter(({ type, data }) => type === 'accesspoint.mode' && data.mode === 'unlocked');
  return modes.some(({ accessPoint, data }) =>
    modes.some((other) => other.accessPoint === accessPoint && data.by === 'schedule' && other.data.by !== 'schedule'),
  );
}
