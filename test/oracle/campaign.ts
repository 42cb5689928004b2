// Runs a range of seeds and reports the first that fail, each with a scenario file that is as small as it gets.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Difference, differenceBetween, foundIn } from './compare.ts';
import type { ScenarioFile } from './document.ts';
import { generate } from './generate.ts';
import { minimise } from './minimise.ts';
import { expectedOf } from './oracle.ts';
import { count, type Reached } from './reach.ts';
import type { Line } from './state.ts';

export interface Failure {
  readonly seed: number;
  readonly difference: Difference;
  readonly scenario: ScenarioFile;
}

export interface Campaign {
  readonly failures: readonly Failure[];
  /** How often the oracle came to each row, reason and hard kind of site. */
  readonly reached: Reached;
}

/** Runs seeds [first, first + sites), until `most` have failed. */
export function campaign(first: number, sites: number, most: number, told = (_: Failure) => {}): Campaign {
  const failures: Failure[] = [];
  const reached: Reached = new Map();
  for (let seed = first; seed < first + sites && failures.length < most; seed++) {
    const file = generate(seed);
    const expected = expectedOf(file);
    count(reached, file, expected);
    const fault = faultOf(file, expected);
    if (fault === null) continue;
    const failure = failureOf(seed, file, fault);
    failures.push(failure);
    told(failure);
  }
  return { failures, reached };
}

const crash = 'it threw';

/** Where the two differ; a program that throws differs, too. */
function faultOf(file: ScenarioFile, expected: readonly Line[]): Difference | null {
  try {
    return differenceBetween(expected, foundIn(file));
  } catch (error) {
    return { index: 0, expected: null, found: { type: crash, time: '', data: { message: String(error) } } };
  }
}

/** Smaller is what fails in the same way: a case that is no scenario any more is none that fails. */
function failureOf(seed: number, file: ScenarioFile, fault: Difference): Failure {
  const again = (one: ScenarioFile): Difference | null => {
    try {
      const found = faultOf(one, expectedOf(one));
      const threw = found?.found?.type === crash;
      return threw && JSON.stringify(found) !== JSON.stringify(fault) ? null : found;
    } catch {
      return null;
    }
  };
  const scenario = minimise(file, (one) => again(one) !== null);
  return { seed, difference: again(scenario) ?? fault, scenario };
}

/** Leaves the scenario in a folder, where `cardea replay` takes it, and says what was expected and what was found. */
export function reportOf({ seed, difference: { expected, found }, scenario }: Failure, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `seed-${seed}.json`);
  writeFileSync(file, `${JSON.stringify(scenario, null, 2)}\n`);
  return [
    `seed ${seed}: ${file}`,
    `  the rules: ${JSON.stringify(expected)}`,
    `  Cardea:    ${JSON.stringify(found)}`,
  ].join('\n');
}
