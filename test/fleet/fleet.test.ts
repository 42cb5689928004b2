// A tiny run of the fleet: nothing lost, nothing twice, no gap, through all its storms. Then one thing at a time is changed in a
// copy of its books, and found. And a wrong word on its command line is refused.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { Program } from '../support/process.ts';

const program = fileURLToPath(new URL('./run.mjs', import.meta.url));

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'cardea-fleet-test-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** The last line that it prints. */
async function fleet(status: number, ...args: string[]): Promise<Record<string, number>> {
  const run = new Program(execPath, [program, ...args, '--json']);
  expect([await run.exit, run.lines]).toEqual([status, run.lines]);
  return JSON.parse(run.lines.find((line) => line.startsWith('{"controllers"')) ?? '{}') as Record<string, number>;
}

it('brings everything to the office once, and finds what is missing there', async () => {
  const parent = folder();
  const size = ['--controllers', '5', '--minutes', '0.1', '--taps', '120', '--folder', parent, '--keep'];
  const clean = await fleet(0, ...size);
  const figures = { perSecond: expect.any(Number), officeRssMb: expect.any(Number), events: expect.any(Number) };
  expect(clean).toEqual({ controllers: 5, lost: 0, twice: 0, gaps: 0, ...figures });
  expect(clean.events).toBeGreaterThan(10);
  expect(clean.perSecond).toBeGreaterThan(0);
  expect(clean.officeRssMb).toBeGreaterThan(0);

  const books = join(parent, readdirSync(parent)[0] ?? '');
  const db = new Database(join(books, 'office.db'));
  db.exec(`DELETE FROM events WHERE controller = 'door-0003' AND seq = 1`);
  db.exec(`DELETE FROM events WHERE controller = 'door-0004' AND type = 'controller.started'`);
  db.close();
  const { events, lost, twice, gaps } = await fleet(1, '--compare', books);
  expect({ events, lost, twice, gaps }).toEqual({ events: clean.events, lost: 2, twice: 0, gaps: 2 });
});

it('refuses what makes no sense', async () => {
  await fleet(2, '--controllers', '0');
  await fleet(2, '--minutes', 'soon');
  await fleet(2, '--doors', '5');
});
