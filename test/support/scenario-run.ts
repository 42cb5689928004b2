// Scenario files in this process: read as the command line reads them, run through the daemon's own replay.

import { readFileSync } from 'node:fs';
import { loadScenario } from '../../config/load.ts';
import type { Scenario } from '../../config/types.ts';
import { replay } from '../../daemon/replay/replay.ts';
import type { Expectations } from './line-matcher.ts';

/** The printed lines, as they are. */
export function printedBy(scenario: Scenario): string[] {
  const lines: string[] = [];
  replay(
    scenario,
    (line) => lines.push(line),
    (message) => {
      throw new Error(`the daemon would have logged: ${message}`);
    },
  );
  return lines;
}

export function runFile(file: string): unknown[] {
  return printedBy(loadScenario(file).scenario).map((line) => JSON.parse(line));
}

export function expectationsOf(file: string): Expectations {
  return JSON.parse(readFileSync(file, 'utf8'));
}
