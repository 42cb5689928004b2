// What the generated sites reach: every row of section 2, every kind of check-out; and that a difference would be seen.

import { describe, expect, it } from 'vitest';
import { differenceBetween } from './compare.ts';
import { generate } from './generate.ts';
import { expectedOf } from './oracle.ts';
import type { Line } from './state.ts';

const sites = Array.from({ length: 400 }, (_, index) => expectedOf(generate(index + 1)));

/** How many of the lines are of that type and have those values. */
function times(type: string, data: Readonly<Record<string, unknown>>): number {
  const meets = (line: Line) =>
    line.type === type && Object.entries(data).every(([key, value]) => line.data[key] === value);
  return sites.flat().filter(meets).length;
}

const denials = [
  'unknown-credential',
  'credential-blocked',
  'credential-expired',
  'credential-not-yet-valid',
  'account-disabled',
  'closed',
  'not-authorised',
  'visitor-not-approved',
  'visitor-outside-window',
  'plan-limit',
  'contract-frozen',
  'pass-outside-timeslot',
  'pass-not-valid-here',
  'pass-expired',
  'pass-exhausted',
  'no-pass',
];

const grants = [
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
];

describe('the generated sites', () => {
  it.each(denials)('deny with %s', (reason) => {
    expect(times('access.denied', { reason })).toBeGreaterThan(0);
  });

  it.each(grants)('open with %s', (reason) => {
    expect(times('access.granted', { reason })).toBeGreaterThan(0);
  });

  it.each(['pass', 'plan', 'none-needed', 'pay-as-you-go'])('check in with coverage %s', (coverage) => {
    expect(times('checkin.recorded', { coverage })).toBeGreaterThan(0);
  });

  it.each([
    ['an automatic check-out', 'checkout.recorded', { auto: true }],
    ['a visit after the cut-off', 'checkin.recorded', { source: 'door' }],
    ['a stay that is not invoiced', 'checkout.recorded', { invoiced: false }],
    ['an orphan', 'checkout.orphan', {}],
    ['minutes that run out', 'coverage.exhausted', {}],
    ['a sale at the list price', 'charge.proposed', { price: 'standard' }],
    ['a sale at a special price', 'charge.proposed', { price: 'special' }],
    ['a repeated tap', 'access.repeated', {}],
    ['a visitor who leaves', 'visitor.departed', {}],
  ] as const)('have %s', (_, type, data) => {
    expect(times(type, data)).toBeGreaterThan(0);
  });

  it('are the same for the same seed', () => {
    expect(generate(17)).toEqual(generate(17));
  });
});

describe('a difference', () => {
  const lines = sites.find((one) => one.some(({ type }) => type === 'checkout.recorded')) ?? [];
  const at = lines.findIndex(({ type }) => type === 'checkout.recorded');

  it('is none between equal records, whatever the visits are called', () => {
    const renamed = lines.map((line) => ({
      ...line,
      data: { ...line.data, ...('visit' in line.data ? { visit: `x${line.data.visit}` } : {}) },
    }));
    expect(differenceBetween(lines, renamed)).toBeNull();
  });

  it('is seen in a field', () => {
    const changed = lines.map((line, index) =>
      index === at ? { ...line, data: { ...line.data, uncoveredMinutes: -1 } } : line,
    );
    expect(differenceBetween(lines, changed)?.found?.data.uncoveredMinutes).toBe(-1);
  });

  it('is seen in the time, and where a record is missing or too much', () => {
    const later = lines.map((line, index) => (index === at ? { ...line, time: '2026-01-01T00:00:00.000Z' } : line));
    expect(differenceBetween(lines, later)).not.toBeNull();
    expect(differenceBetween(lines, lines.toSpliced(at, 1))).not.toBeNull();
    expect(differenceBetween(lines.toSpliced(at, 1), lines)).not.toBeNull();
  });
});
