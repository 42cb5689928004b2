// `cardea decide` in words and as data: which row settled it, what it found, and on what it stands.

import { describe, expect, it } from 'vitest';
import { entranceRows, interiorRows } from '../../../access/entry/rows.ts';
import { type Explanation, explain } from '../../../daemon/explain/decision.ts';
import { looks } from '../../../daemon/explain/look/table.ts';
import { inWords } from '../../../daemon/explain/words.ts';
import { replayKey } from '../../../daemon/replay/document-replica.ts';
import { contract, pass, plan, timePass } from '../../support/records.ts';
import { accessPoint, MemorySite, type SiteParts, tapAt } from '../../support/site.ts';
import {
  type Asked,
  afternoon,
  ask,
  base,
  book,
  type Doc,
  dayOfAna,
  evening,
  settings,
  with_,
} from './explain-bench.ts';

const settledBy: readonly (readonly [what: string, reason: string, row: string, change: Doc, asked?: Asked])[] = [
  ['an unknown card', 'unknown-credential', 'C1', {}, { who: 'nobody' }],
  ['a blocked card', 'credential-blocked', 'C2', {}, { who: 'cleo' }],
  ['staff', 'staff', 'C3', {}, { who: 'sam' }],
  [
    'a disabled account',
    'account-disabled',
    'C4',
    { credentials: with_(base.credentials, 'c-cleo', { status: 'active' }) },
    { who: 'cleo' },
  ],
  ['a closed space', 'closed', 'C5', {}, { at: evening }],
  ['no right', 'not-authorised', 'C6', {}, { door: { id: 'lab' } }],
  ['a frozen contract', 'contract-frozen', 'C15', {}, { who: 'ben' }],
  ['outside the slot', 'pass-outside-timeslot', 'C16', {}],
  ['no pass', 'no-pass', 'C17', {}, { who: 'dan' }],
  ['a pass', 'pass', 'C13', dayOfAna],
  ['a plan', 'plan', 'C12', {}, { who: 'ben', at: '2026-03-24T16:00:00+01:00' }],
  ['a booking over a denial', 'booking', 'booking', { bookings: [book] }],
  ['a flagged door', 'flagged', 'policy', {}, { door: { policy: 'open-and-flag' } }],
  ['an interior door', 'no-pass-needed', 'interior', {}, { door: { kind: 'interior' } }],
  ['a visitor not approved', 'visitor-not-approved', 'C10', {}, { who: 'vic', at: '2026-03-02T13:50:00+01:00' }],
  ['a visitor elsewhere', 'not-authorised', 'C6', {}, { who: 'vic', door: { space: 'rome' } }],
  [
    'a visitor',
    'visitor',
    'C9',
    { visitors: with_(base.visitors, 'vic', { approval: 'approved' }) },
    { who: 'vic', at: '2026-03-02T13:50:00+01:00' },
  ],
  ["a visitor's way out", 'exit', 'departs', {}, { who: 'vic', direction: 'out' }],
  ['the way out of an unknown card', 'exit', 'free', {}, { who: 'nobody', direction: 'out' }],
  ['the way out of a blocked card', 'exit', 'O5', {}, { who: 'cleo', direction: 'out' }],
  [
    'a way out for known cards',
    'credential-blocked',
    'C2',
    {},
    { who: 'cleo', direction: 'out', door: { exit: 'known' } },
  ],
  ['a space that the replica does not have', 'unknown-credential', 'holder', {}, { door: { space: 'oslo' } }],
];

describe('the row that settled it', () => {
  for (const [what, reason, row, change, asked] of settledBy) {
    it(what, () => {
      const found = ask(change, asked);
      expect([found.reason, found.rows.at(-1)?.row]).toEqual([reason, row]);
      expect(found.rows.filter(({ settled }) => settled)).toHaveLength(1);
      expect(found.rows.every(({ found: words }) => words !== '')).toBe(true);
    });
  }

  it('each rule that was looked at is there, also whether it is staff', () => {
    expect(
      ask({}, { who: 'dan' })
        .rows.map(({ row }) => row)
        .slice(0, 5),
    ).toEqual(['C1', 'C2', 'C3', 'C4', 'C5']);
    expect(ask({}, { who: 'vic' }).rows.map(({ row }) => row)).toContain('C3');
  });

  it('every row can tell what it found', () => {
    for (const { name } of [...entranceRows, ...interiorRows]) expect(Object.keys(looks)).toContain(name);
  });

  it('of a credential whose customer is gone is the one that missed the holder', () => {
    const site = new MemorySite({ holder: { kind: 'customer', id: 'gone' } });
    expect(tapAt(site, afternoon).rows).toEqual(['C1', 'C2', 'holder']);
    expect(tapAt(new MemorySite({ unknown: true }), afternoon).rows).toEqual(['C1']);
  });
});

describe('the mode of the door', () => {
  const unlockSchedules = [{ accessPoint: 'door', days: ['mon'], from: '15:00', to: '17:00' }];
  const sam = { by: 'sam', untilMs: Date.parse('2026-03-02T16:30:00+01:00'), spaceWide: false };

  it('is what its schedule says at that instant', () => {
    expect(ask({ unlockSchedules })).toMatchObject({ decision: 'granted', reason: 'schedule' });
    expect(ask({ unlockSchedules }, { at: '2026-03-02T17:30:00+01:00' }).decision).toBe('denied');
  });

  it('is what somebody has set, until it ends', () => {
    expect(ask({ unlockSchedules }, { set: { locked: sam } })).toMatchObject({ decision: 'denied', reason: 'locked' });
    const unlocked = ask({}, { set: { unlocked: sam } });
    expect(unlocked).toMatchObject({ reason: 'command', events: [{ data: { by: 'sam' } }, {}] });
    expect(ask({}, { set: { unlocked: sam }, at: '2026-03-02T16:40:00+01:00' }).decision).toBe('denied');
  });
});

describe('what it stands on', () => {
  const parts: SiteParts = {
    timePasses: [timePass('hours', { minutesIncluded: 120 })],
    passes: [pass('p', 'hours')],
    plans: [
      plan('flex', { limits: { daysPerWeek: 3, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null } }),
    ],
    contracts: [contract('flex')],
  };
  const question = (site: MemorySite, at: string): Explanation =>
    explain({
      facts: site,
      journal: {
        file: 'journal.db',
        controller: 'front-desk',
        epoch: 'e',
        through: 17,
        lastAt: '2026-03-02T10:30:00.000Z',
      },
      accessPoint: accessPoint(),
      settings,
      timeZone: 'Europe/Berlin',
      direction: 'in',
      credential: 'card:04A1B2C1',
      credentialKey: replayKey,
      atMs: Date.parse(at),
    });

  it('says which revision, and that a document has no local use', () => {
    const found = ask({});
    expect(found.revision).toBe(7);
    expect(found.counted).toMatchObject({ revision: 7, journal: null, passUse: [] });
    expect(inWords(found, 'Europe/Berlin').at(-1)).toBe(
      'Counted: replica revision 7; no local use, for a document has none.',
    );
  });

  it('says of a past instant that it is answered with what is counted today', () => {
    const site = new MemorySite(parts);
    tapAt(site, '2026-03-02T10:00:00+01:00');
    const found = question(site, '2026-03-02T09:00:00+01:00');
    expect(found.counted).toMatchObject({ past: true, visit: null });
    const words = inWords(found, 'Europe/Berlin').join('\n');
    expect(words).toMatch(/past.*NOT what was known then/);
    expect(words).not.toContain('the visit open');
    expect(question(site, '2026-03-02T12:00:00+01:00').counted).toMatchObject({
      past: false,
      visit: { id: expect.any(String) },
    });
    expect(question(site, '2026-03-05T12:00:00+01:00').counted).toMatchObject({ past: false, visit: null });
  });

  it('lists the local use that it counted', () => {
    const site = new MemorySite(parts);
    tapAt(site, '2026-03-02T10:00:00+01:00');
    tapAt(site, '2026-03-02T11:30:00+01:00', { direction: 'out' });
    const found = question(site, '2026-03-02T12:00:00+01:00');
    expect(found.counted).toMatchObject({ journal: { through: 17 }, passUse: [{ pass: 'p', minutes: 90 }] });
    expect(found.rows.at(-1)?.found).toContain('30 minutes left');
    expect(inWords(found, 'Europe/Berlin').at(-1)).toContain('record 17 of front-desk: 90 min of pass p');
  });

  it('takes a visit for open at no instant before it began, and for closed after its cut-off', () => {
    const site = new MemorySite(parts);
    tapAt(site, '2026-03-02T10:00:00+01:00');
    expect(question(site, '2026-03-02T12:00:00+01:00').reason).toBe('re-entry');
    expect(question(site, '2026-03-02T09:00:00+01:00').reason).toBe('pass');
    expect(question(site, '2026-03-03T09:00:00+01:00').reason).toBe('pass');
  });
});

it('in words says who, where, when, and what to change', () => {
  const lines = inWords(ask({}), 'Europe/Berlin');
  expect(lines[0]).toBe('The door stays shut: the pass is not valid at this time (pass-outside-timeslot).');
  expect(lines[1]).toBe('customer ana, at door (berlin), on the way in, Mon, 2 Mar 2026, 16:00 Europe/Berlin.');
  expect(lines).toContain('The door would open if');
  expect(lines.join('\n')).toContain('… ana held a pass of day, on sale for 20.00 EUR (pass)');
  expect(lines).toContain('With nothing changed, this door opens next: Tue, 3 Mar 2026, 09:00 (on a pass).');
});

describe('an unlock schedule', () => {
  const schedule = { accessPoint: 'door', days: ['mon'], from: '15:00', to: '17:00' };

  it('answers as the door would, and says until when', () => {
    const found = ask({ unlockSchedules: [schedule] }, { who: 'dan' });
    expect([found.decision, found.reason]).toEqual(['granted', 'schedule']);
    expect(found.door).toMatchObject({ mode: 'unlocked', source: 'schedule', until: '2026-03-02T16:00:00.000Z' });
    expect(inWords(found, 'Europe/Berlin').join('\n')).toContain(
      'unlocked by its schedule until Mon, 2 Mar 2026, 17:00',
    );
  });

  it('is when the door opens next for whoever has no pass', () => {
    const found = ask({ unlockSchedules: [schedule] }, { who: 'dan', at: '2026-03-03T12:00:00+01:00' });
    expect(found.nextOpen).toEqual({ at: '2026-03-09T14:00:00.000Z', reason: 'schedule' });
  });

  it('that waits for the first entry is not in force, and is told', () => {
    const found = ask({ unlockSchedules: [{ ...schedule, afterFirstEntry: true }] }, { who: 'dan' });
    expect(found).toMatchObject({ decision: 'denied', door: { mode: 'controlled', waitsForFirstEntry: true } });
    expect(inWords(found, 'Europe/Berlin').join('\n')).toContain('waits for the first entry');
  });

  it('is suspended by a mode that somebody set, until that ends', () => {
    const lockdown = { by: 'sam', untilMs: Date.parse('2026-03-02T16:30:00+01:00'), spaceWide: false };
    const found = ask({ unlockSchedules: [schedule] }, { who: 'dan', set: { lockdown } });
    expect(found.reason).toBe('lockdown');
    expect(found.nextOpen).toEqual({ at: '2026-03-02T15:30:00.000Z', reason: 'schedule' });
  });
});
