// The office's desk on the command line: a check-in by hand, who is inside, what was used, the work list, and CSV for billing.

import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig('front-desk');
  const document = bench.path('members.json');
  const space = { id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR', payAsYouGo: { contacts: true } };
  const timePasses = [
    { id: 'hours', price: '6.00', currency: 'EUR', minutesIncluded: 60, taxRate: '19', onSale: true },
  ];
  const customers = [
    { id: 'ana', name: '=cmd|calc', registeredWith: ['riverside'] },
    { id: 'ben', disabled: true },
  ];
  const all = { format: 'cardea-replica/1', site: 'riverside', revision: 1, spaces: [space], timePasses, customers };
  writeFileSync(document, JSON.stringify(all));
  expect(await office('import', document)).toBe(0);
});
afterEach(() => bench.remove());

function office(...args: readonly string[]): Promise<number> {
  return bench.run('office', ...args, '--config', config);
}

const here = ['--space', 'riverside', '--by', 'sam'];
const json = <Line>(): Line[] => bench.out.map((line) => JSON.parse(line) as Line);

describe('the desk', () => {
  it('checks in and out, without a running office, and what follows is listed', async () => {
    const nowMs = bench.clock.now().wallMs;
    const at = (hoursAgo: number): string => new Date(nowMs - hoursAgo * 3_600_000).toISOString();
    expect(await office('checkin', 'ana', ...here, '--at', at(0.5))).toBe(0);
    expect(bench.out).toEqual([expect.stringMatching(/^checked in: ana riverside, visit [0-9a-f-]{36}$/)]);
    expect(await office('present', '--json')).toBe(0);
    expect(json()).toMatchObject([{ kind: 'visit', customer: 'ana', coverage: 'pay-as-you-go', minutes: 30 }]);
    expect(await office('checkin', 'ana', ...here)).toBe(1);
    expect(bench.err).toEqual([expect.stringContaining('checked in there already')]);
    expect(await office('checkin', 'ben', ...here)).toBe(1);
    expect(bench.err).toEqual([expect.stringContaining('not checked in: the account is disabled')]);
    expect(await office('checkout', 'ana', ...here)).toBe(0);
    expect(bench.out).toEqual([
      expect.stringContaining('checked out: ana riverside'),
      expect.stringContaining('a charge was proposed: ana hours 3.00 EUR'),
    ]);
    expect(await office('checkins', '--json')).toBe(0);
    expect(json()).toMatchObject([{ customer: 'ana', source: 'manual', auto: false, charges: [{ amount: '3.00' }] }]);
    expect(await office('checkins', '--rejected', '--json')).toBe(0);
    expect(json()).toMatchObject([{ customer: 'ben', reason: 'account-disabled' }]);
    expect(await office('charges', '--json')).toBe(0);
    const [charge] = json<{ readonly id: string }>();
    expect(await office('charge', 'correct', charge?.id ?? '', '2.50', '--by', 'sam', '--reason', 'rain')).toBe(0);
    expect(await office('charges', '--totals')).toBe(0);
    expect(bench.out[1]).toMatch(/^confirmed +\(none\) +19 +1 +2\.50 EUR +0\.40 EUR +2\.10 EUR$/);
    expect(await office('export', 'charges')).toBe(0);
    expect(bench.out[1]).toContain(',2.50,EUR,19,,standard,confirmed,3.00');
    for (const list of ['days', 'used', 'worklist', 'occupancy']) expect(await office(list)).toBe(0);
    expect(await office('charge', 'waive', 'nothing', '--by', 'sam')).toBe(1);
    expect(await office('review', 'nothing', '--by', 'sam')).toBe(1);
    expect(await office('settle', 'nothing', 'p1', '--by', 'sam')).toBe(1);
  });

  it('says what a wrong option may be', async () => {
    expect(await office('occupancy', '--per', 'hour')).toBe(2);
    expect(bench.err).toEqual([expect.stringContaining('allowed is quarter, day, week')]);
    expect(await office('charges', '--state', 'open')).toBe(2);
    expect(await office('checkins', '--kind', 'staff')).toBe(2);
    expect(await office('checkins', '--limit', '0')).toBe(2);
    expect(await office('export', 'members')).toBe(2);
    expect(await office('checkin', 'ana', ...here, '--at', 'noon')).toBe(2);
  });
});
