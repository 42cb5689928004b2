// The bench itself runs: on a small site, with few members and events, each part gives its figures. What they come to is no
// matter of a test.

import { expect, it } from 'vitest';
import { Program } from '../../support/process.ts';

it.each([
  ['decision', ['--credentials', '1000'], ['decision on 1,000 credentials']],
  ['ingest', ['--events', '1000'], ['events into the office', 'events into the office, at least']],
  ['backlog', ['--events', '1000'], ['backlog to acknowledged']],
  ['snapshot', ['--rows', '1000'], ['snapshot of 1,000 passes']],
  ['history', ['--visits', '5000'], ['who is in now', "a day's history"]],
  ['block', ['--credentials', '1000'], ['block to door, 1,000 credentials']],
])('measures %s', async (part, sizes, names) => {
  const bench = new Program(process.execPath, [
    'test/bench/run.mjs',
    '--built',
    '--json',
    '--only',
    part,
    ...sizes,
    '--folder',
    '/var/tmp',
  ]);
  expect(await bench.exit, bench.lines.join('\n')).toBe(0);
  const figures = bench.lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { name: string; ours: number; limit: number; ratio: number });
  expect(figures.map(({ name }) => name)).toEqual(names);
  for (const { ours, limit, ratio } of figures) expect(Math.min(ours, limit, ratio)).toBeGreaterThan(0);
});
