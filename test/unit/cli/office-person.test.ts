// A person on the command line: what the office has of them, and taking it out.

import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig();
  await office('add', 'spaces', 'id=riverside', 'timeZone=Europe/Berlin', 'currency=EUR', 'checkInRequiresPass=false');
  await office('add', 'customers', 'id=ana', 'name=Ana Silva');
  await office('add', 'credentials', 'id=c1', 'type=fob', 'value=0012345', 'customer=ana');
});
afterEach(() => bench.remove());

function office(...args: readonly string[]): Promise<number> {
  return bench.run('office', ...args, '--config', config);
}

it('is exported to a file that only its owner reads, without what the credential says', async () => {
  const file = bench.path('ana.json');
  expect(await office('checkin', 'ana', '--space', 'riverside', '--by', 'sam')).toBe(0);
  expect(await office('person', 'export', 'ana', file)).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const said = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect(said).toMatchObject({
    format: 'cardea-person/1',
    records: { customers: [{ name: 'Ana Silva' }], credentials: [{ id: 'c1' }] },
    visits: [{ customer: 'ana', to: null }],
    events: [{ type: 'checkin.recorded', data: { customer: 'ana' } }],
  });
  expect(JSON.stringify(said)).not.toContain('0012345');
  expect(JSON.stringify(said)).not.toContain('sam');
  expect(await office('person', 'export', 'ana', file)).toBe(1);
  expect(bench.err[0]).toMatch(/it is there already: name another/);
});

it('is erased once they are out, says what is kept and why, and the chain still verifies', async () => {
  await office('checkin', 'ana', '--space', 'riverside', '--by', 'sam');
  expect(await office('person', 'erase', 'ana', '--by', 'sam')).toBe(1);
  expect(bench.err[0]).toMatch(/ana is inside riverside since .*: check them out first, or say that it is meant/);
  await office('checkout', 'ana', '--space', 'riverside', '--by', 'sam');
  expect(await office('person', 'erase', 'ana', '--dry-run')).toBe(0);
  expect(bench.out).toContain('nothing was changed: --dry-run only looks');
  expect(await office('show', 'customers', 'ana')).toBe(0);
  expect(await office('person', 'erase', 'ana', '--by', 'sam')).toBe(0);
  expect(bench.out[0]).toBe('records removed: 1 customers, 1 credentials');
  expect(bench.out.join('\n')).toMatch(/kept, because sums are made of it/);
  expect(bench.out.at(-1)).toMatch(/^revision \d+ is the new state: doors forget them by it$/);
  expect(await office('checkins', '--json')).toBe(0);
  expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({ customer: expect.stringMatching(/^erased-/) });
  expect(await office('verify')).toBe(0);
  expect(bench.out.join('\n')).toMatch(
    /good, \d+ records in order, none missing; [1-9]\d* of them with something taken out/,
  );
  expect(await office('person', 'export', 'ana')).toBe(1);
  expect(bench.err[0]).toMatch(/the office knows no customer and no visitor ana/);
  expect(await office('add', 'customers', 'id=ana', 'name=Ana Neu')).toBe(1);
  expect(bench.err[0]).toMatch(/erased with a person; somebody new needs another id/);
  expect(await office('audit', '--json')).toBe(0);
  expect(bench.out.join('\n')).not.toMatch(/Ana Silva|"ana"|"c1"/);
});

it('says how it is meant', async () => {
  expect(await office('person', 'erase', 'ana', '--kind', 'people')).toBe(2);
  expect(bench.err[0]).toMatch(/allowed is customers, visitors/);
});
