// What covers a stay tiles it exactly: day passes, whole passes, slots, the rest of a pass, days of 23 and 25 hours, stays that
// begin and end at any millisecond. And the sum of what is proposed is the price of what was sold, reckoned here once more.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heldPasses } from '../../access/passes/held.ts';
import { personOf } from '../../access/person.ts';
import { businessDayAt } from '../../access/time/business-day.ts';
import { coverStay, type Piece, type Stay } from '../../access/visit/coverage.ts';
import { billOf } from '../../access/visit/usage.ts';
import { pass, slot, space, timePass } from '../support/records.ts';
import { MemorySite } from '../support/site.ts';
import { Premise } from './premise.ts';

const hourMs = 3_600_000;
/** Of 24, 23 and 25 hours. */
const noons = ['2026-03-04T12:00:00+01:00', '2026-03-29T12:00:00+02:00', '2026-10-25T12:00:00+01:00'].map(Date.parse);
const hours = fc.constantFrom(
  [],
  [slot('09:00', '11:00')],
  [slot('11:00', '18:00')],
  [slot('02:30', '03:10'), slot('22:00', '02:30')],
);
const timePasses = fc.array(
  fc.record({
    minutesIncluded: fc.constantFrom(null, 1, 30, 30, 61, 600),
    availability: hours,
    onSale: fc.constantFrom(true, true, false),
    soldWhole: fc.boolean(),
    price: fc.constantFrom('6.00', '0.99', '7', '0.05', '0.0001'),
  }),
  { minLength: 2, maxLength: 5 },
);
const aboutMs = fc.integer({ min: -14 * hourMs, max: 14 * hourMs });
const passes = fc.array(
  fc.record({
    of: fc.nat(3),
    remainingMinutes: fc.constantFrom(null, 0, 1, 30, 45.25),
    used: fc.constantFrom(false, false, true),
    begins: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, aboutMs),
    ends: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, aboutMs),
  }),
  { minLength: 1, maxLength: 4 },
);
const stays: fc.Arbitrary<Stay> = fc
  .record({
    noonMs: fc.constantFrom(...noons),
    dailyCutOff: fc.constantFrom('00:00', '03:00', '02:30'),
    passOrder: fc.constantFrom('classic' as const, 'priority' as const),
    timePasses,
    passes,
    fromMs: fc.integer({ min: 0, max: 24 * hourMs }),
    lengthMs: fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 26 * hourMs }) },
    ),
    first: fc.boolean(),
    sells: fc.constantFrom(true, true, true, false),
  })
  .map((made) => {
    const here = space({ dailyCutOff: made.dailyCutOff, passOrder: made.passOrder });
    const day = businessDayAt(here, made.noonMs);
    const site = new MemorySite({
      spaces: [here],
      timePasses: made.timePasses.map((with_, index) => timePass(`t${index}`, with_)),
      passes: made.passes.map(({ of, remainingMinutes, used, begins, ends }, index) =>
        pass(`p${index}`, `t${of % made.timePasses.length}`, {
          remainingMinutes,
          usedOn: used ? day.label : null,
          validFrom: begins === null ? null : made.noonMs + begins,
          expires: ends === null ? null : made.noonMs + ends,
        }),
      ),
    });
    const customer = { id: 'ana', name: '', registeredWith: ['berlin'], teams: [], disabled: false };
    const held = heldPasses(site, site.site, customer, site.passes(), day.label);
    const fromMs = Math.min(day.startMs + made.fromMs, day.endMs - 1);
    const asker = { person: personOf(site, customer), space: here };
    const toMs = Math.min(fromMs + made.lengthMs, day.endMs);
    const first = made.first ? (held[0] ?? null) : null;
    return { asker, day, fromMs, toMs, first, held, catalogue: site.site, sells: made.sells };
  });

const secondsOf = ({ startMs, endMs }: Piece): number => Math.floor((endMs - startMs) / 1000);

/** `price` for so many minutes of those that are included, in cents, rounded half up. */
function cents(price: string, minutes: number, included: number): number {
  const tenThousandths = BigInt(Math.round(Number(price) * 10_000)) * BigInt(minutes);
  const whole = BigInt(included) * 100n;
  return Number((2n * tenThousandths + whole) / (2n * whole));
}

/** What everything sold costs together: by the minute the seconds of a time pass are summed, whole passes and day passes are counted. */
function totalOf(pieces: readonly Piece[]): number {
  const seconds = new Map<string, number>();
  let total = 0;
  for (const piece of pieces) {
    if (piece.by === 'open' || !('offer' in piece.by) || secondsOf(piece) === 0) continue;
    const { minutesIncluded, soldWhole, id, price } = piece.by.offer.timePass;
    const minutes = Math.ceil(secondsOf(piece) / 60);
    if (minutesIncluded === null) total += cents(price, 1, 1);
    else if (soldWhole) total += cents(price, Math.ceil(minutes / minutesIncluded), 1);
    else
      seconds.set(
        `${id} ${price} ${minutesIncluded}`,
        (seconds.get(`${id} ${price} ${minutesIncluded}`) ?? 0) + secondsOf(piece),
      );
  }
  for (const [key, sum] of seconds) {
    const [, price = '', included = ''] = key.split(' ');
    total += cents(price, Math.ceil(sum / 60), Number(included));
  }
  return total;
}

it('pieces touch, begin and end with the stay, and draw no more than there is', () => {
  const premise = new Premise('pieces touch: there are three at least');
  fc.assert(
    fc.property(stays, (stay) => {
      const pieces = coverStay(stay);
      premise.met(pieces.length >= 3);
      expect(pieces[0]?.startMs).toBe(stay.fromMs);
      expect(pieces.at(-1)?.endMs).toBe(stay.toMs);
      for (const [index, piece] of pieces.entries()) {
        expect(piece.startMs).toBeLessThan(piece.endMs);
        if (index > 0) expect(piece.startMs).toBe(pieces[index - 1]?.endMs);
        if (!stay.sells) expect(piece.by === 'open' || 'held' in piece.by).toBe(true);
      }
      for (const { pass: own, remainingMs } of stay.held) {
        const on = pieces.filter(({ by }) => by !== 'open' && 'held' in by && by.held.pass.id === own.id);
        const drawnMs = on.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
        if (remainingMs !== null) expect(drawnMs).toBeLessThanOrEqual(remainingMs);
      }
    }),
    { seed: 20_261_122, numRuns: 3_000 },
  );
  premise.report();
});

it('no charge is less than nothing, and all together are the price of what was sold', () => {
  const premise = new Premise('charges: something is sold, by the minute, whole, or for the day');
  fc.assert(
    fc.property(stays, (stay) => {
      const pieces = coverStay(stay);
      const { charges, uncoveredMinutes, invoiced } = billOf(pieces, stay.first, stay.day.label);
      premise.met(charges.length > 0);
      for (const { amount } of charges) expect(amount).toMatch(/^\d+\.\d\d$/);
      expect(charges.reduce((sum, { amount }) => sum + Number(amount.replace('.', '')), 0)).toBe(totalOf(pieces));
      const notHeld = pieces.filter(({ by }) => by === 'open' || 'offer' in by);
      expect(uncoveredMinutes).toBe(Math.ceil(notHeld.reduce((sum, piece) => sum + secondsOf(piece), 0) / 60));
      expect(invoiced).toBe(pieces.every((piece) => piece.by !== 'open' || secondsOf(piece) === 0));
    }),
    { seed: 20_261_123, numRuns: 3_000 },
  );
  premise.report();
});
