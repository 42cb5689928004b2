// Instants and wall clocks: what a clock shows in any zone leads back to the instant at which it shows it.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { zoneOf } from '../../access/time/zone.ts';
import { offsetMs } from '../oracle/wall.ts';
import { Premise } from './premise.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Within a day of a change of some zone's clock, or anywhere. */
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2020, 0) / minuteMs, max: Date.UTC(2032, 0) / minuteMs }),
  fc
    .tuple(
      fc.constantFrom(
        Date.UTC(2026, 2, 29, 1),
        Date.UTC(2026, 9, 25, 1),
        Date.UTC(2026, 3, 23, 22),
        Date.UTC(2026, 10, 1, 5),
      ),
      fc.integer({ min: -180, max: 180 }),
    )
    .map(([ms, minutes]) => ms / minuteMs + minutes),
);

/** Zones whose clocks change near these instants, or are not on the hour. */
const restless = ['Europe/Berlin', 'Africa/Cairo', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu'];

it('times in any zone round-trip', () => {
  const premise = new Premise(
    'times round-trip: the zone is not on the hour from UTC, or its clock changes within a day',
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...restless), fc.constantFrom(...Intl.supportedValuesOf('timeZone'))),
      instants,
      (name, minute) => {
        const ms = minute * minuteMs;
        const zone = zoneOf(name);
        expect(zone.offsetAt(ms)).toBe(offsetMs(name, ms));
        const shown = ms + zone.offsetAt(ms);
        const found = zone.firstInstant(zone.dayAt(ms), (shown / minuteMs) % 1440);
        // The same, or the first of the two instants that show the same.
        expect(found + zone.offsetAt(found)).toBe(shown);
        expect(found).toBeLessThanOrEqual(ms);
        const changes = zone.offsetAt(ms - 24 * hourMs) !== zone.offsetAt(ms + 24 * hourMs);
        premise.met(changes || zone.offsetAt(ms) % hourMs !== 0);
      },
    ),
    { seed: 20_260_307, numRuns: 2000 },
  );
  premise.report();
});
