// A person is erased: no text of them is left in any column of the store or any byte of its files, the chain verifies, all sums are what
// they were, and what comes later is nobody's.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialHash } from '../../../access/credential-hash.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { deskOf } from '../../../sync/office/acts/act.ts';
import { decideCharge } from '../../../sync/office/acts/charges.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { OwnJournal } from '../../../sync/office/merge/own-journal.ts';
import { erasePerson } from '../../../sync/office/privacy/erase.ts';
import { ErasureSteps } from '../../../sync/office/privacy/erasure-steps.ts';
import { exportPerson, personEvents } from '../../../sync/office/privacy/export.ts';
import { personOf } from '../../../sync/office/privacy/person.ts';
import { runErasures } from '../../../sync/office/privacy/run-erasures.ts';
import { readAudit } from '../../../sync/office/records/audit.ts';
import { changeRecords } from '../../../sync/office/records/change.ts';
import { checkTails } from '../../../sync/office/store/check.ts';
import { addCommand } from '../../../sync/office/store/commands.ts';
import { JournalsKept } from '../../../sync/office/store/journals.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { verifyStore } from '../../../sync/office/store/verify.ts';
import { answerTicket } from '../../../sync/office/tickets/act.ts';
import { HelpDesk } from '../../../sync/office/tickets/help-desk.ts';
import { listTickets } from '../../../sync/office/tickets/read.ts';
import { charges } from '../../../sync/office/visits/charges.ts';
import { rebuildVisits } from '../../../sync/office/visits/project.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { checkin, checkout, epochOne, JournalMaker } from '../../support/journal-maker.ts';
import { type Bench, openBench, received, startMs } from '../office/bench.ts';
import { cardOf, document, live, origin, people, placesOf, siteKey, sums } from './story.ts';

const [zelda] = people;
const texts = [zelda, 'zelda', `${zelda} Longname`, cardOf(zelda), credentialHash(siteKey, 'card', cardOf(zelda))];

let bench: Bench;
let store: OfficeStore;
beforeEach(() => {
  bench = openBench();
  store = bench.open();
  importReplica(store, document(), { force: false, nowMs: startMs });
});
afterEach(() => bench.close());

function keep(journal: JournalMaker, from?: number, to?: number): void {
  new Ingest(store, bench.clock).commit([received(journal, from, to)]);
}

/** Charges are decided on, half of them waived or corrected. */
function decide(): void {
  const desk = deskOf(store, bench.clock, seededRandom('desk'));
  for (const [n, { id }] of [...charges(store)].entries()) {
    const decision = n % 3 === 0 ? ({ do: 'waive' } as const) : n % 3 === 1 ? ({ do: 'confirm' } as const) : null;
    decideCharge(desk, id, decision ?? { do: 'correct', amount: '4.20' }, { by: 'sam', reason: 'said so' });
  }
}

/** It opens its tickets, and somebody answers them with the person's name. */
function helpDesk(): void {
  const random = seededRandom('help desk');
  const failed = (error: unknown): never => {
    throw error;
  };
  const journal = new OwnJournal(store, bench.clock, random);
  const desk = new HelpDesk({ clock: bench.clock, random, store, journal, recorded: () => {}, failed });
  desk.soon();
  bench.clock.advance(60_000);
  desk.stop();
  const tickets = listTickets(store, { state: 'all', limit: 500 });
  expect(new Set(tickets.map(({ cause }) => cause))).toEqual(new Set(['help', 'refusals']));
  for (const { ticket, holder } of tickets) {
    if (holder?.id !== zelda) continue;
    answerTicket(deskOf(store, bench.clock, random), ticket, {
      by: 'sam',
      reason: `told ${zelda} Longname`,
      openDoor: false,
    });
  }
}

async function erase(force = false): Promise<ReturnType<typeof erasePerson>> {
  const done = erasePerson(store, zelda, { origin, siteKey, force });
  await runErasures(store, startMs, async () => {});
  return done;
}

function change(...operations: Parameters<typeof changeRecords>[1][]): void {
  for (const one of operations) changeRecords(store, one, { origin });
}

describe.each([1, 2, 3])('an erasure (seed %i)', (seed) => {
  it('leaves no text of the person, the chain whole, and all sums as they were', async () => {
    const front = new JournalMaker('front-desk');
    live(front, seed, 4);
    front.add('command.applied', { command: { type: 'checkin', customer: zelda, by: 'sam' }, id: 'x' });
    front.addAs({ type: 'checkin.recorded', data: { visit: 'bad', customer: zelda, note: zelda } });
    for (let times = 0; times < 3; times++) {
      front.add('access.denied', { holder: { kind: 'customer', id: zelda }, direction: 'in', reason: 'no-pass' });
    }
    front.add('help.requested', { customer: zelda, message: 'let me in' });
    keep(front);
    helpDesk();
    decide();
    change(
      [{ does: 'put', kind: 'customers', id: zelda, record: { name: `${zelda} Longname`, disabled: true } }],
      [{ does: 'put', kind: 'teams', id: 'lab', record: { name: 'lab', sharesPasses: false } }],
    );
    changeRecords(store, [{ does: 'put', kind: 'teams', id: 'lab', record: { name: 'lab' } }], {
      origin: { ...origin, reason: `${zelda} Longname asked for it` },
    });
    const command = { type: 'checkin', by: 'sam', customer: zelda, space: 'riverside' } as const;
    addCommand(store, { id: 'k1', controller: 'front-desk', command, nowMs: startMs, lifeMs: 1000 });
    const before = sums(store);
    expect(placesOf(store, texts)).not.toEqual([]);
    const done = await erase();
    expect(done.removed).toEqual({ customers: 1, passes: 1, credentials: 1, planUsage: 1 });
    expect(done.unnamed).toEqual({ visitors: 1, passes: 1, accessRules: 1 });
    // The rows that the doors are told by stand until they are published.
    store.db.exec('DELETE FROM changes');
    store.db.pragma('wal_checkpoint(TRUNCATE)');
    expect(placesOf(store, texts)).toEqual([]);
    expect(sums(store)).toEqual(before);
    rebuildVisits(store);
    expect(sums(store)).toEqual(before);
    checkTails(store.db, store.path);
    const verified = verifyStore(store);
    expect(verified.map(({ problem }) => problem)).toEqual(verified.map(() => null));
    expect(verified.find(({ controller }) => controller === 'front-desk')?.erased).toBeGreaterThan(20);
    const others = placesOf(store, ['ben Longname is stuck', 'card-of-cem', 'pass-of-dora']);
    expect(others.length).toBeGreaterThan(3);
    expect(readAudit(store, { limit: 1 })).toMatchObject([{ action: 'erase', by: 'sam', before: null }]);
  });
});

describe('a person who was erased', () => {
  it('is nobody in records that a controller delivers later, whose sums count', async () => {
    const front = new JournalMaker('front-desk');
    live(front, 1, 4);
    const half = Math.floor(front.events.length / 2);
    const other = openBench();
    try {
      const whole = other.open();
      importReplica(whole, document(), { force: false, nowMs: startMs });
      new Ingest(whole, other.clock).commit([received(front)]);
      keep(front, 1, half);
      await erase(true);
      keep(front, half + 1);
      store.db.exec('DELETE FROM changes');
      store.db.pragma('wal_checkpoint(TRUNCATE)');
      expect(placesOf(store, texts)).toEqual([]);
      expect(verifyStore(store).map(({ problem }) => problem)).toEqual([null]);
      const { people: _a, perDay: _b, ...expected } = sums(whole) as Record<string, unknown>;
      expect(sums(store)).toMatchObject(expected);
    } finally {
      other.close();
    }
  });

  it('is the same in a visit of which one part came before and one later', async () => {
    const front = new JournalMaker('front-desk');
    const of = { visit: 'v1', customer: zelda };
    front.add('checkin.recorded', checkin(of), { time: '2026-03-02T08:00:00.000Z' });
    keep(front);
    await erase(true);
    expect([...checkins(store)]).toMatchObject([{ customer: expect.stringMatching(/^erased-/), to: null }]);
    const out = checkout(of, '2026-03-02T08:00:00.000Z', '2026-03-02T09:00:00.000Z');
    front.add('checkout.recorded', out, { time: '2026-03-02T09:00:00.000Z' });
    keep(front, 2);
    expect([...checkins(store)]).toMatchObject([
      { to: '2026-03-02T09:00:00.000Z', passes: [expect.stringMatching(/^erased-/)] },
    ]);
    expect(
      placesOf(store, ['zelda']).filter((place) => place.startsWith('events') || place.startsWith('visits')),
    ).toEqual([]);
  });

  it('is told to controllers that ask as places in the chain, with their hashes', async () => {
    const front = new JournalMaker('front-desk');
    front.add('checkin.recorded', checkin({ visit: 'v1', customer: zelda }), { time: '2026-03-02T08:00:00.000Z' });
    front.add('door.opened');
    keep(front);
    const hash = store.db.prepare('SELECT hash FROM events WHERE seq = 1').pluck().get();
    await erase(true);
    const texts = new JournalsKept(store).texts('front-desk', epochOne, 0, 10, 100_000);
    expect(JSON.parse(texts[0] ?? '')).toEqual({ hash, lost: 'erased', seq: 1, through: 1 });
    expect(JSON.parse(texts[1] ?? '')).toEqual(front.events[1]);
  });

  it('does not come back: neither by a change nor by an import', async () => {
    await erase();
    expect(() => change([{ does: 'put', kind: 'customers', id: zelda, record: { name: 'Zoe' } }])).toThrow(
      /customers zelda.quux: erased with a person/,
    );
    expect(() => importReplica(store, document(9), { force: false, nowMs: startMs })).toThrow(
      /take them out of the document/,
    );
  });

  it('can be erased once more, by an erasure that was cut short', () => {
    const front = new JournalMaker('front-desk');
    live(front, 2, 4);
    keep(front);
    erasePerson(store, zelda, { origin, siteKey, force: true });
    new ErasureSteps(store).step(startMs);
    const after = bench.open();
    const steps = new ErasureSteps(after);
    while (steps.step(startMs));
    expect(placesOf(after, ['zelda']).filter((place) => /^(events|visits|pass_uses)/.test(place))).toEqual([]);
  });
});

describe('an erasure is refused', () => {
  it('while the person is inside, or has charges that nobody decided on, unless it is meant', async () => {
    const front = new JournalMaker('front-desk');
    front.add('checkin.recorded', checkin({ visit: 'v1', customer: zelda }), { time: new Date(startMs).toISOString() });
    keep(front);
    expect(() => erasePerson(store, zelda, { origin, siteKey })).toThrow(/zelda.quux is inside riverside since/);
    live(front, 1, 1);
    keep(front, 2);
    const out = checkout({ visit: 'v1', customer: zelda }, '2026-03-02T08:00:00.000Z', '2026-03-02T09:00:00.000Z');
    front.add('checkout.recorded', out, { time: '2026-03-02T09:00:00.000Z' });
    keep(front, front.events.length);
    const open = [...charges(store, { customer: zelda })].length;
    const expected = open === 0 ? null : /nobody has decided on/;
    expect(open).toBeGreaterThan(0);
    expect(() => erasePerson(store, zelda, { origin, siteKey })).toThrow(expected ?? '');
    expect((await erase(true)).charges).toBe(open);
  });

  it('of somebody whom nobody knows, and a look changes nothing', () => {
    expect(() => erasePerson(store, 'nobody', { origin, siteKey })).toThrow(/knows no customer and no visitor nobody/);
    const before = store.db.prepare('SELECT total_changes()').pluck().get();
    expect(erasePerson(store, zelda, { origin, siteKey, preview: true })).toMatchObject({ visits: 0, revision: 1 });
    expect(store.db.prepare('SELECT total_changes()').pluck().get()).toBe(before);
  });
});

describe('an export', () => {
  it('has everything about the person but what a credential says, and nobody else at work', () => {
    const front = new JournalMaker('front-desk');
    live(front, 1, 2);
    keep(front);
    change([{ does: 'put', kind: 'customers', id: zelda, record: { name: `${zelda} Longname`, disabled: true } }]);
    const found = exportPerson(store, zelda, startMs);
    expect(Object.keys(found.records)).toEqual(['customers', 'passes', 'credentials', 'planUsage']);
    expect(found.visits.length).toBe([...checkins(store, { customer: zelda })].length);
    expect(found.audit).toHaveLength(1);
    const person = personOf(store, zelda);
    const { items, through } = personEvents(store, person, siteKey, 0, 10_000);
    expect(through).toBeNull();
    const mine = front.events.filter(({ data }) => JSON.stringify(data).includes(zelda));
    expect(items).toHaveLength(mine.length);
    const text = JSON.stringify([found, items]);
    expect(text).not.toContain(cardOf(zelda));
    expect(text).not.toContain('"sam"');
    expect(text).not.toContain('pass-of-ben');
  });

  it('of a visitor has their stays', () => {
    const front = new JournalMaker('front-desk');
    live(front, 1, 2);
    keep(front);
    expect(exportPerson(store, 'guest-1', startMs)).toMatchObject({
      kind: 'visitors',
      records: { visitors: [{ name: 'Gustav Guestname' }] },
    });
    expect(personEvents(store, personOf(store, 'guest-1'), siteKey, 0, 10_000).items).toHaveLength(4);
    erasePerson(store, 'guest-1', { origin, siteKey });
    const steps = new ErasureSteps(store);
    while (steps.step(startMs));
    store.db.exec('DELETE FROM changes');
    expect(placesOf(store, ['guest-1', 'Gustav']).filter((place) => !place.includes('office.db'))).toEqual([]);
  });
});
