// rules.md section 1: which pass is taken, as tables.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract, Customer, Pass, PassOrder, TimePass } from '../../../access/model.ts';
import { choosePass } from '../../../access/passes/choose.ts';
import { type Held, heldPasses } from '../../../access/passes/held.ts';
import { comparePasses } from '../../../access/passes/order.ts';
import { whyNot } from '../../../access/passes/validity.ts';
import { businessDayAt } from '../../../access/time/business-day.ts';
import { Premise } from '../../properties/premise.ts';
import { contract, pass, slot, space, timePass } from '../../support/records.ts';
import { MemorySite } from '../../support/site.ts';

const noon = Date.parse('2026-03-02T12:00:00+01:00');

function standing(timePasses: readonly TimePass[], passes: readonly Pass[], contracts: readonly Contract[] = []) {
  const site = new MemorySite({ timePasses, passes, contracts });
  const customer: Customer = { id: 'ana', name: '', registeredWith: ['berlin'], teams: ['acme'], disabled: false };
  const asker = { person: { customer, contracts }, space: space() };
  const day = businessDayAt(space(), noon);
  return { held: heldPasses(site, site.site, customer, passes, day.label), asker, day };
}

function taken(timePasses: readonly TimePass[], passes: readonly Pass[], order: PassOrder = 'classic') {
  const { held, asker, day } = standing(timePasses, passes, [
    contract('flex'),
    contract('team', { customer: null, team: 'acme' }),
  ]);
  return choosePass(held, { ...asker, space: space({ passOrder: order }) }, noon, day)?.pass.id;
}

const day = timePass('day');
const day2 = timePass('day2', { price: '10.00' });
const hours = timePass('hours', { minutesIncluded: 600, price: '5.00' });
const here = timePass('here', { validIn: ['berlin'] });
const pair = timePass('pair', { validIn: ['berlin', 'unlisted'] });
const high = timePass('high', { priority: 'high', price: '99.00' });
const low = timePass('low', { priority: 'low', price: '1.00' });
const catalogue = [day, day2, hours, here, pair, high, low];

describe('the filter (1.1)', () => {
  const only = (of: TimePass, with_: Partial<Pass> = {}, contracts: readonly Contract[] = []) => {
    const { held, asker, day: today } = standing([of], [pass('p', of.id, with_)], contracts);
    return held.map((h) => whyNot(h, asker, noon, today))[0];
  };
  it.each<[string, string | null, TimePass, Partial<Pass>, readonly Contract[]]>([
    ['an unused day pass', null, day, {}, []],
    ['a day pass used before', 'pass-exhausted', day, { usedOn: '2026-03-01', usedBy: 'ana' }, []],
    ['a day pass used today by her (1.0)', null, day, { usedOn: '2026-03-02', usedBy: 'ana' }, []],
    [
      "a team's day pass used today by another",
      'pass-exhausted',
      day,
      { usedOn: '2026-03-02', usedBy: 'bea', team: 'acme' },
      [],
    ],
    ['no minutes left', 'pass-exhausted', hours, { remainingMinutes: 0 }, []],
    ['a minute left', null, hours, { remainingMinutes: 1 }, []],
    ['it expires at this instant', 'pass-expired', day, { expires: noon }, []],
    ['it expires later', null, day, { expires: noon + 1 }, []],
    ['it begins at this instant', null, day, { validFrom: noon }, []],
    ['it begins later', 'pass-outside-timeslot', day, { validFrom: noon + 1 }, []],
    ['inside its slot', null, timePass('s', { availability: [slot('12:00', '13:00')] }), {}, []],
    [
      'at the end of its slot',
      'pass-outside-timeslot',
      timePass('s', { availability: [slot('11:00', '12:00')] }),
      {},
      [],
    ],
    [
      'on another weekday',
      'pass-outside-timeslot',
      timePass('s', { availability: [slot('00:00', '00:00', ['tue'])] }),
      {},
      [],
    ],
    ['valid here', null, here, {}, []],
    ['valid elsewhere', 'pass-not-valid-here', timePass('x', { validIn: ['unlisted'] }), {}, []],
    ['only for a plan she has', null, timePass('x', { onlyForPlans: ['flex'] }), {}, [contract('flex')]],
    ['only for a plan she has not', 'pass-not-valid-here', timePass('x', { onlyForPlans: ['flex'] }), {}, []],
    ['only for members', 'pass-not-valid-here', timePass('x', { onlyFor: 'members' }), {}, []],
    ['only for contacts', null, timePass('x', { onlyFor: 'contacts' }), {}, []],
    [
      'only for contacts, a member',
      'pass-not-valid-here',
      timePass('x', { onlyFor: 'contacts' }),
      {},
      [contract('flex')],
    ],
    ['from a plan, no contract', 'pass-expired', day, { source: 'plan' }, []],
    ['from a plan, contract active', null, day, { source: 'plan' }, [contract('flex')]],
    ['from a plan, last day of the contract', null, day, { source: 'plan' }, [contract('flex', { to: '2026-03-02' })]],
    ['from a plan, contract over', 'pass-expired', day, { source: 'plan' }, [contract('flex', { to: '2026-03-01' })]],
    [
      'from a plan, contract ahead',
      'pass-outside-timeslot',
      day,
      { source: 'plan' },
      [contract('flex', { from: '2026-03-03' })],
    ],
    [
      "a team's plan pass, only her contract",
      'pass-expired',
      day,
      { source: 'plan', team: 'acme' },
      [contract('flex')],
    ],
    [
      "a team's plan pass, the team's contract",
      null,
      day,
      { source: 'plan', team: 'acme' },
      [contract('t', { customer: null, team: 'acme' })],
    ],
  ])('%s: %s', (_, reason, of, with_, contracts) => expect(only(of, with_, contracts)).toBe(reason));
});

describe('the order, classic', () => {
  it.each<[string, readonly Pass[], string]>([
    [
      'covers again today before all',
      [pass('a', 'here', { source: 'plan' }), pass('z', 'day', { usedOn: '2026-03-02', usedBy: 'ana' })],
      'z',
    ],
    ['plan before sold', [pass('a', 'here'), pass('z', 'hours', { source: 'plan' })], 'z'],
    ['plan before product', [pass('a', 'here', { source: 'product' }), pass('z', 'hours', { source: 'plan' })], 'z'],
    ['product ranks with sold', [pass('a', 'here'), pass('b', 'pair', { source: 'product' })], 'a'],
    ['fewer spaces first', [pass('a', 'pair'), pass('z', 'here')], 'z'],
    ['empty validIn last', [pass('a', 'day'), pass('z', 'pair')], 'z'],
    ['day before minutes', [pass('a', 'hours'), pass('z', 'day')], 'z'],
    [
      'more minutes first',
      [pass('a', 'hours', { remainingMinutes: 5 }), pass('z', 'hours', { remainingMinutes: 6 })],
      'z',
    ],
    ["own before team's", [pass('a', 'day', { team: 'acme' }), pass('z', 'day')], 'z'],
    [
      'earliest expiry',
      [pass('a', 'day'), pass('b', 'day', { expires: noon + 2 }), pass('z', 'day', { expires: noon + 1 })],
      'z',
    ],
    ['oldest', [pass('a', 'day', { createdAt: 2 }), pass('z', 'day', { createdAt: 1 })], 'z'],
    ['lowest id', [pass('b', 'day'), pass('a', 'day')], 'a'],
    ['price is no matter', [pass('a', 'day'), pass('b', 'day2')], 'a'],
  ])('%s', (_, passes, id) => {
    expect(taken(catalogue, passes)).toBe(id);
    expect(taken(catalogue, passes.toReversed())).toBe(id);
  });
});

describe('the order, priority', () => {
  it.each<[string, readonly Pass[], string]>([
    ['high before normal, whatever the price', [pass('a', 'day', { source: 'plan' }), pass('z', 'high')], 'z'],
    ['normal before low', [pass('a', 'low'), pass('z', 'hours')], 'z'],
    ['day before minutes', [pass('a', 'hours'), pass('z', 'day')], 'z'],
    ['cheaper by list price', [pass('a', 'day'), pass('z', 'day2')], 'z'],
    ['product before sold', [pass('a', 'day'), pass('z', 'day', { source: 'product' })], 'z'],
    ['plan ranks with product', [pass('a', 'day', { source: 'product' }), pass('b', 'day', { source: 'plan' })], 'a'],
    ['sold ranks with by-hand', [pass('a', 'day', { source: 'manual' }), pass('b', 'day')], 'a'],
    ['fewer spaces', [pass('a', 'day'), pass('z', 'here')], 'z'],
    ['more remaining', [pass('a', 'hours', { remainingMinutes: 5 }), pass('z', 'hours', { remainingMinutes: 6 })], 'z'],
    ["own before team's", [pass('a', 'day', { team: 'acme' }), pass('z', 'day')], 'z'],
  ])('%s', (_, passes, id) => {
    expect(taken(catalogue, passes, 'priority')).toBe(id);
    expect(taken(catalogue, passes.toReversed(), 'priority')).toBe(id);
  });
});

const anyPass = fc.record({
  of: fc.constantFrom(...catalogue.map((t) => t.id)),
  team: fc.constantFrom(null, 'acme'),
  source: fc.constantFrom('plan' as const, 'product' as const, 'sold' as const, 'manual' as const),
  remainingMinutes: fc.constantFrom(null, 0, 5, 60),
  expires: fc.constantFrom(null, noon - 1, noon + 1, noon + 2),
  createdAt: fc.constantFrom(null, 1, 2),
  usedOn: fc.constantFrom(null, '2026-03-01', '2026-03-02'),
});
const anyPasses = fc
  .array(anyPass, { maxLength: 8 })
  .map((all) => all.map(({ of, ...with_ }, i) => pass(`p${i}`, of, { ...with_, usedBy: 'ana' })));
const order = fc.constantFrom<PassOrder>('classic', 'priority');

describe('whatever is held', () => {
  it('the choice does not depend on the order of the list', () => {
    const premise = new Premise('the choice among several passes, in another order of the list');
    fc.assert(
      fc.property(anyPasses, order, fc.func(fc.integer()), (passes, by, key) => {
        const shuffled = passes.toSorted((a, b) => key(a.id) - key(b.id));
        premise.met(shuffled.some((one, index) => one !== passes[index]));
        expect(taken(catalogue, shuffled, by)).toBe(taken(catalogue, passes, by));
      }),
      { seed: 11, numRuns: 300 },
    );
    premise.report();
  });

  it('the order is total', () => {
    const premise = new Premise('the order is total: three are held, two of them of one time pass');
    fc.assert(
      fc.property(anyPasses, order, (passes, by) => {
        const { held } = standing(catalogue, passes);
        const kinds = new Set(held.map((one) => one.timePass.id));
        premise.met(held.length >= 3 && kinds.size < held.length);
        const c = (a: Held, b: Held) => Math.sign(comparePasses(a, b, by));
        for (const x of held) {
          for (const y of held) {
            expect(c(x, y) + c(y, x)).toBe(0);
            expect(c(x, y) === 0).toBe(x === y);
            for (const z of held) if (c(x, y) < 0 && c(y, z) < 0) expect(c(x, z)).toBe(-1);
          }
        }
      }),
      { seed: 12, numRuns: 100 },
    );
    premise.report();
  });
});
