// Generated sites 1001 to 2000: the program and the oracle say the same of every tap. More of them: test/oracle/run.mjs.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { campaign, reportOf } from './campaign.ts';
import { openSites } from './open.ts';
import { missed } from './reach.ts';

it('agrees with the oracle on sites 1001 to 2000', { timeout: 3_600_000 }, () => {
  const { failures, reached } = campaign(1001, 1000, 6);
  const found = failures.filter(({ seed }) => openSites[seed] === undefined);
  expect(found.map((failure) => reportOf(failure, join(tmpdir(), 'cardea-oracle')))).toEqual([]);
  const differing = failures.map(({ seed }) => seed);
  const here = Object.keys(openSites)
    .map(Number)
    .filter((seed) => seed >= 1001 && seed < 1001 + 1000);
  expect(here.filter((seed) => !differing.includes(seed))).toEqual([]);
  expect(missed(reached, 1000)).toEqual([]);
});
