import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sourceOf } from '../../../daemon/explain/source.ts';
import { install, ReplicaBuilder } from '../../../db/replica/builder.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-explain-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('a live database is not asked under any other key than its own', () => {
  const db = join(folder, 'replica.db');
  const file = new ReplicaBuilder(db, { site: 'riverside', revision: 1, counts: {} }).finish();
  install(file, db);
  const config = join(folder, 'controller.yaml');
  const lines = [
    'site: riverside',
    'controller: front-desk',
    'dataDir: .',
    'accessPoints:',
    `  - { id: door, space: riverside, kind: entrance, lock: { driver: simulated, file: ${join(folder, 'locks')} } }`,
    'readers:',
    '  - { id: in, driver: simulated, accessPoint: door, direction: in }',
  ];
  writeFileSync(config, lines.join('\n'));
  const ask = (): unknown => sourceOf({ db, config, accessPoint: 'door' });
  expect(ask).toThrow(/credentialKeyFile/);
});

const door = '  - { id: door, space: b, kind: entrance, lock: { driver: simulated } }';
const reader = '  - { id: in, driver: simulated, accessPoint: door, direction: in }';
const rows = ['controller: c', 'credentialKeyFile: keys/site', 'dataDir: .', 'accessPoints:', door, 'readers:', reader];

function files(spaces: readonly string[], site = 's'): { replica: string; config: string } {
  const [replica, config] = [join(folder, 'r.json'), join(folder, 'c.yaml')];
  const all = spaces.map((id) => ({ id, timeZone: 'Europe/Berlin', currency: 'EUR' }));
  writeFileSync(replica, JSON.stringify({ format: 'cardea-replica/1', site: 's', revision: 1, spaces: all }));
  writeFileSync(config, [`site: ${site}`, ...rows].join('\n'));
  return { replica, config };
}

function spaceOf(wanted: Parameters<typeof sourceOf>[0]): string {
  const source = sourceOf(wanted);
  source.close();
  return source.accessPoint.space;
}

it('a document is decided by with a config whose secrets are elsewhere', () => {
  expect(spaceOf({ ...files(['a', 'b']), accessPoint: 'door' })).toBe('b');
});

it('of several spaces, --space says which one a door leads to', () => {
  const { replica } = files(['a', 'b']);
  expect(() => sourceOf({ replica, accessPoint: 'door' })).toThrow(/2 spaces \(a, b\).*--space/);
  expect(() => sourceOf({ replica, accessPoint: 'door', space: 'c' })).toThrow(/no space c; it has a, b/);
  expect(spaceOf({ replica, accessPoint: 'door', space: 'b' })).toBe('b');
});

it('a document of another site than the config is refused', () => {
  expect(() => sourceOf({ ...files(['b'], 'elsewhere'), accessPoint: 'door' })).toThrow(/site s, .* of elsewhere/);
});

it('a database in the place of a document is told from one', () => {
  const db = join(folder, 'replica.db');
  install(new ReplicaBuilder(db, { site: 's', revision: 1, counts: {} }).finish(), db);
  expect(() => sourceOf({ replica: db, accessPoint: 'door' })).toThrow(/--db/);
});
