// The help desk: a ticket for each call for help and for the third refusal within ten minutes, in whatever order the records come, over
// restarts, once.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { deskOf } from '../../../sync/office/acts/act.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { latestCommands, settleCommand } from '../../../sync/office/store/commands.ts';
import { answerTicket, closeTicket } from '../../../sync/office/tickets/act.ts';
import { listTickets, readTicket, type Ticket } from '../../../sync/office/tickets/read.ts';
import { JournalMaker } from '../../support/journal-maker.ts';
import { customer, replica, startMs } from './bench.ts';
import { OfficeBench } from './office-bench.ts';

const minuteMs = 60_000;
const at = (minutes: number): string => new Date(startMs + minutes * minuteMs).toISOString();
const random = seededRandom('tickets');

let bench: OfficeBench;
let front: JournalMaker;
let back: JournalMaker;
let frontSent: number;
let backSent: number;

beforeEach(async () => {
  bench = await OfficeBench.make();
  importReplica(bench.store, replica(1, { customers: [customer('ana', 'Ana Silva')] }), {
    force: false,
    nowMs: startMs,
  });
  front = new JournalMaker('front-desk');
  back = new JournalMaker('back-door');
  frontSent = 0;
  backSent = 0;
  bench.start();
});
afterEach(() => bench.close());

function refused(journal: JournalMaker, minutes: number, reason = 'no-pass', holder = 'ana', more: object = {}): void {
  const data = {
    holder: { kind: 'customer', id: holder },
    credential: { type: 'card', id: 'c1' },
    direction: 'in',
    reason,
  };
  journal.add('access.denied', { ...data, ...more }, { time: at(minutes), accessPoint: `${journal.controller}-in` });
}

async function send(): Promise<void> {
  if (front.events.length > frontSent) await bench.events(front, frontSent + 1);
  if (back.events.length > backSent) await bench.events(back, backSent + 1, undefined, bench.back);
  frontSent = front.events.length;
  backSent = back.events.length;
  bench.run(5_000);
}

const tickets = (): Ticket[] => listTickets(bench.store, { state: 'all', limit: 100 });

describe('a ticket', () => {
  it('is opened for a call for help, with who was refused there and why', async () => {
    const data = { holder: { kind: 'customer', id: 'ana' }, direction: 'in', reason: 'pass-outside-timeslot' };
    const more = { nextValid: '2026-03-03T08:00:00.000Z' };
    const denied = front.add('access.denied', { ...data, ...more }, { time: at(0), accessPoint: 'front-door' });
    const call = { message: 'help input', source: 'input', customer: 'ana' };
    const last = { at: at(0), reason: data.reason, holder: data.holder, event: denied.id };
    front.add('help.requested', { ...call, refused: last }, { time: at(1), accessPoint: 'front-door' });
    front.add(
      'help.requested',
      { message: 'help command', source: 'command', by: 'kim' },
      { time: at(2), accessPoint: 'gate' },
    );
    await send();
    expect(tickets()).toMatchObject([
      { cause: 'help', state: 'open', holder: null, accessPoint: 'gate', calledBy: 'kim', refusals: [] },
      {
        cause: 'help',
        at: at(1),
        holder: { kind: 'customer', id: 'ana', name: 'Ana Silva' },
        controller: 'front-desk',
        accessPoint: 'front-door',
        message: 'help input',
        refusals: [{ at: at(0), words: 'the pass is not valid at this time', ...more }],
      },
    ]);
    const own = bench.store.db.prepare("SELECT count(*) FROM events WHERE controller = 'office'").pluck().get();
    expect(own).toBe(2);
  });

  it('is opened at the third refusal within ten minutes, at whichever controllers', async () => {
    refused(front, 0);
    refused(back, 4, 'not-authorised');
    refused(front, 5, 'no-pass', 'ben');
    await send();
    expect(tickets()).toEqual([]);
    refused(front, 10, 'no-pass', 'ana', { nextValid: '2026-03-03T08:00:00.000Z' });
    await send();
    expect(tickets()).toMatchObject([
      {
        cause: 'refusals',
        at: at(10),
        holder: { id: 'ana' },
        accessPoint: 'front-desk-in',
        refusals: [
          { at: at(0), controller: 'front-desk', words: 'has no pass' },
          { at: at(4), controller: 'back-door', words: 'has no right at this door' },
          { at: at(10), nextValid: '2026-03-03T08:00:00.000Z' },
        ],
      },
    ]);
    // The same row goes on: nobody is told again.
    for (const minutes of [11, 12, 20, 29]) refused(front, minutes);
    await send();
    expect(tickets()).toHaveLength(1);
    // Another row, an hour later.
    for (const minutes of [90, 91, 92]) refused(front, minutes);
    await send();
    expect(tickets().map((ticket) => ticket.at)).toEqual([at(92), at(10)]);
  });

  it('goes by the time of the refusals, not by when they are heard', async () => {
    refused(front, 0);
    refused(front, 30);
    await send();
    refused(front, 31);
    await send();
    expect(tickets()).toEqual([]);
    // What the other controller has from before comes last.
    refused(back, 29);
    refused(back, 5);
    await send();
    expect(tickets()).toMatchObject([{ at: at(31), refusals: [{ at: at(29) }, { at: at(30) }, { at: at(31) }] }]);
    refused(back, 33);
    refused(back, 28);
    await send();
    expect(tickets()).toHaveLength(1);
  });

  it('counts a tap once, though two records tell of it, and not what a door asks for besides', async () => {
    for (const minutes of [0, 1]) {
      refused(front, minutes);
      front.add('checkin.rejected', { customer: 'ana', space: 'riverside', reason: 'no-pass' }, { time: at(minutes) });
    }
    for (const minutes of [2, 3, 4]) refused(front, minutes, 'pin-required');
    for (const minutes of [0, 1, 2]) {
      front.add('access.denied', { direction: 'in', reason: 'unknown-credential' }, { time: at(minutes) });
    }
    await send();
    expect(tickets()).toEqual([]);
    front.add('checkin.rejected', { customer: 'ana', space: 'riverside', reason: 'no-pass' }, { time: at(5) });
    await send();
    expect(tickets()).toMatchObject([{ cause: 'refusals', at: at(5), accessPoint: null }]);
  });

  it('is there once, over restarts and with records that come again', async () => {
    for (const minutes of [0, 1]) refused(front, minutes);
    await send();
    await bench.office.stop();
    bench.newOffice();
    bench.start();
    refused(front, 2);
    front.add('help.requested', { message: 'help input', source: 'input' }, { time: at(3), accessPoint: 'front-door' });
    await bench.events(front, 1);
    await send();
    expect(
      tickets()
        .map(({ cause }) => cause)
        .sort(),
    ).toEqual(['help', 'refusals']);
    await bench.office.stop();
    bench.newOffice();
    bench.start();
    bench.run(10_000);
    expect(tickets()).toHaveLength(2);
  });
});

describe('staff', () => {
  const desk = () => deskOf(bench.store, bench.bench.clock, random);

  it('answer, open the door, hear what became of it, and close', async () => {
    front.add('help.requested', { message: 'help input', source: 'input' }, { time: at(0), accessPoint: 'front-door' });
    await send();
    const id = tickets()[0]?.ticket ?? '';
    expect(answerTicket(desk(), id, { by: 'sam', reason: 'on my way', openDoor: false })).toMatchObject({
      state: 'answered',
      answers: [{ by: 'sam', message: 'on my way', command: null }],
    });
    const opened = answerTicket(desk(), id, { by: 'sam', openDoor: true });
    const [command] = latestCommands(bench.store, 1);
    expect(command).toMatchObject({
      controller: 'front-desk',
      command: { type: 'unlock', accessPoint: 'front-door', by: 'sam' },
      state: 'waiting',
    });
    expect(opened.answers.at(-1)?.command).toEqual({ id: command?.id, outcome: 'waiting', reason: null });
    settleCommand(bench.store, { controller: 'front-desk', id: command?.id ?? '' }, 'done', null, startMs);
    expect(readTicket(bench.store, id).answers.at(-1)?.command).toMatchObject({ outcome: 'done' });
    expect(closeTicket(desk(), id, { by: 'sam' })).toMatchObject({ state: 'closed', closed: { by: 'sam' } });
    expect(() => answerTicket(desk(), id, { by: 'sam', openDoor: true })).toThrow('is closed');
    expect(latestCommands(bench.store, 10)).toHaveLength(1);
    expect(() => closeTicket(desk(), 'none', { by: 'sam' })).toThrow('no ticket none');
    expect(listTickets(bench.store, { limit: 10 })).toEqual([]);
  });

  it('begin a new row with an answer: who is refused three times after it has another ticket', async () => {
    for (const minutes of [-3, -2, -1]) refused(front, minutes);
    await send();
    const [first] = tickets();
    answerTicket(desk(), first?.ticket ?? '', { by: 'sam', openDoor: false });
    for (const minutes of [1, 2]) refused(front, minutes);
    await send();
    expect(tickets()).toHaveLength(1);
    refused(front, 3);
    await send();
    expect(tickets().map((ticket) => [ticket.at, ticket.state])).toEqual([
      [at(3), 'open'],
      [at(-1), 'answered'],
    ]);
  });

  it('page through them, the latest first', async () => {
    for (const minutes of [0, 1, 2]) {
      front.add(
        'help.requested',
        { message: `${minutes}`, source: 'input' },
        { time: at(minutes), accessPoint: 'front-door' },
      );
    }
    await send();
    const [latest, ...rest] = tickets();
    expect(latest?.message).toBe('2');
    const page = listTickets(bench.store, { limit: 1, after: latest?.ticket });
    expect(page).toEqual(rest.slice(0, 1));
  });
});
