// A second controller that comes to a site is told what it needs as soon as the office names it, and after a restart, too.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SiteControllers } from '../../../daemon/run/site-controllers.ts';
import { anaCard, bobCard } from './daemon-bench.ts';
import { WiredBench } from './wired-bench.ts';

let bench: WiredBench;

beforeEach(async () => {
  bench = new WiredBench();
  await bench.start();
});

afterEach(() => bench.end());

/** What the check-ins tell beside what everybody may count on. */
function told(): boolean[] {
  const checkins = bench.events().filter(({ type }) => type === 'checkin.recorded');
  return checkins.map(({ data }) => Object.hasOwn(data, 'until'));
}

describe('a second controller', () => {
  it('is told what it needs without a new revision', async () => {
    await bench.names(7, '2026-03-02T08:00:00Z', 'front-desk');
    bench.tap('front-in', anaCard);
    await bench.names(7, '2026-03-02T08:01:00Z', 'front-desk', 'back-door');
    bench.tap('front-in', bobCard);
    expect(told()).toEqual([false, true]);
    expect(bench.journal.shared.knowsCatalogue(7)).toBe(true);
  });

  it('is known after a restart, whatever the replica says, and gone once the office names it no more', async () => {
    await bench.names(7, '2026-03-02T08:01:00Z', 'front-desk', 'back-door');
    const { journal, replicas } = bench;
    const again = () => new SiteControllers({ journal, replicas, log: () => {} });
    expect(again().several).toBe(true);
    await bench.names(7, '2026-03-02T08:00:00Z', 'front-desk');
    expect(again().several).toBe(true);
    await bench.names(7, '2026-03-02T08:02:00Z', 'front-desk');
    expect(again().several).toBe(false);
  });

  it('is one of any number', async () => {
    const ids = Array.from({ length: 450 }, (_, n) => `door-${n}`);
    await bench.names(7, '2026-03-02T08:01:00Z', 'front-desk', ...ids);
    const { journal, replicas } = bench;
    const { newest } = new SiteControllers({ journal, replicas, log: () => {} });
    expect(newest.controllers.map(({ id }) => id)).toEqual(['front-desk', ...ids]);
  });
});
