import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import { FileError, formatProblem } from '../../../config/problem.ts';
import {
  type CsvOptions,
  type CsvResult,
  importCsv,
  maxListed,
  type TableKind,
} from '../../../sync/office/csv/import.ts';
import { readTable } from '../../../sync/office/csv/table.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { readAudit } from '../../../sync/office/records/audit.ts';
import { RecordsView } from '../../../sync/office/records/view.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { type Bench, dump, openBench, startMs } from './bench.ts';

let bench: Bench;
let store: OfficeStore;
beforeEach(() => {
  bench = openBench();
  store = bench.open();
  const text = readFileSync('config/examples/replica.json', 'utf8');
  importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: startMs });
});
afterEach(() => bench.close());

function run(kind: TableKind, text: string, options: Partial<CsvOptions> = {}): CsvResult {
  const origin = { by: 'sam', via: 'import', request: 'r1', action: 'import', reason: null, nowMs: startMs } as const;
  return importCsv(store, text, 'a.csv', { kind, mode: 'update', force: false, preview: false, origin, ...options });
}

function faults(kind: TableKind, text: string, options: Partial<CsvOptions> = {}): string[] {
  const before = dump(store, 'records');
  try {
    run(kind, text, options);
  } catch (error) {
    expect(dump(store, 'records')).toEqual(before);
    if (error instanceof FileError) return error.problems.map(formatProblem);
    throw error;
  }
  throw new Error('was not refused');
}

function find(kind: 'customers' | 'contracts' | 'credentials' | 'plans', id: string): unknown {
  return new RecordsView(store).find(kind, id);
}

describe('a table', () => {
  it.each([
    ['a,b\n1,2\n', 'comma', ','],
    ['\uFEFFa;b\r\n1;2\r\n', 'semicolon', ';'],
    ['a\tb\r1\t2', 'tab', '\t'],
    ['"a",b\n\n1,2\n,\n', 'empty rows', ','],
  ])('%j: %s', (text, _name, delimiter) => {
    const table = readTable(text, 'a.csv');
    expect(table).toMatchObject({ delimiter, heading: ['a', 'b'], rows: [{ cells: ['1', '2'] }] });
  });

  it('knows the line of a row, also after cells of several lines', () => {
    const { rows } = readTable('a,b\r\n1,"x\r\ny\r\nz"\r\n\r\n"p""q",3\r\n', 'a.csv');
    expect(rows.map(({ line }) => line)).toEqual([2, 6]);
    expect(rows[1]?.cells[0]).toBe('p"q');
  });

  it.each([
    ['a\n"x\n', /a\.csv:2:1: found a quote that is never closed/],
    ['a\nx"y\n', /a\.csv:2:1: found a quote inside a cell/],
    ['', /a\.csv:1:1: found no line/],
  ])('refuses %j', (text, words) => {
    expect(() => readTable(text, 'a.csv')).toThrow(words);
  });
});

describe('an import of a table', () => {
  it('changes the keys that have a cell, and leaves the rest', () => {
    const result = run('customers', 'id,name,teams\nana,,acme\nnew,Nia,\ncem,Cem Kaya,acme\n');
    expect(result).toMatchObject({
      rows: 3,
      delimiter: 'comma',
      unchanged: 1,
      changed: [{ did: 'changed' }, { did: 'added' }],
    });
    expect(find('customers', 'ana')).toMatchObject({
      name: 'Ana Silva',
      registeredWith: ['riverside'],
      teams: ['acme'],
    });
    expect(find('customers', 'ben')).toMatchObject({ name: 'Ben Okafor' });
    expect(readAudit(store, { limit: 9 }).map(({ by, via, action }) => `${by} ${via} ${action}`)[0]).toBe(
      'sam import import',
    );
  });

  it('sets keys inside a mapping, flags, numbers, lists, and goes back to the default', () => {
    run('plans', 'id,allHours,limits.minutesPerWeek\nflex,Yes,600\n');
    expect(find('plans', 'flex')).toMatchObject({ allHours: true, limits: { daysPerMonth: 10, minutesPerWeek: 600 } });
    run('plans', 'id,limits.daysPerMonth\nflex,null\n');
    expect(find('plans', 'flex')).toMatchObject({ limits: { daysPerMonth: null, minutesPerWeek: 600 } });
    run('contracts', `id,frozen\nk-ana,"[{""from"":""2026-02-01"",""to"":""2026-02-03""}]"\n`);
    expect(find('contracts', 'k-ana')).toMatchObject({ frozen: [{ from: '2026-02-01', to: '2026-02-03' }] });
  });

  it('only looks in a preview', () => {
    const before = dump(store, 'records');
    expect(run('customers', 'id,name\nana,Anna\n', { preview: true }).changed).toMatchObject([
      { id: 'ana', before: { name: 'Ana Silva' }, after: { name: 'Anna' } },
    ]);
    expect(dump(store, 'records')).toEqual(before);
  });

  it('tells every bad row with its line and column, and applies nothing', () => {
    const text =
      'id,customer,plan,from\nk1,ana,flex,2026-01-99\nk2,nobody,flex,2027-01-01\n,ana,flex,2026-01-01\nk1,ben,flex,2026-01-01\nk3,ben\n';
    expect(faults('contracts', text)).toEqual([
      expect.stringMatching(/^a\.csv:2:4 from: found .*2026-01-99.*; allowed: a date/),
      expect.stringMatching(/^a\.csv:3:2 customer: found .*nobody/),
      expect.stringMatching(/^a\.csv:4:1 id: found nothing; allowed: an id/),
      expect.stringMatching(/^a\.csv:5:1 id: found contracts k1, as in line 2; allowed: one row a record/),
      expect.stringMatching(/^a\.csv:6:1: found 2 cells; allowed: 4/),
      ...['plan', 'from'].map((key) => expect.stringMatching(new RegExp(`^a\\.csv:6:[34] ${key}: `))),
    ]);
  });

  it('refuses a row that is itself all that is wrong', () => {
    expect(faults('customers', 'id,name\nana,Anna\n,Bo\n')).toEqual([
      expect.stringMatching(/^a\.csv:3:1 id: found nothing/),
    ]);
  });

  it('refuses columns that are none, with those that are', () => {
    expect(faults('customers', 'id,nmae,id\nana,Ana,ana\n')).toEqual([
      expect.stringMatching(/id: found the column twice/),
      expect.stringMatching(
        /^a\.csv:1:2 nmae: found column "nmae"; allowed: id, name, registeredWith, teams, disabled$/,
      ),
    ]);
  });

  it('lists so many bad rows, and the number of the rest', () => {
    const rows = Array.from({ length: maxListed + 7 }, (_, n) => `c${n},perhaps\n`);
    const all = faults('customers', `id,disabled\n${rows.join('')}`);
    expect(all).toHaveLength(maxListed + 1);
    expect(all.at(-1)).toMatch(/found 7 more faults/);
  });

  it('removes what a replacement does not name, unless that is more than a fifth', () => {
    const rows = 'id,name\nflex,Flex\nresident,Resident\nextra,Extra\n';
    run('plans', rows);
    expect(() => run('plans', 'id\nflex\nresident\n', { mode: 'replace' })).toThrow(/drops 1 of 3 plans.*--force/);
    const result = run('plans', 'id\nflex\nresident\n', { mode: 'replace', force: true });
    expect(result.changed.filter(({ did }) => did === 'removed').map(({ id }) => id)).toEqual(['extra']);
    expect(find('plans', 'flex')).toMatchObject({ name: 'flex', limits: { daysPerMonth: null } });
  });

  it('does not remove what others need', () => {
    const all = faults('plans', 'id\nresident\n', { mode: 'replace', force: true });
    expect(all.join('\n')).toMatch(/k-ana/);
  });
});

describe('a list of members', () => {
  it('makes customer, contract and cards, and once more changes nothing', () => {
    const text = readFileSync('config/examples/members.csv', 'utf8');
    run('members', text);
    expect(find('customers', 'ana.sousa-example.org')).toMatchObject({
      name: 'Ana Sousa',
      registeredWith: ['riverside'],
    });
    expect(find('contracts', 'joerg-example.org-2026-03-01')).toMatchObject({ plan: 'resident', to: '2026-12-31' });
    expect(find('credentials', 'joerg-example.org-card-2')).toMatchObject({ value: '04C1B2C3D4E5F6', type: 'card' });
    expect(find('customers', 'kim-example.org')).toMatchObject({ name: 'Kim Tran', teams: [] });
    expect(run('members', text)).toMatchObject({ changed: [], unchanged: 8 });
  });

  it('makes ids of names, and knows a contract by its first day', () => {
    run('members', 'name,plan,contractFrom\nZoë Weiß,flex,2026-02-01\n');
    expect(find('customers', 'zoe-weiss')).toMatchObject({ name: 'Zoë Weiß' });
    const { changed } = run('members', 'id,plan,contractFrom\nana,resident,2026-01-01\n');
    expect(changed).toMatchObject([
      { kind: 'contracts', id: 'k-ana', before: { plan: 'flex' }, after: { plan: 'resident' } },
    ]);
  });

  it('tells what is wrong at its cell', () => {
    const text =
      'id,name,plan,contractFrom,card\n,王,,,\nx1,X,gold,2026-01-01,\nx2,X,flex,,\nx3,X,,,04A1B2C3D4E580\nx4,X,,,zz\n';
    expect(faults('members', text)).toEqual([
      expect.stringMatching(/^a\.csv:2:2 name: found "王"; allowed: an id/),
      expect.stringMatching(/^a\.csv:3:3 plan: found .*gold/),
      expect.stringMatching(/^a\.csv:4:4 contractFrom: found nothing; allowed: the first day/),
      expect.stringMatching(/^a\.csv:5:5 card: found a number that credentials .* has, which is of ana/),
      expect.stringMatching(/^a\.csv:6:5 card: found a card value of another form/),
    ]);
  });

  it('refuses one card for two people', () => {
    const all = faults('members', 'id,card\nx1,04AABBCC\nx2,04AABBCC\n');
    expect(all.join('\n')).toMatch(/^a\.csv:3:2 card: /m);
  });
});
