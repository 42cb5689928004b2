import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Debounce, debounceFrom, dueMs, edge, forget, lost, settle } from '../../../drivers/debounce.ts';

/** `0` and `1` are edges to low and high, `?` edges that were lost, `.` the passing of time, each at a time in ms. */
type Happening = readonly [what: '0' | '1' | '?' | '.', atMs: number];

/** The levels that counted, first the one that was found so long before 0 that it counts there. */
function counted(debounceMs: number, first: boolean, happenings: readonly Happening[]): (boolean | null)[] {
  let state: Debounce = settle(debounceFrom(first, -debounceMs, debounceMs), 0);
  const seen = [state.stable];
  for (const [what, atMs] of happenings) {
    state = step(state, what, atMs);
    if (state.stable !== seen.at(-1)) seen.push(state.stable);
  }
  return seen;
}

function step(state: Debounce, what: Happening[0], atMs: number): Debounce {
  if (what === '.') return settle(state, atMs);
  return what === '?' ? lost(state, atMs) : edge(state, what === '1', atMs);
}

const rows: readonly [why: string, debounceMs: number, happenings: readonly Happening[], seen: readonly boolean[]][] = [
  ['nothing happens', 30, [['.', 1e9]], [false]],
  [
    'a level that lasts as long as the debounce',
    30,
    [
      ['1', 100],
      ['.', 130],
    ],
    [false, true],
  ],
  [
    'a level that has not lasted that long yet',
    30,
    [
      ['1', 100],
      ['.', 129.9],
    ],
    [false],
  ],
  [
    'a pulse that is shorter',
    30,
    [
      ['1', 100],
      ['0', 129.9],
      ['.', 500],
    ],
    [false],
  ],
  [
    'a pulse that is longer, read only when it is over',
    30,
    [
      ['1', 100],
      ['0', 131],
      ['.', 500],
    ],
    [false, true, false],
  ],
  [
    'a pulse as long as the longest debounce',
    400,
    [
      ['1', 100],
      ['0', 500],
      ['.', 900],
    ],
    [false, true, false],
  ],
  [
    'a hair less',
    400,
    [
      ['1', 100],
      ['0', 499.9],
      ['.', 900],
    ],
    [false],
  ],
  [
    'bouncing, and coming to rest',
    30,
    [
      ['1', 100],
      ['0', 103],
      ['1', 105],
      ['0', 106],
      ['1', 110],
      ['.', 139],
      ['.', 140],
    ],
    [false, true],
  ],
  [
    'bouncing on closing: the old level stands until the last edge has lasted',
    30,
    [
      ['1', 0],
      ['.', 30],
      ['0', 100],
      ['1', 129],
      ['0', 131],
      ['.', 160],
      ['.', 161],
    ],
    [false, true, false],
  ],
  [
    'two edges that were read as one: the level begins anew',
    30,
    [
      ['1', 100],
      ['1', 120],
      ['.', 149],
      ['.', 150],
    ],
    [false, true],
  ],
  [
    'an edge to the level that counts',
    30,
    [
      ['0', 100],
      ['.', 500],
    ],
    [false],
  ],
  [
    'edges that come late, in one go',
    30,
    [
      ['1', 100],
      ['0', 140],
      ['1', 141],
      ['0', 142],
      ['1', 143],
      ['.', 400],
    ],
    [false, true],
  ],
  [
    'lost edges: nobody knows how long the level lasted',
    30,
    [
      ['1', 100],
      ['?', 120],
      ['.', 149],
      ['.', 150],
    ],
    [false, true],
  ],
  [
    'lost edges before a change back',
    30,
    [
      ['1', 100],
      ['?', 129],
      ['0', 131],
      ['.', 500],
    ],
    [false],
  ],
  [
    'no debounce: every level counts',
    0,
    [
      ['1', 100],
      ['0', 100],
      ['1', 101],
      ['.', 101],
    ],
    [false, true, false, true],
  ],
  [
    'an edge that is dated before the last one',
    30,
    [
      ['1', 100],
      ['0', 90],
      ['.', 129],
      ['.', 500],
    ],
    [false],
  ],
];

describe('debounce', () => {
  it.each(rows)('%s', (_why, debounceMs, happenings, seen) => {
    expect(counted(debounceMs, false, happenings)).toEqual(seen);
    // The same of the other level.
    const other = { 0: '1', 1: '0', '?': '?', '.': '.' } as const;
    const turned = happenings.map(([what, atMs]): Happening => [other[what], atMs]);
    expect(counted(debounceMs, true, turned)).toEqual(seen.map((level) => !level));
  });

  it('sees a level exactly when it lasts as long as the debounce, whatever came before', () => {
    const spells = fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), spells, (debounceMs, lengths) => {
        const happenings: Happening[] = [];
        const expected = [false];
        let [level, atMs] = [false, 0];
        for (const lengthMs of lengths) {
          level = !level;
          happenings.push([level ? '1' : '0', atMs]);
          atMs += lengthMs;
          if (lengthMs >= debounceMs && level !== expected.at(-1)) expected.push(level);
        }
        happenings.push(['.', atMs]);
        expect(counted(debounceMs, false, happenings)).toEqual(expected);
      }),
    );
  });

  it('says when a level will count, and nothing where it counts', () => {
    const first = settle(debounceFrom(false, 0, 30), 30);
    expect(dueMs(first)).toBeNull();
    expect(dueMs(edge(first, true, 100))).toBe(130);
    expect(dueMs(settle(edge(first, true, 100), 130))).toBeNull();
  });

  it('takes nothing of a level that nobody watched for proven', () => {
    const unknown = forget(edge(debounceFrom(false, 0, 30), true, 100));
    for (const found of [true, false]) {
      expect(unknown && settle(edge(unknown, found, 5_000), 5_029).stable).toBe(false);
    }
    expect(forget(debounceFrom(true, 0, 30))).toBeNull();
  });

  it('counts the level that is found first once it has lasted, and not the one that it bounced to', () => {
    const found = debounceFrom(true, 0, 30);
    expect(found.stable).toBeNull();
    expect(dueMs(found)).toBe(30);
    expect(settle(found, 29).stable).toBeNull();
    expect(settle(found, 30).stable).toBe(true);
    const bounced = edge(found, false, 12);
    expect([settle(bounced, 41).stable, settle(bounced, 42).stable]).toEqual([null, false]);
    expect(debounceFrom(true, 0, 0).stable).toBe(true);
  });
});
