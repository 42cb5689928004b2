// Scenario files in this process: read as the command line reads them, run through the daemon's own replay.

import { readFileSync } from 'node:fs';
import { loadScenario } from '../../config/load.ts';
import { scriptOf } from '../../config/scenario/script.ts';
import type { Scenario } from '../../config/types.ts';
import { replaying } from '../../daemon/replay/replay.ts';
import type { Expectations } from './line-matcher.ts';

/** The printed lines, as they are. */
export function printedBy(scenario: Scenario): string[] {
  const lines: string[] = [];
  const failed = (message: string): never => {
    throw new Error(`the daemon would have logged: ${message}`);
  };
  for (const _done of replaying(scriptOf(scenario), (line) => lines.push(line), failed));
  return lines;
}

export function runFile(file: string): unknown[] {
  return printedBy(loadScenario(file).scenario).map((line) => JSON.parse(line));
}

export function expectationsOf(file: string): Expectations {
  return JSON.parse(readFileSync(file, 'utf8'));
}
