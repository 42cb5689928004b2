// One person over HTTP: the owner exports and erases them, and nobody else.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { OfficeProgram } from '../../support/office-program.ts';

const office = new OfficeProgram();
let owner = '';
let staff = '';

beforeAll(async () => {
  await office.import({
    spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    customers: [{ id: 'ana', name: 'Ana Silva', registeredWith: ['riverside'] }],
    credentials: [{ id: 'c1', type: 'card', value: '04A1B2C3', customer: 'ana' }],
  });
  await office.start();
  owner = await office.token('owner');
  staff = await office.token('staff');
});
afterAll(() => office.end());

it('is exported without what a credential says, and erased once, for good', async () => {
  const exported = await office.ask('GET', '/api/1/customers/ana/export', owner);
  expect(exported).toMatchObject({ status: 200, body: { id: 'ana', records: { customers: [{ name: 'Ana Silva' }] } } });
  expect(JSON.stringify(exported.body)).not.toContain('04A1B2C3');
  const events = await office.ask('GET', '/api/1/customers/ana/export/events', owner);
  expect(events).toMatchObject({ status: 200, body: { items: [], next: null } });
  const erase = '/api/1/customers/ana/erase';
  expect(await office.ask('POST', erase, staff, {})).toMatchObject({ status: 403 });
  const looked = await office.ask('POST', erase, owner, { preview: true });
  expect(looked).toMatchObject({ status: 200, body: { removed: { customers: 1, credentials: 1 } } });
  expect(await office.ask('GET', '/api/1/customers/ana', owner)).toMatchObject({ status: 200 });
  expect(await office.ask('POST', erase, owner, {})).toMatchObject({
    status: 200,
    body: { revision: expect.any(Number) },
  });
  expect(await office.ask('GET', '/api/1/customers/ana', owner)).toMatchObject({ status: 404 });
  expect(await office.ask('POST', erase, owner, {})).toMatchObject({ status: 404 });
  const again = await office.ask('POST', '/api/1/customers', owner, { id: 'ana', name: 'Ana Neu' });
  expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining('erased with a person') } });
});
