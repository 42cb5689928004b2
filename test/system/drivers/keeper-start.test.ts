// A keeper that cannot be started: the program that asked for it lives on and tries again.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeeperProcess } from '../../../drivers/keeper/keeper-process.ts';
import { eventually } from '../../support/eventually.ts';
import { Program } from '../../support/process.ts';

const starvedFile = fileURLToPath(new URL('./keeper-starved.mjs', import.meta.url));

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardea-keeper-start-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

it('is started again once there are file descriptors', async () => {
  const script = 'ulimit -n 80; exec "$0" "$@"';
  const program = new Program('/bin/sh', ['-c', script, process.execPath, starvedFile, join(folder, 'locks')]);
  try {
    expect([await program.exit, program.lines]).toEqual([
      0,
      ['begun', 'taken all: EMFILE', 'fault null keeper-died', 'restored null', 'holds'],
    ]);
  } finally {
    await program.end();
  }
});

it('is reported once, after the call, where the start itself throws', async () => {
  const reasons: string[] = [];
  const keeper = new KeeperProcess('no\0program', { message: () => {}, ended: (reason) => reasons.push(reason) });
  keeper.send({ type: 'beat' });
  keeper.kill();
  keeper.finish();
  expect([keeper.pid, reasons]).toEqual([undefined, []]);
  await eventually('the end', () => reasons[0]);
  expect(reasons).toEqual([expect.stringContaining('it could not be started')]);
});
