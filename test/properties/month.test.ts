// A month of a site, billed: what the office says its charges come to, by account, tax rate and currency, are the sums that the
// oracle comes to, to the cent. The records go the way they go in life: the program's journal, into the office's store.

import { expect, it } from 'vitest';
import { VirtualClock } from '../../daemon/clock/virtual.ts';
import { Ingest } from '../../sync/office/ingest/ingest.ts';
import { charges, chargeTotals } from '../../sync/office/visits/charges.ts';
import { readEventBatch } from '../../sync/protocol/events.ts';
import { foundIn } from '../oracle/compare.ts';
import { Dice } from '../oracle/dice.ts';
import type { Replica, ScenarioFile, Step } from '../oracle/document.ts';
import { expectedOf } from '../oracle/oracle.ts';
import type { Line } from '../oracle/state.ts';
import { openBench } from '../unit/office/bench.ts';

const people = ['ana', 'ben', 'cem', 'dora', 'eli', 'fay'];
const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
/** The clocks of Berlin go forward on the 29th. */
const firstMs = Date.parse('2026-03-01T00:00:00+01:00');

const replica: Replica = {
  format: 'cardea-replica/1',
  site: 'riverside',
  revision: 1,
  spaces: [
    {
      id: 's',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      dailyCutOff: '03:00',
      payAsYouGo: { members: true, contacts: true },
    },
  ],
  plans: [{ id: 'flex' }],
  timePasses: [
    {
      id: 'hour',
      price: '5.95',
      currency: 'EUR',
      taxRate: '19',
      account: 'desks',
      minutesIncluded: 60,
      validIn: ['s'],
      onSale: true,
      specialPrices: [{ plan: 'flex', price: '4.33' }],
    },
    { id: 'day', price: '23.10', currency: 'EUR', taxRate: '7', account: 'days', validIn: ['s'], onSale: true },
    {
      id: 'morning',
      price: '1.37',
      currency: 'EUR',
      taxRate: '7.7',
      minutesIncluded: 45,
      validIn: ['s'],
      onSale: true,
      soldWhole: true,
      availability: [{ days: ['mon', 'wed', 'sat'], from: '06:00', to: '11:00' }],
    },
  ],
  customers: people.map((id) => ({ id, registeredWith: ['s'] })),
  contracts: people
    .slice(0, 3)
    .map((id) => ({ id: `k-${id}`, customer: id, plan: 'flex', from: '2026-03-10', to: null })),
  credentials: people.map((id) => ({ id: `c-${id}`, type: 'qr', value: id, customer: id })),
  passes: people
    .slice(2, 5)
    .map((id) => ({ id: `p-${id}`, timePass: 'hour', customer: id, source: 'sold', remainingMinutes: 600 })),
};

const config: ScenarioFile['config'] = {
  site: 'riverside',
  controller: 'c1',
  accessPoints: [{ id: 'door', space: 's', kind: 'entrance', lock: { driver: 'simulated', unlockTime: '5s' } }],
  readers: (['in', 'out'] as const).map((direction) => ({
    id: direction,
    driver: 'simulated',
    accessPoint: 'door',
    direction,
  })),
};

/** Most people come on most days, some twice, and now and then one forgets to tap on the way out. */
function month(seed: number): ScenarioFile {
  const dice = new Dice(seed);
  const between = (least: number, most: number): number => least + dice.number(most - least + 1);
  const taps: { readonly ms: number; readonly who: string; readonly reader: 'in' | 'out' }[] = [];
  for (let day = 0; day < 31; day++) {
    for (const who of people) {
      if (dice.chance(30)) continue;
      let ms = firstMs + day * dayMs + between(300, 720) * minuteMs + between(0, 59) * 1000;
      for (let visit = 0; visit < (dice.chance(25) ? 2 : 1); visit++) {
        taps.push({ ms, who, reader: 'in' });
        ms += between(2, 400) * minuteMs + between(0, 59) * 1000;
        if (!dice.chance(5)) taps.push({ ms, who, reader: 'out' });
        ms += between(1, 120) * minuteMs;
      }
    }
  }
  const steps = taps
    .sort((a, b) => a.ms - b.ms)
    .map(
      ({ ms, who, reader }): Step => ({
        at: new Date(ms).toISOString(),
        present: { reader, credential: `qr:${who}` },
      }),
    );
  steps.push({ at: new Date(firstMs + 33 * dayMs).toISOString() });
  return { name: `month ${seed}`, config, replica, steps };
}

/** The oracle's charges, in cents. */
function expectedSums(lines: readonly Line[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { type, data } of lines) {
    if (type !== 'charge.proposed') continue;
    const { amount, currency, taxRate, account } = data as Readonly<Record<string, string | null>>;
    const key = `${currency} ${account ?? '-'} ${taxRate}`;
    sums[key] = (sums[key] ?? 0) + Math.round(Number(amount) * 100);
  }
  return sums;
}

function billedSums(lines: readonly Line[]): { readonly sums: Record<string, number>; readonly parts: number[][] } {
  const bench = openBench();
  try {
    const store = bench.open();
    const ingest = new Ingest(store, new VirtualClock(firstMs));
    for (let from = 0; from < lines.length; from += 200) {
      const events = lines.slice(from, from + 200);
      const { epoch } = events[0] as unknown as { readonly epoch: string };
      const read = readEventBatch({ epoch, events }, { site: 'riverside', controller: 'c1' });
      if (!read.ok) throw new Error(read.detail);
      ingest.commit([{ controller: 'c1', batch: read.batch }]);
    }
    const totals = chargeTotals(charges(store));
    const cents = (text: string): number => Math.round(Number(text) * 100);
    return {
      sums: Object.fromEntries(
        totals.map(({ currency, account, taxRate, gross }) => [
          `${currency} ${account ?? '-'} ${taxRate}`,
          cents(gross),
        ]),
      ),
      parts: totals.map(({ gross, tax, net, taxRate }) => [cents(gross), cents(tax), cents(net), Number(taxRate)]),
    };
  } finally {
    bench.close();
  }
}

it.each([1, 2, 3])(
  'a month of a site comes to what the oracle says, to the cent (seed %i)',
  { timeout: 300_000 },
  (seed) => {
    const file = month(seed);
    const expected = expectedSums(expectedOf(file));
    expect(Object.keys(expected).length).toBeGreaterThan(1);
    const { sums, parts } = billedSums(foundIn(file));
    expect(sums).toEqual(expected);
    for (const [gross = 0, tax = 0, net = 0, rate = 0] of parts) {
      expect(tax + net).toBe(gross);
      expect(Math.abs(tax - (gross * rate) / (100 + rate))).toBeLessThanOrEqual(0.5 + 1e-9);
    }
  },
);
