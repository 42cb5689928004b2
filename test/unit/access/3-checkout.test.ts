// rules.md section 3: how a stay is cut into pieces, and what they come to. Whole flows stand in test/scenarios/own.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pass, Slot, TimePass } from '../../../access/model.ts';
import { heldPasses, runsOutAt } from '../../../access/passes/held.ts';
import { businessDayAt } from '../../../access/time/business-day.ts';
import { coverStay, type Piece } from '../../../access/visit/coverage.ts';
import { totalOf } from '../../../access/visit/sale.ts';
import { billOf } from '../../../access/visit/usage.ts';
import { pass, slot, space, timePass } from '../../support/records.ts';
import { MemorySite } from '../../support/site.ts';

const minute = 60_000;
const midnight = Date.parse('2026-03-02T00:00:00+01:00');
const clock = (time: string) => Date.parse(`2026-03-02T${time}:00+01:00`);

function cover(timePasses: readonly TimePass[], passes: readonly Pass[], fromMs: number, toMs: number, sells = true) {
  const site = new MemorySite({ timePasses, passes });
  const day = businessDayAt(space(), fromMs);
  const customer = { id: 'ana', name: '', registeredWith: ['berlin'], teams: [], disabled: false };
  const held = heldPasses(site, site.site, customer, passes, day.label);
  const asker = { person: { customer, contracts: [] }, space: space(), plans: [] };
  return coverStay({ asker, day, fromMs, toMs, first: null, held, catalogue: site.site, sells });
}

function named({ startMs, endMs, by }: Piece): string {
  const who =
    by === 'open' ? '-' : 'held' in by ? by.held.pass.id || `(${by.held.timePass.id})` : `+${by.offer.timePass.id}`;
  const text = (ms: number) => new Date(ms + 60 * minute).toISOString().slice(11, 16);
  return `${text(startMs)}-${text(endMs)} ${who}`;
}

const hour = timePass('hour', { minutesIncluded: 60, price: '6.00' });
const sold = { ...hour, onSale: true };
const morning = timePass('morning', { availability: [slot('09:00', '12:00')] });
const evening = timePass('evening', { availability: [slot('18:00', '22:00')] });

describe('pieces', () => {
  it.each<[string, readonly TimePass[], readonly Pass[], string, string, readonly string[]]>([
    ['nothing held, nothing sold', [hour], [], '09:00', '10:00', ['09:00-10:00 -']],
    [
      'slot by slot, a sale between',
      [morning, evening, sold],
      [pass('m', 'morning'), pass('e', 'evening')],
      '08:00',
      '19:00',
      ['08:00-09:00 +hour', '09:00-12:00 m', '12:00-18:00 +hour', '18:00-19:00 e'],
    ],
    [
      'minutes, then minutes',
      [hour],
      [pass('a', 'hour'), pass('b', 'hour', { remainingMinutes: 30 })],
      '09:00',
      '11:00',
      ['09:00-10:00 a', '10:00-10:30 b', '10:30-11:00 -'],
    ],
    [
      'a pass that begins meanwhile',
      [timePass('day')],
      [pass('d', 'day', { validFrom: clock('10:00') })],
      '09:00',
      '11:00',
      ['09:00-10:00 -', '10:00-11:00 d'],
    ],
    [
      'a pass that expires meanwhile',
      [timePass('day')],
      [pass('d', 'day', { expires: clock('10:00') })],
      '09:00',
      '11:00',
      ['09:00-10:00 d', '10:00-11:00 -'],
    ],
    [
      'a proposed day pass goes on before held ones',
      [
        timePass('cheap', {
          price: '1.00',
          onSale: true,
          availability: [slot('12:00', '14:00'), slot('15:00', '16:00')],
        }),
        morning,
        timePass('late', { availability: [slot('14:00', '18:00')] }),
      ],
      [pass('m', 'morning'), pass('l', 'late')],
      '11:00',
      '15:30',
      ['11:00-12:00 m', '12:00-14:00 +cheap', '14:00-15:30 l'],
    ],
    [
      'a whole pass sold covers on',
      [timePass('whole', { minutesIncluded: 120, soldWhole: true, onSale: true, price: '1.00' }), morning],
      [pass('m', 'morning')],
      '08:00',
      '12:30',
      ['08:00-09:00 +whole', '09:00-10:00 (whole)', '10:00-12:00 m', '12:00-12:30 +whole'],
    ],
  ])('%s', (_, timePasses, passes, from, to, pieces) => {
    expect(cover(timePasses, passes, clock(from), clock(to)).map(named)).toEqual(pieces);
  });

  it('of no stay are none', () => expect(cover([sold], [], midnight, midnight)).toEqual([]));

  it('tile the stay exactly, and the bill counts every second once', () => {
    const time = fc
      .integer({ min: 0, max: 24 * 4 })
      .map((q) => `${String(Math.floor(q / 4) % 24).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`);
    const slots: fc.Arbitrary<readonly Slot[]> = fc.array(
      fc.tuple(time, time).map(([a, b]) => slot(a, b)),
      { maxLength: 2 },
    );
    const timePasses = fc.array(
      fc.record({
        availability: slots,
        minutesIncluded: fc.constantFrom(null, 10, 60),
        onSale: fc.boolean(),
        soldWhole: fc.boolean(),
        price: fc.constantFrom('0.00', '1.01', '6.00'),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const passes = fc.array(
      fc.record({
        of: fc.nat(3),
        remainingMinutes: fc.constantFrom(null, 0, 7, 45),
        expires: fc.constantFrom(null, clock('10:00'), clock('16:30')),
        validFrom: fc.constantFrom(null, clock('11:00')),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(timePasses, passes, fc.nat(86_000), fc.nat(86_399), fc.boolean(), (kinds, list, a, b, sells) => {
        const fromMs = midnight + Math.min(a, b) * 1000;
        const toMs = midnight + Math.max(a, b) * 1000;
        const all = kinds.map((kind, i) => timePass(`t${i}`, kind));
        const held = list.map(({ of, ...with_ }, i) => pass(`p${i}`, `t${of % all.length}`, with_));
        const pieces = cover(all, held, fromMs, toMs, sells);
        let atMs = fromMs;
        for (const piece of pieces) {
          expect(piece.startMs).toBe(atMs);
          expect(piece.endMs).toBeGreaterThan(atMs);
          atMs = piece.endMs;
        }
        expect(atMs).toBe(toMs);
        const bill = billOf(pieces, null, '2026-03-02');
        if (!sells) expect(bill.charges).toEqual([]);
        for (const { held: used, minutes } of bill.used) {
          if (minutes !== null) expect(minutes * minute).toBeLessThanOrEqual(used.remainingMs ?? 0);
        }
      }),
      { seed: 31, numRuns: 300 },
    );
  });
});

describe('a price (O3)', () => {
  const offer = (with_: Partial<TimePass>) => ({
    timePass: timePass('t', with_),
    price: with_.price ?? '6.00',
    special: false,
    endMs: 0,
  });
  it.each<[string, Partial<TimePass>, number, bigint]>([
    ['a day pass', { price: '20.00' }, 60, 2000n],
    ['minutes', { price: '6.00', minutesIncluded: 60 }, 90 * 60, 900n],
    ['a begun minute', { price: '6.00', minutesIncluded: 60 }, 61, 20n],
    ['half up', { price: '1.01', minutesIncluded: 60 }, 30 * 60, 51n],
    ['whole', { price: '6.00', minutesIncluded: 60, soldWhole: true }, 61 * 60, 1200n],
    ['whole, exactly', { price: '6.00', minutesIncluded: 60, soldWhole: true }, 60 * 60, 600n],
  ])('%s', (_, with_, seconds, total) => expect(totalOf(offer(with_), seconds)).toBe(total));

  it('of two pieces is rounded together, the last takes the rounding (7)', () => {
    const third = timePass('third', { minutesIncluded: 60, price: '1.00', onSale: true });
    const noon = timePass('noon', { availability: [slot('12:00', '13:00')] });
    const pieces = cover([third, noon], [pass('n', 'noon')], clock('11:50'), clock('13:10'));
    expect(billOf(pieces, null, '2026-03-02').charges.map((c) => c.amount)).toEqual(['0.17', '0.16']);
  });
});

describe('minutes that several draw on (O4)', () => {
  /** @param draws of others, in minutes: from, and until where it ends. */
  const held = (remaining: number, ...draws: readonly [number, number?][]) => {
    const site = new MemorySite();
    const customer = { id: 'ana', name: '', registeredWith: [], teams: [], disabled: false };
    const [one] = heldPasses(
      site,
      new MemorySite({ timePasses: [hour] }).site,
      customer,
      [pass('p', 'hour', { remainingMinutes: remaining })],
      '',
    );
    if (one === undefined) throw new Error('the pass is held');
    return { ...one, drawn: draws.map(([from, to = 1440]) => ({ startMs: from * minute, endMs: to * minute })) };
  };
  it.each<[string, number, [number, number?][], number, number]>([
    ['alone', 60, [], 0, 60],
    ['two from the beginning', 60, [[0]], 0, 30],
    ['one joins later', 120, [[30]], 0, 75],
    ['one was there before', 120, [[0]], 30, 75],
    ['one would join after the end', 20, [[30]], 0, 20],
    ['three', 90, [[0], [30]], 0, 40],
    ['one whose slot ended before', 120, [[0, 30]], 60, 150],
    ['one whose slot ends meanwhile', 120, [[0, 30]], 0, 90],
    [
      'one in two slots',
      120,
      [
        [0, 30],
        [60, 90],
      ],
      0,
      75,
    ],
    ['nothing is left', 60, [[0]], 90, 90],
  ])('%s', (_, remaining, draws, from, until) => {
    expect(runsOutAt(held(remaining, ...draws), from * minute) / minute).toBe(until);
  });
});
