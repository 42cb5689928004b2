// The built program as a process of its own: its launcher, closed pipes, full disks, signals.

import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Program } from '../../support/process.ts';
import { Bench } from './bench.ts';
import { journalFile } from './journal-file.ts';

const launcher = fileURLToPath(new URL('../../../bin/cardea.mjs', import.meta.url));

let bench: Bench;
const programs: Program[] = [];
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end()));
  bench.remove();
});

function start(command: string, args: readonly string[]): Program {
  const program = new Program(command, args);
  programs.push(program);
  return program;
}

/** A line of bash, in which `$0` is Node, `$1` the launcher and `$2` the journal. */
function bash(line: string, journal = ''): Program {
  return start('bash', ['-c', `set -o pipefail; ${line}`, execPath, launcher, journal]);
}

function longJournal(): string {
  const file = bench.path('journal.db');
  const drafts = Array.from({ length: 3000 }, () => ({ type: 'door.opened', data: {} }) as const);
  const journal = journalFile(file, bench.clock, []);
  journal.commit(drafts, []);
  journal.close();
  return file;
}

it('starts through its launcher', async () => {
  const program = start(launcher, ['--version']);
  expect(await program.exit).toBe(0);
  expect(program.lines).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
});

it('ends quietly when its pipe is closed', async () => {
  const program = bash('"$0" "$1" events --json --db "$2" | head -n 1', longJournal());
  expect(await program.exit).toBe(0);
  expect(program.lines).toEqual([expect.stringContaining('"seq":1,')]);
});

it('says in one line that the disk is full', async () => {
  const program = bash('"$0" "$1" schema > /dev/full');
  expect(await program.exit).toBe(1);
  expect(program.lines).toEqual([expect.stringContaining('ENOSPC')]);
});

it.each(['SIGINT', 'SIGTERM'] as const)('stops following on %s', async (signal) => {
  const program = start(execPath, [launcher, 'events', '--json', '--follow', '--db', longJournal()]);
  await program.line(/"seq":3000,/);
  program.kill(signal);
  expect(await program.exit).toBe(0);
  expect(program.lines).toHaveLength(3000);
});
