// A member is erased at the office while they are inside: the door forgets them, and their visit is nobody's. Real
// office, real broker, real controller.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Program } from '../../support/process.ts';
import type { DaemonSite } from '../daemon/site.ts';
import { ConnectedSite } from './connected-site.ts';

let connected: ConnectedSite;
let site: DaemonSite;

beforeEach(async () => {
  connected = await ConnectedSite.open('in', 'out');
  site = connected.site;
});
afterEach(() => connected.close());

function office(...args: readonly string[]): Promise<Program> {
  return connected.office(...args);
}

async function visits(): Promise<Record<string, unknown>[]> {
  const { lines } = await office('checkins', '--json');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
}

it("is forgotten at the door, and the visit that they are in is nobody's", async () => {
  await site.office();
  const daemon = await site.daemon();
  await eventually('the replica', () => site.ofType('replica.applied').length === 1);
  const tap = (reader: string): Promise<unknown> => connected.tap(reader, 'card:04A1B2C0').exit;
  await tap('in');
  await eventually('the check-in', async () => (await visits()).length === 1);
  await office('person', 'erase', 'ana', '--by', 'sam', '--force');
  await eventually('the change', () => site.ofType('replica.applied').length === 2);
  await tap('in');
  expect(site.ofType('access.denied').at(-1)).toMatchObject({ data: { reason: 'unknown-credential' } });
  await eventually('the visit', async () => {
    const [visit] = await visits();
    return typeof visit?.customer === 'string' && visit.customer.startsWith('erased-');
  });
  const { lines } = await office('verify');
  expect(lines.join('\n')).toMatch(/front-desk, epoch .*: good, .*with something taken out/);
  daemon.kill('SIGTERM');
  await daemon.exit;
});
