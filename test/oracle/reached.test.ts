// What the generated sites reach: every row of section 2, every kind of check-out, doors in all modes, zones, days of odd
// length; and that a difference would be seen.

import { describe, expect, it } from 'vitest';
import { differenceBetween } from './compare.ts';
import { generate } from './generate.ts';
import { expectedOf } from './oracle.ts';
import { count, kinds, missed, type Reached, tableOf } from './reach.ts';

const files = Array.from({ length: 400 }, (_, index) => generate(index + 1));
const sites = files.map(expectedOf);
const reached: Reached = new Map();
for (const [index, file] of files.entries()) count(reached, file, sites[index] ?? []);

describe('the generated sites', () => {
  process.stdout.write(`${tableOf(reached)}\n`);

  it.each(kinds)('reach %s', (kind) => {
    expect(missed(reached, files.length)).not.toContain(kind);
  });

  it('are said to miss what they come to too seldom, or never', () => {
    expect(
      missed(
        new Map([
          ['a', 3],
          ['b', 4],
          ['c', 0],
        ]),
        1000,
      ),
    ).toEqual(['a', 'c']);
    expect(missed(new Map([['c', 0]]), 1)).toEqual(['c']);
  });

  it('are the same for the same seed', () => {
    expect(generate(17)).toEqual(generate(17));
  });
});

describe('a difference', () => {
  const lines = sites.find((one) => one.some(({ type }) => type === 'checkout.recorded')) ?? [];
  const at = lines.findIndex(({ type }) => type === 'checkout.recorded');

  it('is none between equal records, whatever the visits are called', () => {
    const renamed = lines.map((line) => ({
      ...line,
      data: { ...line.data, ...('visit' in line.data ? { visit: `x${line.data.visit}` } : {}) },
    }));
    expect(differenceBetween(lines, renamed)).toBeNull();
  });

  it('is seen in a field', () => {
    const changed = lines.map((line, index) =>
      index === at ? { ...line, data: { ...line.data, uncoveredMinutes: -1 } } : line,
    );
    expect(differenceBetween(lines, changed)?.found?.data.uncoveredMinutes).toBe(-1);
  });

  it('is seen in the time, and where a record is missing or too much', () => {
    const later = lines.map((line, index) => (index === at ? { ...line, time: '2026-01-01T00:00:00.000Z' } : line));
    expect(differenceBetween(lines, later)).not.toBeNull();
    expect(differenceBetween(lines, lines.toSpliced(at, 1))).not.toBeNull();
    expect(differenceBetween(lines.toSpliced(at, 1), lines)).not.toBeNull();
  });
});
