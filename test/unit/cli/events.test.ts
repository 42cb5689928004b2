// The journal on the command line: as a table, as CSV, as JSON lines, followed, and verified.

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../access/event.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { eventually } from '../../support/eventually.ts';
import { Bench } from './bench.ts';
import { journalFile } from './journal-file.ts';

const ana = { kind: 'customer', id: 'ana' };
const leaving = { holder: ana, direction: 'out' };
const drafts: readonly EventDraft[] = [
  { type: 'controller.started', data: {} },
  { type: 'access.granted', accessPoint: 'front-door', data: { holder: ana, reason: 'pass' } },
  {
    type: 'access.denied',
    accessPoint: 'front-door',
    data: { reason: 'unknown-credential', credential: { type: 'qr', hash: 'ab'.repeat(32) } },
  },
  { type: 'help.requested', data: { customer: '=cmd', message: 'x' } },
];

let bench: Bench;
let file: string;
let journal: Journal;
beforeEach(() => {
  bench = new Bench();
  file = bench.path('journal.db');
  journal = journalFile(file, bench.clock, drafts);
});
afterEach(() => {
  journal.close();
  bench.remove();
});

describe('events', () => {
  it('prints a table in words', async () => {
    expect(await bench.run('events', '--db', file)).toBe(0);
    expect(bench.out).toHaveLength(5);
    expect(bench.out[2]).toMatch(/^2026-03-0\d \d\d:\d\d:\d\d {2}access\.granted +front-door +ana +let in: on a pass$/);
    expect(bench.out[3]).toMatch(/qr abababab… +refused: nobody here has this card or code$/);
  });

  it('names the reader that came or went, and says of whoever was let out that they left', async () => {
    journal.commit(
      [
        { type: 'reader.online', reader: 'front-in', data: {} },
        {
          type: 'reader.offline',
          accessPoint: 'front-door',
          reader: 'front-in',
          data: { code: 'closed', message: 'port gone' },
        },
        { type: 'access.granted', accessPoint: 'front-door', data: { ...leaving, reason: 'exit' } },
        { type: 'access.granted', accessPoint: 'front-door', data: { ...leaving, reason: 'visitor' } },
        { type: 'storage.failed', data: { storage: 'journal', setAside: 'disk I/O error' } },
        { type: 'storage.failed', data: { storage: 'journal', recovered: true, lost: 0 } },
      ],
      [],
    );
    expect(await bench.run('events', '--db', file)).toBe(0);
    expect(bench.out[5]).toMatch(/reader\.online +front-in +the reader is /);
    expect(bench.out[6]).toMatch(/reader\.offline +front-door +front-in +the reader is gone \(port gone\)$/);
    expect(bench.out[7]).toMatch(/access\.granted +front-door +ana +left$/);
    expect(bench.out[8]).toMatch(/access\.granted +front-door +ana +left: is an expected visitor$/);
    expect(bench.out[9]).toMatch(/storage\.failed .*\(journal, disk I\/O error\)$/);
    expect(bench.out[10]).toMatch(/storage\.failed .*\(journal, written again\)$/);
  });

  it('prints JSON lines, of one type, since an instant', async () => {
    expect(await bench.run('events', '--db', file, '--json')).toBe(0);
    expect(bench.out.map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3, 4]);
    expect(await bench.run('events', '--db', file, '--json', '--type', 'access.denied')).toBe(0);
    expect(bench.out.map((line) => JSON.parse(line).type)).toEqual(['access.denied']);
    expect(await bench.run('events', '--db', file, '--json', '--since', '2026-03-02T12:00:01Z')).toBe(0);
    expect(bench.out).toEqual([]);
    expect(await bench.run('events', '--db', file, '--json', '--csv')).toBe(2);
  });

  it('prints CSV that no spreadsheet computes', async () => {
    expect(await bench.run('events', '--db', file, '--csv')).toBe(0);
    expect(bench.out[0]).toBe('seq,time,type,accessPoint,reader,who,reason,words,data');
    expect(bench.out[4]).toContain(`,"'=cmd",`);
  });

  it('follows what is written, and ends on the first signal', async () => {
    const ended = bench.run('events', '--db', file, '--json', '--type', 'access.denied', '--follow');
    await eventually('the first lines', () => bench.out.length === 1);
    journal.commit([{ type: 'door.opened', accessPoint: 'front-door', data: {} }], []);
    journal.commit([{ type: 'access.denied', accessPoint: 'front-door', data: { reason: 'no-pass' } }], []);
    await eventually('the new line', () => {
      bench.clock.advance(200);
      return bench.out.length === 2;
    });
    expect(bench.out.map((line) => JSON.parse(line).seq)).toEqual([3, 6]);
    bench.stop();
    expect(await ended).toBe(0);
    expect(bench.out).toHaveLength(2);
  });

  it('prints once what is written while it prints', async () => {
    const opened = { type: 'door.opened', accessPoint: 'front-door', data: {} } as const;
    journal.commit(Array(600).fill(opened), []);
    bench.paused = () => {
      bench.paused = () => {};
      journal.commit([opened], []);
    };
    const ended = bench.run('events', '--db', file, '--json', '--follow');
    await eventually('the next look', () => bench.clock.waits().length === 1);
    bench.clock.advance(200);
    await eventually('the look after it', () => bench.clock.waits().length === 1);
    bench.stop();
    expect(await ended).toBe(0);
    expect(bench.out.map((line) => JSON.parse(line).seq)).toEqual(Array.from({ length: 605 }, (_, index) => index + 1));
  });

  it('goes on with the journal that takes the place of the one that it follows, and says so', async () => {
    const ended = bench.run('events', '--db', file, '--json', '--follow');
    await eventually('the first lines', () => bench.out.length === drafts.length);
    const aside = bench.path('journal.db.aside');
    for (const part of ['', '-wal', '-shm']) renameSync(file + part, aside + part);
    journal.commit([{ type: 'door.opened', accessPoint: 'front-door', data: {} }], []);
    writeFileSync(file, '');
    bench.clock.advance(200);
    await eventually('the next look', () => bench.out.length === drafts.length + 1 && bench.clock.waits().length === 1);
    expect(bench.err).toEqual([]);
    journal.commit([{ type: 'door.closed', accessPoint: 'front-door', data: {} }], []);
    journal.close();
    rmSync(file);
    journal = journalFile(file, bench.clock, drafts.slice(0, 2));
    await eventually('all of both', () => {
      bench.clock.advance(200);
      return bench.out.length === drafts.length + 4;
    });
    const seen = bench.out.map((line) => JSON.parse(line)).slice(-4);
    expect(seen.map(({ type, seq }) => `${type} ${seq}`)).toEqual([
      'door.opened 5',
      'door.closed 6',
      'controller.started 1',
      'access.granted 2',
    ]);
    expect(bench.err).toEqual([expect.stringContaining('was set aside or replaced')]);
    bench.stop();
    expect(await ended).toBe(0);
  });

  it('ends quietly when nobody reads any more', async () => {
    bench.closesAfter = 2;
    expect(await bench.run('events', '--db', file, '--follow')).toBe(0);
    expect(bench.err).toEqual([]);
  });

  it('says what to pass where nothing is found', async () => {
    expect(await bench.run('events')).toBe(1);
    expect(bench.err).toEqual([expect.stringContaining('pass --db FILE')]);
  });
});

describe('verify', () => {
  it('says that a journal is good', async () => {
    expect(await bench.run('verify', '--db', file, '--json')).toBe(0);
    expect(JSON.parse(bench.out.join(''))).toMatchObject({ file, ok: true, records: 4, problem: null });
    expect(await bench.run('verify', '--db', file)).toBe(0);
    expect(bench.out).toEqual([expect.stringContaining('good, 4 records')]);
  });

  it('names the first bad record, with status 1', async () => {
    const db = new Database(file);
    db.prepare("UPDATE events SET body = replace(body, 'ana', 'bob') WHERE seq = 2").run();
    db.close();
    expect(await bench.run('verify', '--db', file)).toBe(1);
    expect(bench.out).toEqual([]);
    expect(bench.err).toEqual([expect.stringMatching(/bad at record 2: /)]);
    expect(await bench.run('verify', '--db', file, '--json')).toBe(1);
    expect(JSON.parse(bench.out.join(''))).toMatchObject({ ok: false, problem: { seq: 2 } });
  });
});

describe('a journal that is none', () => {
  it.each([[['events']], [['verify']], [['backup', 'b.tar.gz']]])(
    '%s says that a folder is one, and what is in it',
    async (argv) => {
      expect(await bench.run(...argv, '--db', bench.folder)).toBe(1);
      expect(bench.err).toEqual([`cardea: ${bench.folder} is a folder: is ${file} meant?`]);
      expect(await bench.run(...argv, '--db', bench.places.dataDir)).toBe(1);
      expect(bench.err).toEqual([`cardea: ${bench.places.dataDir} is a folder: name the file in it`]);
    },
  );

  it('with a record that is no JSON is named, with the record', async () => {
    const db = new Database(file);
    db.exec("UPDATE events SET body = 'no JSON' WHERE seq = 3");
    db.close();
    expect(await bench.run('events', '--db', file)).toBe(1);
    const advice = `cardea verify --db ${file} says what is sound`;
    expect(bench.err).toEqual([`cardea: ${file}: record 3 was altered or damaged: ${advice}`]);
  });
});
