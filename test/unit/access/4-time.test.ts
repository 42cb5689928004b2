// rules.md section 4: zones, slots and business days at the days that are not like others.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessDayAt } from '../../../access/time/business-day.ts';
import { dateOfDay, dayOfDate } from '../../../access/time/date.ts';
import { inSlots, slotsEnd, slotsOfDay } from '../../../access/time/slots.ts';
import { ZoneError, zoneOf } from '../../../access/time/zone.ts';
import { slot } from '../../support/records.ts';

const hour = 3_600_000;
const at = (time: string) => Date.parse(time);
const iso = (ms: number) => new Date(ms).toISOString();

describe('business days', () => {
  it.each<[string, string, string, string, string, string, number]>([
    ['an ordinary day', 'Europe/Berlin', '00:00', '2026-03-02T12:00:00Z', '2026-03-02', '2026-03-01T23:00:00.000Z', 24],
    [
      'a day of 23 hours',
      'Europe/Berlin',
      '00:00',
      '2026-03-29T12:00:00Z',
      '2026-03-29',
      '2026-03-28T23:00:00.000Z',
      23,
    ],
    [
      'a day of 25 hours',
      'Europe/Berlin',
      '00:00',
      '2026-10-25T12:00:00Z',
      '2026-10-25',
      '2026-10-24T22:00:00.000Z',
      25,
    ],
    [
      'before a late cut-off',
      'Europe/Berlin',
      '03:00',
      '2026-03-03T01:59:59.999Z',
      '2026-03-02',
      '2026-03-02T02:00:00.000Z',
      24,
    ],
    [
      'at a late cut-off',
      'Europe/Berlin',
      '03:00',
      '2026-03-03T02:00:00Z',
      '2026-03-03',
      '2026-03-03T02:00:00.000Z',
      24,
    ],
    [
      'a cut-off in a gap: the first instant after it',
      'Europe/Berlin',
      '02:30',
      '2026-03-29T01:00:00Z',
      '2026-03-29',
      '2026-03-29T01:00:00.000Z',
      23.5,
    ],
    [
      'a cut-off in an overlap: the first occurrence',
      'Europe/Berlin',
      '02:30',
      '2026-10-25T00:30:00Z',
      '2026-10-25',
      '2026-10-25T00:30:00.000Z',
      25,
    ],
    [
      'a day without midnight',
      'Africa/Cairo',
      '00:00',
      '2026-04-23T22:00:00Z',
      '2026-04-24',
      '2026-04-23T22:00:00.000Z',
      23,
    ],
    [
      'the day before it',
      'Africa/Cairo',
      '00:00',
      '2026-04-23T21:59:59.999Z',
      '2026-04-23',
      '2026-04-22T22:00:00.000Z',
      24,
    ],
    [
      'a day with two midnights',
      'America/Havana',
      '00:00',
      '2026-11-01T05:30:00Z',
      '2026-11-01',
      '2026-11-01T04:00:00.000Z',
      25,
    ],
  ])('%s', (_, timeZone, dailyCutOff, time, label, start, hours) => {
    const day = businessDayAt({ timeZone, dailyCutOff }, at(time));
    expect([day.label, iso(day.startMs), (day.endMs - day.startMs) / hour]).toEqual([label, start, hours]);
  });

  it('tile time, whatever the zone, the cut-off and the instant', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'Africa/Cairo',
      'America/Havana',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'UTC',
    );
    const cutOffs = fc.constantFrom('00:00', '02:30', '03:00', '23:45');
    fc.assert(
      fc.property(
        zones,
        cutOffs,
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') }),
        (timeZone, dailyCutOff, ms) => {
          const day = businessDayAt({ timeZone, dailyCutOff }, ms);
          expect(day.startMs <= ms && ms < day.endMs).toBe(true);
          expect(businessDayAt({ timeZone, dailyCutOff }, day.startMs)).toEqual(day);
          expect(businessDayAt({ timeZone, dailyCutOff }, day.endMs).startMs).toBe(day.endMs);
          expect(businessDayAt({ timeZone, dailyCutOff }, day.endMs - 1)).toEqual(day);
        },
      ),
      { seed: 41, numRuns: 400 },
    );
  });
});

describe('zones', () => {
  it('agree with the offsets that the runtime knows', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'Africa/Cairo', 'America/Havana', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(zones, fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') }), (id, ms) => {
        const shown = new Intl.DateTimeFormat('en-CA', { timeZone: id, dateStyle: 'short' }).format(ms);
        expect(dateOfDay(zoneOf(id).dayAt(ms))).toBe(shown);
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('find again the wall time of an instant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2020-01-01T00:00:00Z') / 60_000, max: at('2032-01-01T00:00:00Z') / 60_000 }),
        (m) => {
          const zone = zoneOf('Europe/Berlin');
          const ms = m * 60_000;
          const minute = ((ms + zone.offsetAt(ms)) / 60_000) % 1440;
          const found = zone.firstInstant(zone.dayAt(ms), minute);
          // In an overlap the first of two instants that show the same.
          expect([0, hour]).toContain(ms - found);
        },
      ),
      { seed: 43, numRuns: 300 },
    );
  });

  it('refuse a name that nobody knows', () => {
    expect(() => zoneOf('Mars/Olympus')).toThrow(ZoneError);
  });

  it('dates and days are each other', () => {
    for (const date of ['1969-12-31', '1970-01-01', '2024-02-29', '2026-03-29'])
      expect(dateOfDay(dayOfDate(date))).toBe(date);
  });
});

describe('slots', () => {
  const berlin = zoneOf('Europe/Berlin');
  it.each<[string, boolean, ReturnType<typeof slot>, string]>([
    ['its first instant is inside', true, slot('09:00', '14:00'), '2026-03-02T09:00:00+01:00'],
    ['its last is not', false, slot('09:00', '14:00'), '2026-03-02T14:00:00+01:00'],
    ['to 00:00 is the end of the day', true, slot('09:00', '00:00'), '2026-03-02T23:59:59+01:00'],
    ['and not later', false, slot('09:00', '00:00', ['mon']), '2026-03-03T00:00:00+01:00'],
    ['one that wraps belongs to its first day', true, slot('22:00', '02:00', ['mon']), '2026-03-03T01:59:00+01:00'],
    ['not to the next', false, slot('22:00', '02:00', ['mon']), '2026-03-03T22:00:00+01:00'],
    ['nor to the night before', false, slot('22:00', '02:00', ['mon']), '2026-03-02T01:00:00+01:00'],
    ['to equal to from wraps the whole day round', true, slot('09:00', '09:00', ['mon']), '2026-03-03T08:59:00+01:00'],
    ['Sunday into Monday', true, slot('22:00', '02:00', ['sun']), '2026-03-02T01:00:00+01:00'],
    ['an overlap is inside twice', true, slot('02:00', '02:30'), '2026-10-25T02:10:00+01:00'],
    ['and its other half outside', false, slot('02:00', '02:30'), '2026-10-25T02:40:00+02:00'],
  ])('%s', (_, inside, one, time) => expect(inSlots(berlin, [one], at(time))).toBe(inside));

  it('are empty inside a gap, and double inside an overlap', () => {
    expect(slotsOfDay(berlin, [slot('02:00', '03:00')], dayOfDate('2026-03-29'))).toEqual([]);
    const twice = slotsOfDay(berlin, [slot('02:00', '03:00')], dayOfDate('2026-10-25'));
    expect(twice.map((i) => (i.endMs - i.startMs) / hour)).toEqual([2]);
  });

  it('that touch are one stretch, over midnight too', () => {
    const slots = [slot('20:00', '00:00'), slot('00:00', '03:00')];
    expect(iso(slotsEnd(berlin, slots, at('2026-03-02T21:00:00+01:00'), at('2026-03-04T00:00:00Z')))).toBe(
      '2026-03-03T02:00:00.000Z',
    );
  });
});
