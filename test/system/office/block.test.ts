// A card that is blocked at the office is refused at a connected door: real office, real broker, real controller.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Program } from '../../support/process.ts';
import type { DaemonSite } from '../daemon/site.ts';
import { ConnectedSite } from './connected-site.ts';

let connected: ConnectedSite;
let site: DaemonSite;

beforeEach(async () => {
  connected = await ConnectedSite.open('in');
  site = connected.site;
});
afterEach(() => connected.close());

function office(...args: readonly string[]): Promise<Program> {
  return connected.office(...args, '--by', 'sam');
}

function tap(): Program {
  return connected.tap('in', 'card:04A1B2C0');
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
