// Tickets on the command line, in the store of an office whose help desk has opened them.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { OwnJournal } from '../../../sync/office/merge/own-journal.ts';
import { latestCommands, settleCommand } from '../../../sync/office/store/commands.ts';
import { type OfficeStore, openOfficeStore } from '../../../sync/office/store/open.ts';
import { HelpDesk } from '../../../sync/office/tickets/help-desk.ts';
import { JournalMaker } from '../../support/journal-maker.ts';
import { received } from '../office/bench.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
let store: OfficeStore;
let ticket: string;

beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig();
  store = openOfficeStore(bench.path('office.db'), { site: 'riverside', mode: 'write' });
  const front = new JournalMaker('front-desk');
  const holder = { kind: 'customer', id: 'ana' };
  for (const minute of [1, 2, 3]) {
    const data = { holder, direction: 'in', reason: 'no-pass', nextValid: '2026-03-03T08:00:00.000Z' };
    front.add('access.denied', data, { time: `2026-03-02T11:0${minute}:00.000Z`, accessPoint: 'front-door' });
  }
  new Ingest(store, bench.clock).commit([received(front)]);
  const random = seededRandom('desk');
  const journal = new OwnJournal(store, bench.clock, random);
  const failed = (error: unknown): void => {
    throw error;
  };
  const desk = new HelpDesk({ clock: bench.clock, random, store, journal, recorded: () => {}, failed });
  desk.soon();
  bench.clock.advance(1_000);
  desk.stop();
  expect(await office('list', '--json')).toBe(0);
  ticket = (JSON.parse(bench.out[0] ?? '') as { ticket: string }).ticket;
});
afterEach(() => {
  store.close();
  bench.remove();
});

function office(...args: readonly string[]): Promise<number> {
  return bench.run('office', 'tickets', ...args, '--config', config);
}

it('are listed and shown with the reasons in words', async () => {
  expect(await office()).toBe(0);
  expect(bench.out[1]).toMatch(/open +.* customer ana +front-door +refused 3 times: has no pass$/);
  expect(await office('show', ticket)).toBe(0);
  expect(bench.out[1]).toMatch(/^refused 3 times, .*, front-door$/);
  expect(bench.out[2]).toBe('who: customer ana');
  expect(bench.out.slice(3)).toHaveLength(3);
  expect(bench.out[3]).toMatch(/at front-door \(front-desk\): has no pass; next valid 2026-03-03/);
  expect(await office('show', ticket, '--json')).toBe(0);
  expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({ ticket, state: 'open', refusals: [{}, {}, {}] });
});

it('are answered with the door, which says what became of it, and closed', async () => {
  const answer = office('answer', ticket, '--by', 'sam', '--open-door', '--message', 'come in');
  await expect.poll(() => latestCommands(store, 1)).toHaveLength(1);
  const [command] = latestCommands(store, 1);
  settleCommand(store, { controller: 'front-desk', id: command?.id ?? '' }, 'done', null, bench.clock.now().wallMs);
  bench.clock.advance(200);
  expect(await answer).toBe(0);
  expect(bench.out).toEqual([`ticket ${ticket} is answered; front-door: done`]);
  expect(await office('answer', ticket, '--by', 'sam', '--open-door', '--wait', '0s')).toBe(0);
  expect(bench.out[0]).toContain('not sent yet');
  expect(await office('show', ticket)).toBe(0);
  expect(bench.out.at(-2)).toMatch(/^answered .* by sam: come in; the door: done$/);
  expect(await office('close', ticket, '--by', 'sam')).toBe(0);
  expect(await office()).toBe(0);
  expect(bench.out).toEqual(['no tickets']);
  expect(await office('list', '--state', 'closed', '--json')).toBe(0);
  expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({ ticket, state: 'closed', closed: { by: 'sam' } });
});

it('say that the door was not opened, and what a wrong word may be', async () => {
  const answer = office('answer', ticket, '--by', 'sam', '--open-door');
  await expect.poll(() => latestCommands(store, 1)).toHaveLength(1);
  const [command] = latestCommands(store, 1);
  const of = { controller: 'front-desk', id: command?.id ?? '' };
  settleCommand(store, of, 'refused', 'lockdown', bench.clock.now().wallMs);
  bench.clock.advance(200);
  expect(await answer).toBe(1);
  expect(bench.err[0]).toContain('answered, but the door was not opened: refused');
  expect(await office('close', ticket, '--by', 'sam')).toBe(0);
  expect(await office('answer', ticket, '--by', 'sam')).toBe(1);
  expect(bench.err[0]).toContain('is closed');
  expect(await office('show', 'none')).toBe(1);
  expect(bench.err[0]).toContain('no ticket none');
  expect(await office('list', '--state', 'new')).toBe(2);
  expect(bench.err[0]).toContain('allowed is open, answered, closed, all');
});
