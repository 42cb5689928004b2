// Visitors on the command line: registered with a badge that is shown and printed, decided on, listed.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig();
  const document = bench.path('members.json');
  const spaces = [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }];
  const customers = [{ id: 'ana', name: 'Ana Silva' }];
  const all = { format: 'cardea-replica/1', site: 'riverside', revision: 1, spaces, customers };
  writeFileSync(document, JSON.stringify(all));
  expect(await office('import', document)).toBe(0);
});
afterEach(() => bench.remove());

function office(...args: readonly string[]): Promise<number> {
  return bench.run('office', ...args, '--config', config);
}

const here = ['--space', 'riverside', '--expected', '2026-03-02T15:00:00+01:00', '--name', 'Vic Lang'];

it('registers a visitor with a badge, and lists who is expected', async () => {
  const svg = bench.path('vic.svg');
  expect(
    await office('visitor', 'add', ...here, '--id', 'vic', '--host', 'ana', '--needs-approval', '--svg', svg),
  ).toBe(0);
  expect(bench.out[0]).toContain('vic: Vic Lang is expected in riverside');
  const code = bench.out.at(-1) ?? '';
  expect(code).toMatch(/^V[0-9A-Z]{26}$/);
  expect(bench.out.slice(1, -1).every((line) => line.startsWith('\u001b[30;107m'))).toBe(true);
  expect(readFileSync(svg, 'utf8')).toContain('guest of Ana Silva');
  expect(await office('visitors')).toBe(0);
  expect(bench.out[1]).toMatch(/^expected +vic \(Vic Lang\) +Ana Silva +riverside +requested/);
  expect(await office('approve-visitor', 'vic', '--reason', 'Ana called')).toBe(0);
  expect(await office('move-visitor', 'vic', '--expected', '2026-03-03T09:00:00+01:00')).toBe(0);
  expect(await office('visitors', '--state', 'expected', '--json')).toBe(0);
  expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({
    visitor: 'vic',
    approval: 'approved',
    expected: '2026-03-03T08:00:00.000Z',
    until: '2026-03-03T23:00:00.000Z',
  });
  expect(await office('visitor', 'badge', 'vic', '--json')).toBe(0);
  expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({ code, when: '2026-03-03 09:00' });
  expect(await office('withdraw-visitor', 'vic')).toBe(0);
  expect(await office('visitors')).toBe(0);
  expect(bench.out).toEqual(['no visitors']);
});

it('says the visitor and the code to programs, and no code where there is no badge', async () => {
  expect(await office('visitor', 'add', ...here, '--badge', '--json')).toBe(0);
  const { visitor, code, changed } = JSON.parse(bench.out[0] ?? '') as {
    visitor: string;
    code: string;
    changed: unknown;
  };
  expect(bench.out).toHaveLength(1);
  expect(changed).toMatchObject([{ kind: 'credentials', after: { type: 'qr', value: code } }, { id: visitor }]);
  expect(await office('visitor', 'add', ...here, '--json')).toBe(0);
  expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({ code: null, applied: true });
});

it('says what a wrong option may be', async () => {
  expect(await office('visitors', '--state', 'here')).toBe(2);
  expect(bench.err[0]).toContain('allowed is expected, inside, departed, refused, missed, rejected');
  expect(await office('visitor', 'add', '--space', 'riverside', '--name', 'Vic', '--expected', 'soon')).toBe(2);
  expect(bench.err[0]).toContain('an instant with its offset');
  expect(await office('visitor', 'add', ...here, '--host', 'nobody')).toBe(1);
  expect(bench.err[0]).toContain('host: found "nobody"');
  expect(await office('visitor', 'badge', 'nobody')).toBe(1);
  expect(bench.err[0]).toContain('no record nobody of visitors');
  expect(await office('visitor', 'add', ...here, '--id', 'vic', '--svg', bench.path('no/such/folder.svg'))).toBe(1);
  expect(bench.err[0]).toContain('cannot be written (ENOENT)');
  expect(await office('visitor', 'badge', 'vic')).toBe(0);
});
