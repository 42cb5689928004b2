// Runs a range of seeds and reports the first that fail, each with a scenario file that is as small as it gets.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Difference, difference } from './compare.ts';
import type { ScenarioFile } from './document.ts';
import { generate } from './generate.ts';
import { minimise } from './minimise.ts';

export interface Failure {
  readonly seed: number;
  readonly difference: Difference;
  readonly scenario: ScenarioFile;
}

/** Runs seeds [first, first + count), until `most` have failed. */
export function campaign(first: number, count: number, most: number, told = (_: Failure) => {}): readonly Failure[] {
  const failures: Failure[] = [];
  for (let seed = first; seed < first + count && failures.length < most; seed++) {
    const file = generate(seed);
    if (difference(file) !== null) {
      const failure = failureOf(seed, file);
      failures.push(failure);
      told(failure);
    }
  }
  return failures;
}

function failureOf(seed: number, file: ScenarioFile): Failure {
  const fault = (one: ScenarioFile): Difference | null => {
    try {
      return difference(one);
    } catch {
      return null;
    }
  };
  const scenario = minimise(file, (one) => fault(one) !== null);
  const found = fault(scenario) ?? difference(file);
  if (found === null) throw new Error(`seed ${seed} failed once and then did not`);
  return { seed, difference: found, scenario };
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
