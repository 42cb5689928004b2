// The merge as a table: what doors recorded, and which visits that is. Each row holds in whatever order the records come.

import { describe, expect, it } from 'vitest';
import { type CheckInData, type CheckOutData, dataOf } from '../../../access/merge/data.ts';
import { judgeUses, type PassUse } from '../../../access/merge/oversold.ts';
import type { SharedRecord } from '../../../access/merge/record.ts';
import { tellPeers } from '../../../access/merge/told.ts';
import { mergeVisits } from '../../../access/merge/visits.ts';

const dayStartMs = Date.parse('2026-03-02T00:00:00Z');
const closesMs = dayStartMs + 24 * 3_600_000;

/** `a 9:00 in v1`, `b 9:30 out v1`, `a 24:00 auto v1`, `b 9:30 orphan`, `b 9:10 seen v1`, `a 9:45 merged v1 9:30`, `b 9:00 present`. */
function record(line: string, seq: number): SharedRecord {
  const [controller = '', time = '', what = '', visit = '', to] = line.split(' ');
  const space = visit.endsWith('x') ? 'annex' : 'berlin';
  const of = { visit, customer: 'ana', space };
  const timeMs = at(time);
  const place = {
    holder: 'customer:ana',
    controller,
    epoch: `of ${controller}`,
    seq,
    timeMs,
    boot: '',
    sinceBootMs: 0,
  };
  const ended = { ...of, from: iso(dayStartMs), to: iso(at(to ?? time)), usage: [] };
  const shapes: Readonly<Record<string, readonly [string, SharedRecord['data']]>> = {
    in: ['checkin.recorded', { ...of, pass: null, coverage: 'plan' }],
    out: ['checkout.recorded', { ...ended, auto: false }],
    auto: ['checkout.recorded', { ...ended, auto: true }],
    merged: ['checkout.recorded', { ...ended, auto: false, merged: true }],
    orphan: ['checkout.orphan', { customer: 'ana', space: 'berlin' }],
    seen: ['access.granted', { visit }],
    present: ['access.granted', { present: { space: 'berlin', until: iso(closesMs) } }],
    absent: ['access.denied', { absent: true }],
  };
  const [type, data] = shapes[what] ?? ['', {}];
  return { ...place, type, data };
}

function at(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return dayStartMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function clock(ms: number): string {
  const minutes = Math.floor((ms - dayStartMs) / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `v1 9:00-9:30 tap by b`, `v1 9:00-` while it is open; `unsettled` where no record says so; then the presence. */
function told(records: readonly SharedRecord[]): string[] {
  const { visits, ends, presence } = mergeVisits(records, () => closesMs);
  const lines = visits.map(({ checkIn, end, lastSeenMs }) => {
    const head = `${dataOf<CheckInData>(checkIn).visit} ${clock(checkIn.timeMs)}-`;
    if (end === null) return lastSeenMs > checkIn.timeMs ? `${head} seen ${clock(lastSeenMs)}` : head;
    return `${head}${clock(end.atMs)} ${end.how} ${end.record === null ? 'unsettled' : `by ${end.record.controller}`}`;
  });
  const lost = ends.map((end) => `${dataOf<CheckOutData>(end).visit} ended`);
  return [...lines, ...lost, ...(presence === null ? [] : [presence.kind])];
}

describe('visits of one person', () => {
  it.each([
    ['in and out at one door', ['a 9:00 in v1', 'a 10:00 out v1'], ['v1 9:00-10:00 tap by a']],
    ['in at one, out at another', ['a 9:00 in v1', 'b 10:00 out v1'], ['v1 9:00-10:00 tap by b']],
    ['inside, and seen at another', ['a 9:00 in v1', 'b 9:30 seen v1'], ['v1 9:00- seen 9:30']],
    ['in at both', ['a 9:00 in v1', 'b 10:00 in v2'], ['v1 9:00-10:00 tap unsettled', 'v2 10:00-']],
    [
      'in at both, settled since',
      ['a 9:00 in v1', 'b 10:00 in v2', 'a 11:00 merged v1 10:00'],
      ['v1 9:00-10:00 tap by a', 'v2 10:00-'],
    ],
    [
      'in at both, out of the first',
      ['a 9:00 in v1', 'b 10:00 in v2', 'a 11:00 out v1'],
      ['v1 9:00-10:00 tap unsettled', 'v2 10:00-11:00 tap unsettled'],
    ],
    ['an exit that no visit was known of', ['a 9:00 in v1', 'b 10:00 orphan'], ['v1 9:00-10:00 tap unsettled']],
    [
      'such an exit, and a way in after it',
      ['a 9:00 in v1', 'b 10:00 orphan', 'b 11:00 in v2', 'a 12:00 out v1'],
      ['v1 9:00-10:00 tap unsettled', 'v2 11:00-12:00 tap unsettled'],
    ],
    ['an exit, and one more tap out', ['a 9:00 in v1', 'b 10:00 out v1', 'b 10:05 orphan'], ['v1 9:00-10:00 tap by b']],
    ['two exits: the later one', ['a 9:00 in v1', 'b 10:00 out v1', 'a 11:00 out v1'], ['v1 9:00-11:00 tap by a']],
    [
      'a cut-off, and a tap that was heard of late',
      ['a 9:00 in v1', 'a 24:00 auto v1', 'b 10:00 out v1'],
      ['v1 9:00-10:00 tap by b'],
    ],
    ['a cut-off alone', ['a 9:00 in v1', 'a 24:00 auto v1'], ['v1 9:00-24:00 cut-off by a', 'presumed']],
    [
      'a cut-off, and a denied way in after it',
      ['a 9:00 in v1', 'a 24:00 auto v1', 'b 25:00 absent'],
      ['v1 9:00-24:00 cut-off by a'],
    ],
    [
      'a cut-off that nobody recorded, and a way in on the next day',
      ['a 9:00 in v1', 'b 33:00 in v2'],
      ['v1 9:00-24:00 cut-off unsettled', 'v2 33:00-'],
    ],
    [
      'in at another space',
      ['a 9:00 in v1', 'b 10:00 out v1', 'b 10:00 in v2x'],
      ['v1 9:00-10:00 tap by b', 'v2x 10:00-'],
    ],
    ['an exit of another space', ['a 9:00 in v1', 'c 10:00 out v9x'], ['v1 9:00-', 'v9x ended']],
    [
      'out by a clock that is ahead, then in',
      ['a 8:00 in v1', 'b 9:00:04 out v1', 'a 9:00 in v2'],
      ['v1 8:00-9:00 tap by b', 'v2 9:00-'],
    ],
    ['in without a visit', ['b 9:00 present'], ['no-visit']],
    ['in without a visit, and out', ['b 9:00 present', 'a 10:00 absent'], []],
    ['out of a visit whose beginning is not known', ['b 10:00 out v1'], ['v1 ended']],
  ])('%s', (_, lines, expected) => {
    const records = lines.map(record);
    expect(told(records)).toEqual(expected);
    expect(told([...records].reverse())).toEqual(expected);
    expect(told([...records, ...records])).toEqual(expected);
  });
});

describe('uses of one pass', () => {
  const use = (line: string, seq: number): PassUse => {
    const [controller = '', time = '', visit = '', customer = '', amount = '', revision = '1', remaining = ''] =
      line.split(' ');
    const day = amount.startsWith('d') ? `2026-03-0${amount.slice(1)}` : null;
    const place = { controller, epoch: `of ${controller}`, seq, timeMs: at(time) };
    const had = remaining === '' ? null : Number(remaining);
    return {
      visit,
      customer,
      businessDay: day,
      minutes: day === null ? Number(amount) : 0,
      place,
      revision: Number(revision),
      remaining: had,
      office: false,
    };
  };

  it.each([
    ['one day, twice', ['a 9:00 v1 ana d2', 'b 11:00 v2 ana d2'], []],
    ['one day, two people', ['a 9:00 v1 ana d2', 'b 11:00 v2 bob d2'], ['v2']],
    ['two days', ['a 33:00 v1 ana d3', 'b 9:00 v2 ana d2'], ['v1']],
    ['three people', ['a 9:00 v1 ana d2', 'b 8:00 v2 bob d2', 'c 10:00 v3 eve d2'], ['v1', 'v3']],
    ['two days, the second on a replica that includes the first', ['a 9:00 v1 ana d2', 'b 33:00 v2 ana d3 2'], []],
    ['minutes that it had', ['a 9:00 v1 ana 50 1 90', 'b 10:00 v2 bob 40 1 90'], []],
    ['minutes that it had, but for rounding', ['a 9:00 v1 ana 51 1 90', 'b 10:00 v2 bob 41 1 90'], []],
    ['minutes that it had not', ['a 9:00 v1 ana 60 1 90', 'b 10:00 v2 bob 50 1 90'], ['v2 20']],
    ['minutes, by a replica that includes the first', ['a 9:00 v1 ana 60 1 90', 'b 10:00 v2 bob 50 2 50'], []],
    ['minutes, of which nobody says how many it had', ['a 9:00 v1 ana 600', 'b 10:00 v2 bob 500'], []],
  ])('%s', (_, lines, expected) => {
    const uses = lines.map(use);
    const includes = (revision: number, epoch: string): boolean => revision >= 2 && epoch === 'of a';
    for (const order of [uses, [...uses].reverse()]) {
      const found = judgeUses(order, includes).oversold.map(({ visit, minutes }) =>
        minutes === null ? visit : `${visit} ${minutes}`,
      );
      expect(found.sort()).toEqual(expected);
    }
  });
});

describe('what a decision tells peers', () => {
  it('stands in the record that it belongs to, and nothing else is touched', () => {
    const access = { type: 'access.granted', data: { reason: 're-entry' } } as const;
    const other = { type: 'door.opened', data: {} } as const;
    const seen = { do: 'seen', visit: 'v1', at: { wallMs: 1, boot: 'b', sinceBootMs: 1 } } as const;
    expect(tellPeers([access, other], [seen])).toEqual([
      { ...access, data: { reason: 're-entry', visit: 'v1' } },
      other,
    ]);
    expect(tellPeers([other], [seen])).toEqual([other]);
    expect(tellPeers([access], [])).toEqual([access]);
  });
});
