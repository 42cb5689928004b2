// The office's commands on a store of their own: what an import says, what is refused, what is listed, how `run` ends.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = bench.path('office.yaml');
  await bench.run('keys', 'new', bench.path('office'));
  await bench.run('keys', 'new', bench.path('front-desk'));
  await bench.run('keys', 'site', bench.path('site'));
  writeFileSync(
    config,
    `site: riverside
store: sqlite:office.db
upstream: { url: "mqtt://127.0.0.1:1" }
signingKeyFile: office
credentialKeyFile: site
controllers: [{ id: front-desk, publicKeyFile: front-desk.pub }]
`,
  );
});
afterEach(() => bench.remove());

function document(revision: number, customers: readonly string[]): string {
  const file = bench.path(`members-${revision}.json`);
  const spaces = [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }];
  const people = customers.map((id) => ({ id }));
  writeFileSync(
    file,
    JSON.stringify({ format: 'cardea-replica/1', site: 'riverside', revision, spaces, customers: people }),
  );
  return file;
}

function runImport(...args: readonly string[]): Promise<number> {
  return bench.run('office', 'import', '--config', config, ...args);
}

describe('office import', () => {
  it('says of a CSV file that it is not read in this version', async () => {
    expect(await bench.run('office', 'import', 'members.csv')).toBe(2);
    expect(bench.err.join('\n')).toMatch(/members\.csv: CSV files are not read in this version/);
  });

  it('says what changed', async () => {
    expect(await runImport(document(1, ['ana', 'ben']))).toBe(0);
    expect(bench.out).toEqual([
      'revision 1 (the first) is the new state',
      '  spaces: 1 added, 0 changed, 0 removed',
      '  customers: 2 added, 0 changed, 0 removed',
    ]);
    expect(await runImport(document(1, ['ana', 'ben']))).toBe(0);
    expect(bench.out).toEqual(['nothing changed: revision 1 says the same']);
    expect(await runImport('--json', document(2, ['ana', 'ben', 'cy']))).toBe(0);
    expect(JSON.parse(bench.out.join(''))).toMatchObject({ revision: 2, previous: 1, changed: true });
  });

  it('refuses to drop many without --force', async () => {
    await runImport(document(1, ['ana', 'ben']));
    expect(await runImport(document(2, ['ana']))).toBe(1);
    expect(bench.err).toEqual([expect.stringContaining('--force')]);
    expect(await runImport('--force', document(2, ['ana']))).toBe(0);
  });

  it('refuses a bad document with status 2 and touches nothing', async () => {
    const file = bench.path('bad.json');
    writeFileSync(file, '{"format":"cardea-replica/1","site":"riverside"}');
    expect(await runImport(file)).toBe(2);
    expect(bench.err.join()).toContain('bad.json:1:1');
    expect(() => readFileSync(bench.path('office.db'))).toThrow(/ENOENT/);
  });
});

describe('the office', () => {
  it('lists nothing where nothing happened, and says where a store is missing', async () => {
    expect(await bench.run('office', 'present', '--config', config)).toBe(1);
    expect(bench.err).toEqual([expect.stringContaining('office import')]);
    await runImport(document(1, ['ana']));
    expect(await bench.run('office', 'present', '--config', config)).toBe(0);
    expect(bench.out).toEqual(['nobody is inside']);
    expect(await bench.run('office', 'checkins', '--config', config, '--json')).toBe(0);
    expect(bench.out).toEqual([]);
  });

  it('runs until the first signal, whether or not there is a broker', async () => {
    const ended = bench.run('office', 'run', '--config', config);
    await eventually('ready', () => bench.out.includes('ready'));
    bench.stop();
    expect(await ended).toBe(0);
  });
});
