// Dates and instants, against the engine's own reading of what is valid.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate, parseInstant } from '../../../config/instant.ts';

describe('instants', () => {
  it.each([
    ['2026-03-02T09:10:00+01:00', Date.UTC(2026, 2, 2, 8, 10)],
    ['2026-03-02T08:10:00Z', Date.UTC(2026, 2, 2, 8, 10)],
    ['2026-03-02T08:10Z', Date.UTC(2026, 2, 2, 8, 10)],
    ['2026-03-02T08:10:00.5-00:30', Date.UTC(2026, 2, 2, 8, 40, 0, 500)],
    ['2028-02-29T00:00:00.1239Z', Date.UTC(2028, 1, 29, 0, 0, 0, 123)],
    ['1970-01-01T00:00:10Z', 10_000],
  ])('%s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it.each([
    '2026-03-02',
    '2026-03-02T09:10:00',
    '2026-02-29T09:10:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T09:60:00Z',
    '2026-03-02T09:10:60Z',
    '2026-03-02 09:10:00Z',
    '2026-03-02T09:10:00+1:00',
    '2026-03-02T09:10:00+24:00',
    '1899-12-31T00:00:00Z',
    '20260302T091000Z',
    'tomorrow',
    '',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('agrees with the engine on every instant that the engine writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(9999, 11, 31) }), (instantMs) => {
        expect(parseInstant(new Date(instantMs).toISOString())).toBe(instantMs);
      }),
      { seed: 3 },
    );
  });

  it('knows which dates exist', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2100 }), fc.nat(13), fc.nat(32), (year, month, day) => {
        const text = [String(year), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
        const real = new Date(Date.UTC(year, month - 1, day));
        const exists = real.getUTCMonth() === month - 1 && real.getUTCDate() === day && month > 0 && month < 13;
        expect(parseDate(text)).toBe(exists ? real.getTime() : null);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });
});
