// Some of the generated sites, held against the oracle: none differs, and every row and reason is reached often enough.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { campaign, reportOf } from './campaign.ts';
import { missed } from './reach.ts';

/** A campaign ends with so many differences. */
const mostFailures = 6;

/** @param first seed of the first site. */
export function expectAgreement(first: number, sites: number): void {
  const { failures, reached } = campaign(first, sites, mostFailures);
  expect(failures.map((failure) => reportOf(failure, join(tmpdir(), 'cardea-oracle')))).toEqual([]);
  expect(missed(reached, sites)).toEqual([]);
}
