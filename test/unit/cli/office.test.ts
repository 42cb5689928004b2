// The office's commands on a store of their own: what an import says, what is refused, what is listed, how `run` ends.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import { readEventBatch } from '../../../sync/protocol/events.ts';
import { eventually } from '../../support/eventually.ts';
import { JournalMaker, type MadeEvent } from '../../support/journal-maker.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig('front-desk');
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
  it('says of a CSV file that its kind must be said, and of a document what is only of CSV files', async () => {
    expect(await bench.run('office', 'import', 'members.csv')).toBe(2);
    expect(bench.err.join('\n')).toMatch(/--kind: of what kind a CSV file is must be said; allowed is members, /);
    expect(await bench.run('office', 'import', 'a.csv', '--kind', 'members', '--mode', 'replace')).toBe(2);
    expect(await bench.run('office', 'import', 'a.json', '--dry-run')).toBe(2);
  });

  it('previews a CSV file, then applies it, and lists the bad rows of another', async () => {
    await runImport(document(1, ['ana']));
    const csv = bench.path('people.csv');
    writeFileSync(csv, 'id;name\nana;Ana Silva\nben;Ben\n');
    expect(await runImport(csv, '--kind', 'customers', '--dry-run')).toBe(0);
    expect(bench.out).toEqual([
      '2 rows of customers, with a semicolon between the cells',
      '1 records added, 1 changed, 0 removed, 0 unchanged',
      'changed customers ana',
      '  name: "ana" -> "Ana Silva"',
      'added customers ben',
      '  disabled: false',
      '  id: "ben"',
      '  name: "Ben"',
      '  registeredWith: []',
      '  teams: []',
      'nothing was changed: --dry-run only looks',
    ]);
    expect(await runImport(csv, '--kind', 'customers')).toBe(0);
    expect(bench.out.at(-1)).toBe('revision 2 is the new state');
    writeFileSync(csv, 'id,disabled\nana,perhaps\nb n,yes\n');
    expect(await runImport(csv, '--kind', 'customers')).toBe(2);
    expect(bench.err.join('\n')).toMatch(/people\.csv:2:2 disabled: found .*perhaps.*\n.*people\.csv:3:1 id: found /);
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

  it('says for whom a changed cut-off holds', async () => {
    await runImport(document(1, ['ana']));
    const file = document(2, ['ana']);
    const changed = readFileSync(file, 'utf8').replace('"currency":"EUR"', '"currency":"EUR","dailyCutOff":"03:00"');
    writeFileSync(file, changed);
    expect(await runImport(file)).toBe(0);
    expect(bench.out.at(-1)).toBe(
      '  riverside: dailyCutOff 03:00, before it 00:00: for visits that begin from now on; those that are open end at 00:00',
    );
    expect(await runImport('--json', file)).toBe(0);
    expect(JSON.parse(bench.out.join(''))).toMatchObject({ changed: false, cutOffs: [] });
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

describe('office anomalies', () => {
  function receive(...events: readonly MadeEvent[]): void {
    const store = openOfficeStore(bench.path('office.db'), { site: 'riverside', mode: 'write' });
    const payload: unknown = JSON.parse(JSON.stringify({ epoch: events[0]?.epoch, events }));
    const read = readEventBatch(payload, { site: 'riverside', controller: 'front-desk' });
    if (!read.ok) throw new Error(read.detail);
    new Ingest(store, new VirtualClock(Date.UTC(2026, 2, 2, 8))).commit([
      { controller: 'front-desk', batch: read.batch },
    ]);
    store.close();
  }

  it('lists what is wrong, each with the record as it came, and says what to do', async () => {
    const journal = new JournalMaker('front-desk');
    journal.add('door.opened');
    const poisoned = journal.addAs({ reader: 'no id' });
    const clone = journal.clone();
    journal.add('door.closed');
    clone.add('door.held');
    expect(await bench.run('office', 'anomalies', '--config', config)).toBe(1);
    receive(...journal.events);
    receive(...clone.events);
    expect(await bench.run('office', 'anomalies', '--config', config)).toBe(0);
    const [heading, fork, aside, ...mend] = bench.out;
    expect(heading).toMatch(/^first +last +times +controller +what +record +in words$/);
    expect(fork).toMatch(/ 1 +front-desk +two journals in one +3 +another record 3 is kept/);
    expect(aside).toMatch(/ 1 +front-desk +put aside +2 +reader: not an id$/);
    expect(mend).toHaveLength(2);
    expect(mend[0]).toMatch(/^two journals in one: a cloned card, .* find the second controller and stop it/);
    expect(await bench.run('office', 'anomalies', '--config', config, '--json')).toBe(0);
    const [, kept] = bench.out.map((line) => JSON.parse(line));
    expect(kept).toMatchObject({ kind: 'poisoned', controller: 'front-desk', seq: 2, times: 1 });
    expect(JSON.parse(kept.record)).toEqual(poisoned);
    expect(await bench.run('office', 'anomalies', '--config', config, '--controller', 'cellar')).toBe(2);
    expect(bench.err).toEqual([expect.stringContaining('controllers here: front-desk, office')]);
  });
});
