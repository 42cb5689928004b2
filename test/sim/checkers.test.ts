// The checkers against hand-written records: each says what it is for, and nothing of what is right.

import { describe, expect, it } from 'vitest';
import { canonical, hashOf } from './check/canonical.ts';
import { CommandCheck } from './check/commands.ts';
import { checkOversold } from './check/oversold.ts';
import type { Recorded } from './check/record.ts';
import { unionOf } from './check/union.ts';
import { VisitCheck } from './check/visits.ts';

let seq = 0;

function record(type: string, data: Recorded['data'], more: Partial<Recorded> = {}): Recorded {
  seq += 1;
  const clock = { boot: 'b', sinceBootMs: seq * 1_000, synchronised: true };
  const place = { id: `e${seq}`, site: 's', controller: 'c1', epoch: 'e', seq, prev: '' };
  return { ...place, type, time: '2026-03-02T08:00:00.000Z', clock, data, ...more };
}

function checkout(visit: string, from: string, to: string, more: Readonly<Record<string, unknown>> = {}): Recorded {
  const stay = { visit, customer: 'ana', space: 'main', from: `2026-03-02T${from}Z`, to: `2026-03-02T${to}Z` };
  const settled = { auto: false, usage: [], uncoveredMinutes: 0, invoiced: true, review: false };
  return record('checkout.recorded', { ...stay, ...settled, ...more });
}

function visitsOf(...records: readonly Recorded[]): string[] {
  const found: string[] = [];
  const check = new VisitCheck((_, words) => found.push(words));
  for (const one of records) check.record(one);
  check.end();
  return found;
}

function usesOf(...records: readonly Recorded[]): string[] {
  const found: string[] = [];
  const supply = (pass: string) => (pass === 'unheard-of' ? undefined : { minutes: pass === 'day' ? null : 60 });
  checkOversold(unionOf(records), supply, (_, words) => found.push(words));
  return found;
}

function onDay(visit: string, customer: string, businessDay: string): Recorded {
  const stay = { visit, customer, space: 'main', businessDay };
  return record('checkin.recorded', { ...stay, pass: 'day', uses: true });
}

function oversold(visit: string, customer: string, more: Readonly<Record<string, unknown>> = {}): Recorded {
  const data = { visit, customer, pass: 'day', ...more };
  return record('pass.oversold', data, { controller: 'office', time: '2026-03-02T09:00:00.000Z' });
}

describe('canonical form', () => {
  it('sorts keys by code units, and writes numbers and texts as RFC 8785 does', () => {
    const value = JSON.parse(
      '{"\\u20ac":1e21,"\\r":[0.10,-0,1E-7],"1":"\\u000f\\u001fA","\\ud83d\\ude00":null,"a":{"b":true}}',
    );
    expect(canonical(value)).toBe('{"\\r":[0.1,0,1e-7],"1":"\\u000f\\u001fA","a":{"b":true},"€":1e+21,"😀":null}');
  });

  it('gives the hash of the genesis of the page about the wire', () => {
    const genesis = { format: 'cardea-journal/1', site: 'riverside', controller: 'front-desk' };
    const hash = hashOf({ ...genesis, epoch: '0b0e7a52-6d0f-4a52-9a39-0d3a3c1f8a11' });
    expect(hash).toBe('554b4cab190240c52119d82de007393f6d646b05b0734434ab6954cc02ebbd47');
  });
});

describe('commands', () => {
  it('are carried out once, wherever', () => {
    const found: string[] = [];
    const check = new CommandCheck((_, words) => found.push(words));
    check.record(record('command.applied', { command: { id: 'a', type: 'unlock' } }));
    check.record(record('command.applied', { command: { id: 'b', type: 'unlock' } }));
    check.record(record('command.refused', { command: { id: 'a', type: 'unlock' } }));
    check.record(record('command.applied', { command: { type: 'unlock' } }));
    expect(found).toEqual([]);
    check.record(record('command.applied', { command: { id: 'a', type: 'unlock' } }, { controller: 'c2' }));
    expect(found).toHaveLength(1);
  });
});

describe('visits', () => {
  it('may follow each other, and use what their pass has', () => {
    const use = { usage: [{ pass: 'hour', minutes: 60 }] };
    const day = { usage: [{ pass: 'day', businessDay: '2026-03-02' }] };
    const more = checkout('v2', '10:00:00', '11:00:00', day);
    const again = checkout('v3', '12:00:00', '13:00:00', day);
    expect(visitsOf(checkout('v1', '09:00:00', '10:00:00', use), more, again)).toEqual([]);
  });

  it.each([
    ['overlap', [checkout('v1', '09:00:00', '10:00:00'), checkout('v2', '09:30:00', '11:00:00')]],
    ['end before they begin', [checkout('v1', '10:00:00', '09:00:00')]],
    ['count more than they last', [checkout('v1', '09:00:00', '09:10:00', { uncoveredMinutes: 12 })]],
  ])('never %s', (_, records) => {
    expect(visitsOf(...records)).toHaveLength(1);
  });

  it('are not compared across a clock that was set', () => {
    const stepped = record('clock.stepped', { byMs: -3_600_000 });
    expect(visitsOf(checkout('v1', '09:00:00', '10:00:00'), stepped, checkout('v2', '09:30:00', '11:00:00'))).toEqual(
      [],
    );
  });

  it('count the evening before the cut-off where an exit proves it later', () => {
    const evening = checkout('v1', '09:00:00', '11:00:00', { auto: true, review: true });
    const door = record('checkin.recorded', { visit: 'v2', customer: 'ana', source: 'door' });
    const night = checkout('v2', '11:00:00', '11:30:00', { uncoveredMinutes: 150 });
    expect(visitsOf(evening, door, night)).toEqual([]);
    expect(visitsOf(evening, night)).toHaveLength(1);
  });
});

describe('passes', () => {
  it('may be used for what they have', () => {
    const use = { usage: [{ pass: 'hour', minutes: 60 }] };
    const day = { usage: [{ pass: 'day', businessDay: '2026-03-02' }] };
    const again = checkout('v3', '12:00:00', '13:00:00', day);
    expect(
      usesOf(checkout('v1', '09:00:00', '10:00:00', use), checkout('v2', '10:00:00', '11:00:00', day), again),
    ).toEqual([]);
  });

  it('count once, where two journals end a visit', () => {
    const use = { usage: [{ pass: 'hour', minutes: 60 }] };
    const cutOff = checkout('v1', '09:00:00', '12:00:00', { ...use, auto: true });
    expect(usesOf(cutOff, checkout('v1', '09:00:00', '10:00:00', use))).toEqual([]);
  });

  it.each([
    [
      'more minutes than there are',
      [checkout('v1', '09:00:00', '12:00:00', { usage: [{ pass: 'hour', minutes: 62 }] })],
    ],
    ['two days', [onDay('v1', 'ana', '2026-03-02'), onDay('v2', 'ana', '2026-03-03')]],
    ['two people on one day', [onDay('v1', 'ana', '2026-03-02'), onDay('v2', 'bob', '2026-03-02')]],
    ['what there never was', [checkout('v1', '09:00:00', '10:00:00', { usage: [{ pass: 'unheard-of', minutes: 1 }] })]],
    ['what is called too much and is not', [onDay('v1', 'ana', '2026-03-02'), oversold('v1', 'ana')]],
    [
      'the first use, called too much',
      [onDay('v1', 'ana', '2026-03-02'), onDay('v2', 'bob', '2026-03-02'), oversold('v1', 'ana')],
    ],
  ])('are never used for %s', (_, records) => {
    expect(usesOf(...records)).not.toEqual([]);
  });

  it('may be used too much where the office says so, and not where it took that back', () => {
    const used = [onDay('v1', 'ana', '2026-03-02'), onDay('v2', 'bob', '2026-03-02')];
    expect(usesOf(...used, oversold('v2', 'bob'))).toEqual([]);
    expect(usesOf(...used, oversold('v2', 'bob'), oversold('v2', 'bob', { withdrawn: true }))).toHaveLength(1);
    const hours = { usage: [{ pass: 'hour', minutes: 60 }] };
    const both = [checkout('v1', '09:00:00', '10:00:00', hours), checkout('v2', '09:10:00', '10:10:00', hours)];
    expect(usesOf(...both)).toHaveLength(1);
    expect(usesOf(...both, oversold('v2', 'ana', { pass: 'hour', minutes: 60 }))).toEqual([]);
  });

  it('are used by one of several visits that ways out after one cut-off proved', () => {
    const proved = (visit: string, day: string) => {
      const stay = { visit, customer: 'ana', space: 'main', businessDay: '2026-03-02', since: '2026-03-02T00:00:00Z' };
      return record('checkin.recorded', { ...stay, pass: day, uses: true });
    };
    expect(unionOf([proved('v1', 'day'), proved('v2', 'other')]).uses.map(({ pass }) => pass)).toEqual(['day']);
  });
});
