// What other controllers said cannot be read at the start: the doors work, it is told, and tried again.

import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { anaCard, DaemonBench } from './daemon-bench.ts';

it('stops no daemon, and is tried again', async () => {
  const bench = new DaemonBench();
  const disk = new Database(bench.journalFile);
  disk.exec('ALTER TABLE unmerged RENAME TO unmerged_away');
  await bench.daemon.start([]);
  expect(bench.tap('front-in', anaCard)).toBe('pass');
  const told = () => bench.lines.filter((line) => line.includes('cannot be gone on with')).length;
  bench.clock.advance(6_000);
  expect(told()).toBe(2);
  disk.exec('ALTER TABLE unmerged_away RENAME TO unmerged');
  disk.close();
  bench.clock.advance(20_000);
  expect(told()).toBe(2);
  await bench.end();
});
