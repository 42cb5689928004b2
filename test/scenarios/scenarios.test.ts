// Every scenario file, given or our own, run through the code of the daemon and held against what it expects.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../config/load.ts';
import type { Scenario, ScenarioStep } from '../../config/types.ts';
import { isPartOf, lineFaults } from '../support/line-matcher.ts';
import { expectationsOf, printedBy, runFile } from '../support/scenario-run.ts';
import { later } from './later.ts';

const here = import.meta.dirname;
const files = ['given', 'own'].flatMap((folder) =>
  readdirSync(join(here, folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => `${folder}/${name}`),
);

function faultsOf(file: string): string[] {
  const path = join(here, file);
  const expectations = expectationsOf(path);
  return lineFaults(runFile(path), expectations);
}

describe('scenarios', () => {
  it('has files of both kinds, and waits for none that is not there', () => {
    expect(files.filter((file) => file.startsWith('given/')).length).toBeGreaterThanOrEqual(20);
    expect(files.filter((file) => file.startsWith('own/')).length).toBeGreaterThan(0);
    expect(Object.keys(later).filter((name) => !files.includes(name))).toEqual([]);
  });

  it.each(files.filter((file) => later[file] === undefined))('%s prints what it expects', (file) => {
    expect(faultsOf(file)).toEqual([]);
  });

  it('lists as waiting only what does not pass yet', () => {
    expect(Object.keys(later).filter((file) => faultsOf(file).length === 0)).toEqual([]);
  });

  it.each(files.filter((file) => later[file] === undefined))('%s expects something that could fail', (file) => {
    expect(lineFaults([], expectationsOf(join(here, file)))).not.toEqual([]);
  });

  it.each(['given/g01.json', 'given/g10.json', 'given/x01.json'])('%s prints the same bytes twice', (file) => {
    const { scenario } = loadScenario(join(here, file));
    expect(printedBy(scenario)).toEqual(printedBy(scenario));
  });
});

describe('the built command line', () => {
  it.each(['given/g01.json', 'given/g18.json'])('replays %s', (file) => {
    const root = join(here, '../..');
    expect(existsSync(join(root, 'dist/daemon/cli/main.js'))).toBe(true);
    const run = spawnSync(process.execPath, [join(root, 'bin/cardea.mjs'), 'replay', join(here, file)], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const lines = run.stdout.trimEnd().split('\n');
    expect(
      lineFaults(
        lines.map((line) => JSON.parse(line)),
        expectationsOf(join(here, file)),
      ),
    ).toEqual([]);
  });
});

/** Visits and charges without the names that a run gives itself. */
function money(scenario: Scenario): unknown[] {
  const kinds = ['checkin.recorded', 'checkout.recorded', 'checkout.orphan', 'pass.used', 'charge.proposed'];
  return printedBy(scenario)
    .map((line): { type?: string; data?: { visit?: string } } => JSON.parse(line))
    .filter(({ type }) => type !== undefined && kinds.includes(type))
    .map(({ type, data }) => ({ type, data: { ...data, visit: '' } }));
}

describe('a crash between two steps', () => {
  it.each(['given/g01.json', 'given/g04.json', 'given/g10.json'])('changes no visit and no charge of %s', (file) => {
    const { scenario } = loadScenario(join(here, file));
    const whole = money(scenario);
    expect(whole.some((line) => isPartOf({ type: 'checkout.recorded' }, line))).toBe(true);
    for (let i = 1; i < scenario.steps.length; i++) {
      const before = scenario.steps.slice(0, i);
      const rest = scenario.steps.slice(i);
      const [from, to] = [before.at(-1)?.atMs ?? 0, rest[0]?.atMs ?? 0];
      const crash: ScenarioStep = { atMs: Math.floor((from + to) / 2), restart: 'crash' };
      expect(money({ ...scenario, steps: [...before, crash, ...rest] }), `crash before step ${i}`).toEqual(whole);
    }
  });
});
