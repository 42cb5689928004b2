// A member from a CSV file enters: real office, real broker, real controller, a simulated reader.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  return connected.tap('in', 'card:04DDEEFF');
}

it('is let in with the card of their row, and is refused before', async () => {
  const plans = join(site.folder, 'plans.csv');
  writeFileSync(plans, 'id,name,usesTimePasses,allHours\nresident,Resident,no,yes\n');
  await office('import', plans, '--kind', 'plans');
  await site.office();
  const daemon = await site.daemon();
  await eventually('the replica', () => site.ofType('replica.applied').length === 1);
  await tap().exit;
  expect(site.ofType('access.denied').at(-1)).toMatchObject({ data: { reason: 'unknown-credential' } });
  const file = join(site.folder, 'members.csv');
  writeFileSync(file, '\uFEFFid;name;plan;contractFrom;card\r\nnia;Nia Oduya;resident;2020-01-01;04DDEEFF\r\n');
  await office('import', file, '--kind', 'members');
  await eventually('the change', () => site.ofType('replica.applied').length === 2);
  await tap().exit;
  expect(site.ofType('access.granted').at(-1)).toMatchObject({ data: { holder: { id: 'nia' } } });
  daemon.kill('SIGTERM');
  await daemon.exit;
});
