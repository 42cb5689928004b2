// A card that is blocked at the office is refused at a connected door: real office, real broker, real controller.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import type { Program } from '../../support/process.ts';
import { DaemonSite } from '../daemon/site.ts';

let site: DaemonSite;
let broker: TestBroker;
let config: string;

beforeEach(async () => {
  site = new DaemonSite();
  broker = await TestBroker.start();
  site.writeConfig(['{ id: in, driver: simulated, accessPoint: front-door, direction: in }'], broker.url);
  config = site.writeOffice(broker.url);
  site.importReplica();
});
afterEach(async () => {
  await site.close();
  await broker.close();
});

async function office(...args: readonly string[]): Promise<Program> {
  const program = site.command('office', ...args, '--by', 'sam', '--config', config);
  expect(await program.exit, program.lines.join('\n')).toBe(0);
  return program;
}

function tap(): Program {
  return site.command('tap', 'in', 'card:04A1B2C0', '--json', '--socket', site.socket);
}

it('is refused at the door as soon as the change is there, and let in again once it is unblocked', async () => {
  await site.office();
  const daemon = await site.daemon();
  await eventually('the replica', () => site.ofType('replica.applied').length === 1);
  await tap().exit;
  expect(site.ofType('access.granted').at(-1)).toMatchObject({ data: { holder: { id: 'ana' } } });
  await office('block', 'c-ana', '--reason', 'left in a taxi');
  await eventually('the change', () => site.ofType('replica.applied').length === 2);
  await tap().exit;
  expect(site.ofType('access.denied').at(-1)).toMatchObject({ data: { reason: 'credential-blocked' } });
  expect(site.ofType('replica.applied').at(-1)).toMatchObject({ data: { how: 'delta' } });
  await office('unblock', 'c-ana');
  await eventually('the change', () => site.ofType('replica.applied').length === 3);
  daemon.kill('SIGTERM');
  await daemon.exit;
});
