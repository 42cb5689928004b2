// The desk of a coworking space, as whoever works there meets it: real office, real broker, real controller, command line and HTTP.

import { appendFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { DaemonSite } from '../daemon/site.ts';
import { ConnectedSite } from './connected-site.ts';

let connected: ConnectedSite;
let site: DaemonSite;

beforeEach(async () => {
  connected = await ConnectedSite.open('in');
  site = connected.site;
  appendFileSync(connected.config, 'listen: 127.0.0.1:0\n');
});
afterEach(() => connected.close());

async function office(...args: readonly string[]): Promise<readonly string[]> {
  return (await connected.office(...args)).lines;
}

async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const [line = '{}'] = await office(...args, '--json');
  return JSON.parse(line) as Record<string, unknown>;
}

async function tap(credential: string): Promise<void> {
  await connected.tap('in', credential).exit;
}

const here = (id: string): string[] => [`id=${id}`, 'registeredWith=["riverside"]'];

it('opens a ticket for a member who is refused three times, and the door from it', async () => {
  await office('add', 'customers', ...here('cy'), 'name="Cy Young"', '--by', 'sam');
  await office('add', 'credentials', 'id=c-cy', 'type=card', 'value=04A1B2C9', 'customer=cy', '--by', 'sam');
  const running = await site.office();
  await site.daemon();
  await eventually('the replica', () => site.ofType('replica.applied').length >= 1);
  await eventually('three refusals', async () => {
    await tap('card:04A1B2C9');
    return site.ofType('access.denied').length >= 3;
  });
  const ticket = await eventually('the ticket', async () => {
    const found = await json('tickets', 'list');
    return found.ticket === undefined ? undefined : found;
  });
  expect(ticket).toMatchObject({
    cause: 'refusals',
    holder: { kind: 'customer', id: 'cy', name: 'Cy Young' },
    accessPoint: 'front-door',
    refusals: [{ words: 'has no pass' }, { words: 'has no pass' }, { words: 'has no pass' }],
  });
  const id = String(ticket.ticket);
  const [said] = await office('tickets', 'answer', id, '--by', 'sam', '--message', 'pays at the desk', '--open-door');
  expect(said).toBe(`ticket ${id} is answered; front-door: done`);
  expect(site.ofType('command.applied')).toMatchObject([{ data: { command: { type: 'unlock', by: 'sam' } } }]);
  const token = (await json('tokens', 'new', '--name', 'desk', '--role', 'staff', '--by', 'sam')).token;
  const url = /http\S+/.exec(running.lines.find((line) => line.includes('answers on')) ?? '')?.[0] ?? '';
  const headers = { Authorization: `Bearer ${String(token)}`, 'Content-Type': 'application/json' };
  const read = await fetch(`${url}/api/1/tickets/${id}`, { headers });
  expect(await read.json()).toMatchObject({ state: 'answered', answers: [{ command: { outcome: 'done' } }] });
  const close = { method: 'POST', headers, body: JSON.stringify({ message: 'paid' }) };
  const closed = await fetch(`${url}/api/1/tickets/${id}/close`, close);
  expect(await closed.json()).toMatchObject({ state: 'closed', closed: { by: 'desk', message: 'paid' } });
  expect((await fetch(`${url}/api/1/tickets/${id}/close`, close)).status).toBe(409);
  expect((await fetch(`${url}/api/1/tickets/none`, { headers })).status).toBe(404);
  const list = await fetch(`${url}/api/1/tickets`, { headers });
  expect(await list.json()).toEqual({ items: [], next: null });
});

it('lets a visitor in who was registered with a badge, once the visit is approved', async () => {
  const running = await site.office();
  await site.daemon();
  await eventually('the replica', () => site.ofType('replica.applied').length >= 1);
  const expected = new Date(Date.now() + 300_000).toISOString();
  const visit = ['--name', 'Vic Lang', '--host', 'ana', '--space', 'riverside', '--expected', expected];
  const added = await json('visitor', 'add', ...visit, '--id', 'vic', '--needs-approval', '--badge', '--by', 'sam');
  await eventually('the visitor', () => site.ofType('replica.applied').length >= 2);
  const code = `qr:${String(added.code)}`;
  await tap(code);
  expect(site.ofType('visitor.refused')).toMatchObject([{ data: { visitor: 'vic', host: 'ana' } }]);
  await eventually('the office knows', async () => (await json('visitors')).state === 'refused');
  await office('approve-visitor', 'vic', '--by', 'ana');
  await eventually('the approval', () => site.ofType('replica.applied').length >= 3);
  await tap(code);
  expect(site.ofType('visitor.arrived')).toMatchObject([{ data: { visitor: 'vic', host: 'ana' } }]);
  await eventually('the office knows', async () => (await json('visitors', '--state', 'inside')).visitor === 'vic');
  const token = (await json('tokens', 'new', '--name', 'desk', '--role', 'staff', '--by', 'sam')).token;
  const url = /http\S+/.exec(running.lines.find((line) => line.includes('answers on')) ?? '')?.[0] ?? '';
  const headers = { Authorization: `Bearer ${String(token)}`, 'Content-Type': 'application/json' };
  const badge = await fetch(`${url}/api/1/reception/visitors/vic/badge`, { headers });
  expect(badge.headers.get('Content-Type')).toBe('image/svg+xml');
  expect(await badge.text()).toContain('Vic Lang');
  const body = JSON.stringify({ name: 'Kim', space: 'riverside', expected, badge: true, host: 'bob' });
  const made = await fetch(`${url}/api/1/reception/visitors`, { method: 'POST', headers, body });
  expect(made.status).toBe(201);
  const list = await fetch(`${url}/api/1/reception/visitors?host=bob`, { headers });
  expect(await list.json()).toMatchObject({ items: [{ name: 'Kim', state: 'expected', host: { id: 'bob' } }] });
});
