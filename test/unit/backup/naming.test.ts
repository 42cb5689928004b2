// What `cardea restore` says of a place or a file that it does not take; nothing is written then.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from '../cli/bench.ts';
import { backupOf, journalIn, newFolder } from './support.ts';

let bench: Bench;
let file: string;
beforeEach(async () => {
  bench = new Bench();
  const folder = newFolder();
  journalIn(folder, 3).close();
  file = bench.path('b.tar.gz');
  await backupOf(folder, file);
});
afterEach(() => bench.remove());

describe('restore --db', () => {
  it('takes only what is called journal.db, and writes nothing elsewhere', async () => {
    mkdirSync(bench.path('back'));
    const before = readdirSync(bench.folder);
    for (const [db, why] of [
      [bench.path('back'), 'is a folder'],
      [bench.path('back/x.db'), 'is not called journal.db'],
    ] as const) {
      expect(await bench.run('restore', '--db', db, file)).toBe(2);
      const meant = bench.path('back/journal.db');
      expect(bench.err).toEqual([`cardea: --db ${db} ${why}: is ${meant} meant? Nothing was restored`]);
    }
    expect([readdirSync(bench.folder), readdirSync(bench.path('back'))]).toEqual([before, []]);
    expect(await bench.run('restore', '--db', bench.path('back/journal.db'), file)).toBe(0);
    expect(readdirSync(bench.path('back'))).toContain('journal.db');
  });
});

describe('restore', () => {
  it.each([['--check'], ['--with-keys']])('%s names the file that is none', async (option) => {
    const cut = bench.path('cut.tar.gz');
    writeFileSync(cut, readFileSync(file).subarray(0, 100));
    writeFileSync(bench.path('text'), 'hello');
    for (const [path, why] of [
      [cut, 'it is cut short'],
      [bench.path('text'), 'it is no backup, or was altered'],
      [bench.path('none'), 'no such file'],
    ] as const) {
      expect(await bench.run('restore', option, '--db', bench.path('back/journal.db'), path)).toBe(1);
      expect(bench.err).toEqual([`cardea: ${path}: ${why}`]);
    }
  });
});
