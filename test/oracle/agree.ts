// Some of the generated sites, held against the oracle: none differs but those that are known to (open.ts), each of these
// still does, and every row and reason is reached often enough.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { campaign, reportOf } from './campaign.ts';
import { openSites } from './open.ts';
import { missed } from './reach.ts';

/** A campaign ends with so many differences. */
const mostFailures = 6;

/** @param first seed of the first site. */
export function expectAgreement(first: number, sites: number): void {
  const { failures, reached } = campaign(first, sites, mostFailures);
  const found = failures.filter(({ seed }) => openSites[seed] === undefined);
  expect(found.map((failure) => reportOf(failure, join(tmpdir(), 'cardea-oracle')))).toEqual([]);
  const differing = failures.map(({ seed }) => seed);
  const here = Object.keys(openSites)
    .map(Number)
    .filter((seed) => seed >= first && seed < first + sites);
  expect(here.filter((seed) => !differing.includes(seed))).toEqual([]);
  expect(missed(reached, sites)).toEqual([]);
}
