// The HTTP interface of a real office: who is let in, what a change answers, and that nothing is done twice.

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OfficeProgram } from '../../support/office-program.ts';

const office = new OfficeProgram();
const site = {
  spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }],
  plans: [{ id: 'flex' }],
  timePasses: [{ id: 'day', price: '20.00', currency: 'EUR' }],
  customers: [{ id: 'ana', name: 'Ana Silva', registeredWith: ['riverside'] }],
  contracts: [{ id: 'k1', customer: 'ana', plan: 'flex', from: '2020-01-01' }],
  credentials: [{ id: 'c1', type: 'card', value: '04A1B2C3', customer: 'ana' }],
};
let owner = '';
let staff = '';
let reader = '';

beforeAll(async () => {
  await office.import(site);
  await office.start();
  owner = await office.token('owner');
  staff = await office.token('staff');
  reader = await office.token('read-only', 'reader');
});
afterAll(() => office.end());

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly description: string }>>>>;
}

describe('tokens', () => {
  it('let nobody in without one, with a forged, an expired or a revoked one, at any route, nor with a role too low', async () => {
    const expired = await office.token('owner', 'gone', '--expires', '1s');
    const revoked = await office.token('owner', 'out');
    expect(await office.office('tokens', 'revoke', 'out')).toMatchObject({ status: 0 });
    const forged = `${owner.slice(0, -4)}AAAA`;
    const { paths } = (await office.ask('GET', '/api/1/openapi.json', reader)).body as Documented;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { description }]) => ({ path, method: method.toUpperCase(), description })),
    );
    expect(routes.length).toBeGreaterThan(90);
    for (const { path, method, description } of routes) {
      const at = path.replaceAll(/\{\w+\}/g, 'x');
      const body = method === 'GET' ? undefined : {};
      for (const token of [null, forged, expired, revoked]) {
        const { status, body: problem } = await office.ask(method, at, token, body);
        // The address is told to wait in time.
        expect([401, 429]).toContain(status);
        expect(problem).toMatchObject({ status, title: expect.any(String), instance: expect.any(String) });
      }
      const low = description.includes('owner') ? staff : description.includes('staff') ? reader : null;
      if (low !== null) expect(await office.ask(method, at, low, body)).toMatchObject({ status: 403 });
    }
    // Whoever has one is let in meanwhile.
    expect(await office.ask('GET', '/api/1/customers', reader)).toMatchObject({ status: 200 });
  });

  it('are kept as hashes, listed and named in the log', async () => {
    const { lines } = await office.office('tokens', 'list');
    expect(lines.join('\n')).toMatch(/reader +read-only/);
    expect(lines.join('\n')).not.toContain(reader.slice(24));
    expect(await office.office('tokens', 'new', '--name', 'reader', '--role', 'owner')).toMatchObject({ status: 1 });
  });

  it('of a reader show no number of a card', async () => {
    expect((await office.ask('GET', '/api/1/credentials/c1', staff)).body.record.value).toBe('04A1B2C3');
    expect((await office.ask('GET', '/api/1/credentials/c1', reader)).body.record).not.toHaveProperty('value');
    expect((await office.ask('GET', '/api/1/credentials', reader)).body.items[0].record).not.toHaveProperty('value');
  });
});

describe('records', () => {
  it('are added, read, changed under their version, and removed', async () => {
    const added = await office.ask('POST', '/api/1/customers', staff, { id: 'bo', name: 'Bo' });
    expect(added).toMatchObject({ status: 201, body: { changed: [{ kind: 'customers', id: 'bo', did: 'added' }] } });
    expect(await office.ask('POST', '/api/1/customers', staff, { id: 'bo' })).toMatchObject({ status: 412 });
    const read = await office.ask('GET', '/api/1/customers/bo', reader);
    const tag = read.headers.get('ETag') ?? '';
    expect(read.body).toMatchObject({ id: 'bo', version: tag.slice(1, -1), record: { name: 'Bo', disabled: false } });
    const record = { ...read.body.record, name: 'Bo B.' };
    expect(await office.ask('PUT', '/api/1/customers/bo', staff, record)).toMatchObject({ status: 428 });
    const put = await office.ask('PUT', '/api/1/customers/bo', staff, record, { 'If-Match': tag });
    expect(put.status).toBe(200);
    const late = await office.ask('PATCH', '/api/1/customers/bo', staff, { disabled: true }, { 'If-Match': tag });
    expect(late).toMatchObject({ status: 412, body: { type: 'urn:cardea:problem:version' } });
    const next = put.headers.get('ETag') ?? '';
    const patch = await office.ask('PATCH', '/api/1/customers/bo', staff, { disabled: true }, { 'If-Match': next });
    expect(patch.status).toBe(200);
    const removed = await office.ask('DELETE', '/api/1/customers/bo', staff, undefined, { 'If-Match': '*' });
    expect(removed.body.changed).toMatchObject([{ did: 'removed', version: null }]);
    expect(await office.ask('GET', '/api/1/customers/bo', reader)).toMatchObject({ status: 404 });
    const log = await office.ask('GET', '/api/1/audit?id=bo', owner);
    expect(log.body.items.map((one: { did: string; by: string; via: string }) => [one.did, one.by, one.via])).toEqual([
      ['removed', 'staff', 'api'],
      ['changed', 'staff', 'api'],
      ['changed', 'staff', 'api'],
      ['added', 'staff', 'api'],
    ]);
    expect(log.body.items[3].request).toBe(added.headers.get('Request-Id'));
  });

  it('say every place that is wrong, and change nothing', async () => {
    const wrong = { customer: 'nobody', plan: 'flex', from: '2026-02-30', until: null };
    const { status, headers, body } = await office.ask('POST', '/api/1/contracts', staff, wrong);
    expect([status, headers.get('Content-Type')]).toEqual([422, 'application/problem+json']);
    expect(body.errors.map(({ key }: { key: string }) => key).sort()).toEqual(['customer', 'from', 'until']);
    expect(await office.ask('POST', '/api/1/customers', staff, '{"id":')).toMatchObject({ status: 400 });
    const text = await office.ask('POST', '/api/1/customers', staff, '{}', { 'Content-Type': 'text/plain' });
    expect(text.status).toBe(415);
    const large = { id: 'bo', name: 'x'.repeat(1_100_000) };
    expect(await office.ask('POST', '/api/1/customers', staff, large)).toMatchObject({ status: 413 });
    const pieces = new Blob([JSON.stringify(large)]).stream();
    const init = { method: 'POST', body: pieces, duplex: 'half', headers: { Authorization: `Bearer ${staff}` } };
    expect((await fetch(`${office.url}/api/1/customers`, init as RequestInit)).status).toBe(413);
  });

  it('come in pages, searched and by their contracts', async () => {
    const operations = ['x1', 'x2', 'x3'].map((id) => ({
      does: 'put',
      kind: 'customers',
      record: { id, name: 'Pat' },
    }));
    expect(await office.ask('POST', '/api/1/changes', staff, { operations })).toMatchObject({ status: 200 });
    const first = (await office.ask('GET', '/api/1/customers?search=pat&limit=2', reader)).body;
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['x1', 'x2']);
    const rest = (await office.ask('GET', `/api/1/customers?search=pat&limit=2&cursor=${first.next}`, reader)).body;
    expect(rest).toMatchObject({ items: [{ id: 'x3' }], next: null });
    const members = (await office.ask('GET', '/api/1/customers?membership=member', reader)).body;
    expect(members.items.map(({ id }: { id: string }) => id)).toEqual(['ana']);
    expect(await office.ask('GET', '/api/1/customers?limit=0', reader)).toMatchObject({ status: 422 });
    expect(await office.ask('GET', '/api/1/customers?serch=x', reader)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('search (the nearest of') },
    });
  });

  it('of several kinds change together, or are only looked at; the owner’s need the owner', async () => {
    const operations = [
      { does: 'put', kind: 'plans', record: { id: 'full', usesTimePasses: false } },
      { does: 'put', kind: 'contracts', record: { id: 'k2', customer: 'x1', plan: 'full', from: '2026-01-01' } },
    ];
    expect(await office.ask('POST', '/api/1/changes', staff, { operations })).toMatchObject({ status: 403 });
    const looked = await office.ask('POST', '/api/1/changes', owner, { operations, preview: true });
    expect(looked.body.changed).toMatchObject([{ did: 'added', after: { id: 'full' } }, { did: 'added' }]);
    expect(await office.ask('GET', '/api/1/plans/full', reader)).toMatchObject({ status: 404 });
    expect(await office.ask('POST', '/api/1/changes', owner, { operations })).toMatchObject({ status: 200 });
  });
});

describe('a request that comes again', () => {
  it('is done once, also after a crash, and its key is good for nothing else', async () => {
    const again = { 'Idempotency-Key': 'k-1' };
    const first = await office.ask('POST', '/api/1/customers', staff, { name: 'Cy' }, again);
    await office.crash();
    await office.start();
    const second = await office.ask('POST', '/api/1/customers', staff, { name: 'Cy' }, again);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('ETag')).toBe(first.headers.get('ETag'));
    const other = await office.ask('POST', '/api/1/customers', staff, { name: 'Di' }, again);
    expect(other).toMatchObject({ status: 422, body: { type: 'urn:cardea:problem:idempotency-key' } });
    const named = await office.ask('GET', '/api/1/customers?search=cy', reader);
    expect(named.body.items).toHaveLength(1);
  });
});

describe('hostile clients', () => {
  it('are told to wait, and cut off where they say nothing', async () => {
    const answers: number[] = [];
    for (let n = 0; n < 40; n++) answers.push((await office.ask('GET', '/api/1/customers', 'cardea_x')).status);
    expect(answers[0]).toBe(401);
    expect(answers).toContain(429);
    const { port } = new URL(office.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /api/1/customers HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.on('error', () => {});
      socket.resume();
    });
    expect(await office.ask('GET', '/api/1/customers', reader)).toMatchObject({ status: 200 });
    await closed;
  });
});
