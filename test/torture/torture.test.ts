// A small run of the torture: its books agree. Then one thing at a time is changed in a copy of its books, and found.

import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Program } from '../support/process.ts';

const program = fileURLToPath(new URL('./run.mjs', import.meta.url));
const kills = 5;

let parent: string;
let books: string;
let clean: Record<string, number>;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'cardea-torture-test-'));
  clean = await run(0, '--kills', String(kills), '--seed', 'npm test', '--folder', parent, '--keep');
  books = join(parent, readdirSync(parent)[0] ?? '');
});

afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** The last line that it prints. */
async function run(status: number, ...args: string[]): Promise<Record<string, number>> {
  const torture = new Program(execPath, [program, ...args, '--json']);
  const ended = await torture.exit;
  expect([ended, torture.lines]).toEqual([status, torture.lines]);
  return JSON.parse(torture.lines.find((line) => line.startsWith('{"kills"')) ?? '{}') as Record<string, number>;
}

/** What the comparison finds once `change` was made to a copy of the books. */
async function found(change: (folder: string) => void): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-books-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(books, folder, { recursive: true, filter: (path) => !/\/(in|out)(-far)?$|\.sock$/.test(path) });
  change(folder);
  return run(1, '--compare', folder);
}

function journal(folder: string): string {
  return join(folder, 'data', 'journal.db');
}

function office(folder: string): string {
  return join(folder, 'office.db');
}

function sql(file: string, text: string): void {
  const db = new Database(file);
  try {
    db.exec(text);
  } finally {
    db.close();
  }
}

/** Lines of one of the books, changed. */
function lines(folder: string, name: string, change: (lines: string[]) => string[]): void {
  const file = join(folder, name);
  const texts = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  writeFileSync(
    file,
    change(texts)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

describe('a small run', () => {
  it('loses nothing, has nothing twice, and no opening without its record', () => {
    expect(clean).toEqual({ kills, taps: expect.any(Number), lost: 0, twice: 0, gaps: 0, unrecorded: 0 });
    expect(clean.taps).toBeGreaterThan(0);
  });
});

describe('the books tell of', () => {
  it('records that the office never got', async () => {
    const last = 'SELECT seq FROM events ORDER BY seq DESC LIMIT 2';
    const result = await found((folder) => sql(office(folder), `DELETE FROM events WHERE seq IN (${last})`));
    expect(result).toEqual({ ...clean, lost: 2 });
  });

  it('a record that is missing in the middle, at either end', async () => {
    expect(await found((folder) => sql(office(folder), 'DELETE FROM events WHERE seq = 2'))).toEqual({
      ...clean,
      lost: 1,
      gaps: 1,
    });
    // The controller's start: nobody else tells of it.
    expect(await found((folder) => sql(journal(folder), 'DELETE FROM events WHERE seq = 1'))).toEqual({
      ...clean,
      twice: 1,
      gaps: 1,
    });
  });

  it('a record that was altered', async () => {
    const alter = `UPDATE events SET body = replace(body, '"synchronised":', '"synchronized":') WHERE seq = 2`;
    expect(await found((folder) => sql(journal(folder), alter))).toMatchObject({ lost: 1, gaps: 1 });
  });

  it('a record that is there twice', async () => {
    const twice = `UPDATE events SET body = json_set(body, '$.id', (SELECT json_extract(body, '$.id') FROM events WHERE seq = 1))
      WHERE seq = (SELECT max(seq) FROM events)`;
    const change = (folder: string): void => {
      sql(journal(folder), twice);
      sql(office(folder), twice);
    };
    expect(await found(change)).toEqual({ ...clean, twice: 2 });
  });

  it('a visit that the office lists twice, or never', async () => {
    const double = (folder: string): void =>
      lines(folder, 'checkins.jsonl', ([first = '', ...rest]) => [first, first, ...rest]);
    const drop = (folder: string): void => lines(folder, 'checkins.jsonl', ([, ...rest]) => rest);
    expect(await found(double)).toEqual({ ...clean, twice: 1 });
    expect(await found(drop)).toEqual({ ...clean, lost: 1 });
  });

  it('an opening that no record explains', async () => {
    const at = (afterMs: number): string => new Date(Date.now() + afterMs).toISOString();
    const change = (folder: string): void => {
      for (const [state, afterMs] of [
        ['unlocked', 60_000],
        ['locked', 60_100],
      ] as const) {
        const line = { accessPoint: 'front-door', state, at: at(afterMs) };
        appendFileSync(join(folder, 'locks.jsonl'), `${JSON.stringify(line)}\n`);
      }
    };
    expect(await found(change)).toEqual({ ...clean, unrecorded: 1 });
  });

  it('openings whose records the journal lost', async () => {
    const openings = readFileSync(join(books, 'locks.jsonl'), 'utf8').split('"unlocked"').length - 1;
    const lose = `DELETE FROM events WHERE type IN ('access.granted', 'access.repeated')`;
    const result = await found((folder) => sql(journal(folder), lose));
    expect(openings).toBeGreaterThan(0);
    expect(result.unrecorded).toBe(openings);
  });

  it('a record of a card that nobody held to a reader', async () => {
    const result = await found((folder) => lines(folder, 'taps.jsonl', () => []));
    expect(result.twice).toBeGreaterThan(0);
  });

  it('a lock that is open at the end', async () => {
    const last = /"state":"locked"[^\n]*$/;
    const open = (folder: string): void =>
      lines(folder, 'locks.jsonl', (all) => all.slice(0, all.findLastIndex((line) => line.includes('"unlocked"')) + 1));
    expect(await found(open)).toEqual(clean);
    expect(readFileSync(join(books, 'locks.jsonl'), 'utf8').trimEnd()).toMatch(last);
  });
});
