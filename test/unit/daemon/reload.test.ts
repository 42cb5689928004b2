// A new config while the daemon runs: what it changes is changed, and nothing else.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { anaCard, bobCard, DaemonBench, reader } from './daemon-bench.ts';

let bench: DaemonBench;

beforeEach(async () => {
  bench = new DaemonBench();
  await bench.daemon.start([]);
});

afterEach(() => bench.end());

describe('a reload while the disk fails', () => {
  it('loses nothing that was decided, and keeps its order', async () => {
    bench.failDisk();
    expect(bench.tap('front-in', anaCard)).toBe('pass');
    bench.writeConfig({ readers: [reader('front-in'), reader('back-in')] });
    await bench.daemon.reload();
    expect(bench.tap('back-in', bobCard)).toBe('pass');
    bench.mendDisk();
    bench.clock.advance(5_000);
    const holders = bench.events().flatMap(({ type, data }) => (type === 'checkin.recorded' ? [data.customer] : []));
    expect(holders).toEqual(['ana', 'bob']);
    expect(bench.events().findLast(({ type }) => type === 'storage.failed')?.data).toMatchObject({
      recovered: true,
      lost: 0,
    });
    expect(verifyJournal(bench.journalFile).ok).toBe(true);
  });

  it('says at the end what never reached the disk', async () => {
    bench.failDisk();
    bench.tap('front-in', anaCard);
    bench.tap('front-in', bobCard);
    await bench.daemon.stop();
    expect(bench.lines).toContainEqual(
      expect.stringMatching(/^error: 3 decisions never reached the disk and are lost/),
    );
    bench.mendDisk();
  });

  it('writes at the end all that can be written', async () => {
    bench.failDisk();
    for (let n = 0; n < 60; n++) bench.tap('front-in', `04A1B2C3D4E6${String(n).padStart(2, '0')}`);
    bench.mendDisk();
    await bench.daemon.stop();
    expect(bench.events().filter(({ type }) => type === 'access.denied')).toHaveLength(60);
    expect(bench.events().at(-1)?.type).toBe('storage.failed');
    expect(bench.lines.filter((line) => line.includes('are lost'))).toEqual([]);
  });
});
