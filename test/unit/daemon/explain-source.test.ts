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
