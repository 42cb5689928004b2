// The daemon keeps its own journal within its bounds, says so in its status, and records once what lasts.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statusLines } from '../../../daemon/cli/commands/status.ts';
import { lasts, logRefusal, refusalRecord } from '../../../daemon/run/office-words.ts';
import type { Refusal } from '../../../sync/edge/ports.ts';
import { DaemonBench } from './daemon-bench.ts';

const dayMs = 86_400_000;

let bench: DaemonBench;
beforeEach(() => {
  bench = new DaemonBench({ more: ['journal: { keep: 24h }'] });
});
afterEach(() => bench.end());

it('drops what grew old, while taps go on, and tells of it in the status', async () => {
  await bench.daemon.start([]);
  bench.clock.advance(1_000);
  for (let n = 0; n < 2_000; n++)
    bench.daemon.record({ type: 'rex.activated', accessPoint: 'front-door', data: { n } });
  bench.clock.advance(60_000);
  expect(bench.daemon.status().storage.journal).toMatchObject({ dropped: 0, low: false });
  bench.clock.advance(2 * dayMs);
  const { journal } = bench.daemon.status().storage;
  expect(journal.dropped).toBeGreaterThan(900);
  expect(journal.bytes).toBeGreaterThan(100_000);
  expect(bench.journal.head.seq - journal.dropped).toBeGreaterThanOrEqual(1_000);
  const [first] = bench.events();
  expect(first?.seq).toBe(journal.dropped + 1);
  expect(bench.tap('front-in', '01')).not.toBe('');
});

it('goes on where the disk fails, and drops later', async () => {
  await bench.daemon.start([]);
  for (let n = 0; n < 1_500; n++)
    bench.daemon.record({ type: 'rex.activated', accessPoint: 'front-door', data: { n } });
  bench.failDisk();
  bench.clock.advance(2 * dayMs);
  expect(bench.daemon.status().storage.journal.dropped).toBe(0);
  expect(bench.lines.filter((line) => line.includes('old records of the journal'))).not.toEqual([]);
  bench.mendDisk();
  bench.clock.advance(600_000);
  expect(bench.daemon.status().storage.journal.dropped).toBeGreaterThan(400);
});

it('a journal that is nearly full is a warning in the status', () => {
  const status = bench.daemon.status();
  const journal = { bytes: 3_500_000, maxBytes: 4_194_304, dropped: 0, low: true };
  const lines = statusLines({ ...status, storage: { unwritten: 0, journal } });
  expect(
    lines.filter((line) => /^warning: events that the office has not nearly fill the journal/.test(line)),
  ).toHaveLength(1);
});

describe('what the office says against the journal', () => {
  const refusal = (kind: Refusal['kind'], reason: string): Refusal => ({ kind, reason, detail: 'd', count: 2 });

  it.each([
    ['ack', 'fork', true],
    ['ack', 'ack-ahead', true],
    ['outbox', 'record-lost', false],
  ] as const)('%s %s is a gap of the journal, with what to do in the log', (kind, reason, lasting) => {
    expect(refusalRecord(refusal(kind, reason))).toEqual({
      type: 'journal.gap',
      data: { reason, detail: 'd', count: 2 },
    });
    expect(lasts(refusal(kind, reason))).toBe(lasting);
    const said: string[] = [];
    logRefusal((level, line) => void said.push(`${level} ${line}`), refusal(kind, reason));
    expect(said).toEqual([
      expect.stringMatching(new RegExp(`^error ${reason}: d \\(2 times\\); .*(operating|verify)`)),
    ]);
  });

  it('stale and thrown out is only told', () => {
    for (const one of [refusal('ack', 'stale'), refusal('connection', 'thrown-out')]) {
      expect(refusalRecord(one)).toBe(null);
      expect(lasts(one)).toBe(false);
    }
  });
});
