// What is done at the office's desk, at a site of two controllers: known at every door, by the rules of a door, whether or not the
// office runs then.

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { type Desk, deskOf } from '../../../sync/office/acts/act.ts';
import { checkInAtDesk, checkOutAtDesk } from '../../../sync/office/acts/by-hand.ts';
import { decideCharge } from '../../../sync/office/acts/charges.ts';
import { reviewVisit } from '../../../sync/office/acts/review.ts';
import { claimedEpoch, OwnJournal } from '../../../sync/office/merge/own-journal.ts';
import { charges, chargeTotals } from '../../../sync/office/visits/charges.ts';
import { type CheckinLine, checkins } from '../../../sync/office/visits/query.ts';
import { worklist } from '../../../sync/office/visits/worklist.ts';
import { ana, hour, replica, startMs } from './people.ts';
import { WiredSite } from './wired.ts';

const doors = { a: 'berlin', b: 'annex' };
const anasDay = { id: 'p1', timePass: 'day', customer: 'ana', source: 'sold' };
const minute = 60_000;
const sam = { by: 'sam' };
const at = (time: string): string => `2026-03-0${time}:00.000Z`;

let runs = 0;

/** Beside the running office, as a command is. */
function beside({ store, clock }: WiredSite): Desk {
  const random = seededRandom(`desk ${runs++}`);
  return { store, clock, random, journal: new OwnJournal(store, clock, random, claimedEpoch(store)) };
}

function running(...passes: readonly object[]): WiredSite {
  const site = new WiredSite({ doors, replica: { ...replica, passes }, startMs });
  site.startOffice();
  site.connect('a', 'b');
  site.clock.advance(minute);
  return site;
}

function lines({ store }: WiredSite): CheckinLine[] {
  return [...checkins(store)];
}

function sameEverywhere(site: WiredSite): void {
  const states = site.doors.map((door) => door.state(['ana', 'bob'], ['p1'], ['2026-03-02', '2026-03-03']));
  for (const state of states) expect(state).toEqual(states[0]);
  expect(site.doors.flatMap(({ errors }) => errors)).toEqual([]);
}

/** No record of the office's journals stands where another one does, and each names the one before. */
function wholeJournals({ store }: WiredSite): void {
  const gaps = store.db
    .prepare(
      `SELECT 1 FROM cursors c WHERE controller = 'office'
       AND through <> (SELECT count(*) FROM events e WHERE e.controller = 'office' AND e.epoch = c.epoch)`,
    )
    .all();
  expect(gaps).toEqual([]);
}

describe('a check-in at the desk', () => {
  it('is known at the doors: a tap there is a re-entry, and the way out ends it', () => {
    const site = running(anasDay);
    checkInAtDesk(beside(site), { customer: 'ana', space: 'berlin', ...sam });
    expect(lines(site)).toMatchObject([
      { customer: 'ana', source: 'manual', coverage: 'pass', passes: ['p1'], to: null },
    ]);
    site.clock.advance(minute);
    sameEverywhere(site);
    expect(site.door('a').tap('in', ana)).toMatchObject({ granted: true, reason: 're-entry' });
    site.clock.advance(hour);
    site.door('a').tap('out', ana);
    site.clock.advance(minute);
    expect(lines(site)).toMatchObject([{ source: 'manual', to: at('2T08:02'), passes: ['p1'], charges: [] }]);
    sameEverywhere(site);
    wholeJournals(site);
  });

  it('is refused while they are inside, for a pass that is used, and where nobody is known', () => {
    const site = running(anasDay);
    const desk = beside(site);
    checkInAtDesk(desk, { customer: 'ana', space: 'berlin', ...sam });
    expect(() => checkInAtDesk(desk, { customer: 'ana', space: 'berlin', ...sam })).toThrow(/checked in there already/);
    expect(() => checkInAtDesk(desk, { customer: 'eve', space: 'berlin', ...sam })).toThrow(/no customer eve/);
    expect(() => checkInAtDesk(desk, { customer: 'bob', space: 'moon', ...sam })).toThrow(/no space moon; there is/);
    expect(() => checkInAtDesk(desk, { customer: 'bob', space: 'berlin', ...sam })).toThrow('no-pass');
    const atMs = site.clock.now().wallMs + minute;
    expect(() => checkInAtDesk(desk, { customer: 'bob', space: 'berlin', atMs, ...sam })).toThrow(/still to come/);
    expect(lines(site)).toHaveLength(1);
  });

  it('that nobody ends is ended at the cut-off, and can be corrected once', () => {
    const site = running({ ...anasDay, timePass: 'near' });
    checkInAtDesk(beside(site), { customer: 'ana', space: 'berlin', ...sam });
    site.clock.advance(24 * hour);
    const [line] = lines(site);
    expect(line).toMatchObject({ auto: true, review: true, to: at('2T23:00') });
    sameEverywhere(site);
    const review = { visit: line?.visit ?? '', toMs: Date.parse(at('2T16:30')), ...sam };
    reviewVisit(beside(site), review);
    site.clock.advance(minute);
    expect(lines(site)).toMatchObject([{ auto: false, review: false, to: at('2T16:30'), passes: ['p1'] }]);
    expect([...worklist(site.store)]).toEqual([]);
    sameEverywhere(site);
    expect(() => reviewVisit(beside(site), review)).toThrow(/only an end at the cut-off can be corrected/);
  });
});

describe('a check-out at the desk', () => {
  it('ends a visit of a door that is away, and is known there once it is back', () => {
    const site = running(anasDay);
    site.door('a').tap('in', ana);
    site.clock.advance(minute);
    site.disconnect('a');
    site.clock.advance(hour);
    checkOutAtDesk(beside(site), { customer: 'ana', space: 'berlin', reason: 'left by the yard', ...sam });
    expect(lines(site)).toMatchObject([{ to: at('2T08:02'), passes: ['p1'], auto: false }]);
    site.connect('a');
    site.clock.advance(minute);
    sameEverywhere(site);
    expect(() => checkOutAtDesk(beside(site), { customer: 'ana', space: 'berlin', ...sam })).toThrow(/not checked in/);
    expect(lines(site)).toHaveLength(1);
  });

  it('of a time before the check-in is refused, of one since is taken', () => {
    const site = running(anasDay);
    site.door('a').tap('in', ana);
    site.clock.advance(2 * hour);
    const of = { customer: 'ana', space: 'berlin', ...sam };
    expect(() => checkOutAtDesk(beside(site), { ...of, atMs: startMs })).toThrow(/nobody leaves before that/);
    checkOutAtDesk(beside(site), { ...of, atMs: startMs + hour });
    site.clock.advance(minute);
    expect(lines(site)).toMatchObject([{ from: at('2T07:01'), to: at('2T08:00') }]);
    sameEverywhere(site);
  });
});

describe('while the office does not run', () => {
  it('acts are recorded all the same, in a journal of their own, and told later', () => {
    const site = new WiredSite({ doors, replica: { ...replica, passes: [anasDay] }, startMs });
    const random = seededRandom('alone');
    checkInAtDesk(deskOf(site.store, site.clock, random), { customer: 'ana', space: 'berlin', ...sam });
    site.clock.advance(minute);
    checkOutAtDesk(deskOf(site.store, site.clock, random), { customer: 'ana', space: 'berlin', ...sam });
    site.clock.advance(minute);
    checkInAtDesk(deskOf(site.store, site.clock, random), { customer: 'ana', space: 'annex', ...sam });
    site.startOffice();
    site.connect('a', 'b');
    site.clock.advance(2 * minute);
    sameEverywhere(site);
    expect(site.door('b').tap('in', ana)).toMatchObject({ granted: true, reason: 're-entry' });
    wholeJournals(site);
  });
});

describe('a proposed charge', () => {
  it('is confirmed, corrected or waived, once each, and the totals follow', () => {
    const near = {
      ...replica,
      timePasses: replica.timePasses.map((one) => ({ ...one, taxRate: '19', account: 'desks' })),
    };
    const spaces = near.spaces.map((one) => ({ ...one, payAsYouGo: { members: true, contacts: true } }));
    const site = new WiredSite({ doors, replica: { ...near, spaces }, startMs });
    site.startOffice();
    site.connect('a', 'b');
    site.door('a').tap('in', ana);
    site.clock.advance(hour);
    site.door('a').tap('out', ana);
    site.clock.advance(minute);
    const [charge] = charges(site.store);
    expect(charge).toMatchObject({ state: 'proposed', amount: '20.00', customer: 'ana', timePass: 'day' });
    const decide = (decision: Parameters<typeof decideCharge>[2], id = charge?.id ?? '') =>
      decideCharge(beside(site), id, decision, sam);
    decide({ do: 'confirm' });
    expect(() => decide({ do: 'confirm' })).toThrow(/is confirmed already, 20.00 EUR/);
    decide({ do: 'correct', amount: '11.9' });
    expect(chargeTotals(charges(site.store))).toEqual([
      {
        state: 'confirmed',
        account: 'desks',
        taxRate: '19',
        currency: 'EUR',
        charges: 1,
        gross: '11.90',
        tax: '1.90',
        net: '10.00',
      },
    ]);
    expect(lines(site)[0]?.charges).toMatchObject([{ amount: '11.90', proposed: '20.00', state: 'confirmed' }]);
    decide({ do: 'waive' });
    expect([...charges(site.store, { state: 'confirmed' })]).toEqual([]);
    expect(() => decide({ do: 'correct', amount: '1.234' })).toThrow(/no amount of EUR/);
    expect(() => decide({ do: 'waive' }, 'nothing')).toThrow(/no charge nothing/);
    expect(() => decideCharge(beside(site), charge?.id ?? '', { do: 'confirm' }, { by: ' ' })).toThrow(/who does it/);
  });
});
