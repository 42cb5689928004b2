// Durations as people write them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../config/duration.ts';

describe('durations', () => {
  it.each([
    ['0ms', 0],
    ['250ms', 250],
    ['5s', 5000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['744h', 2_678_400_000],
    ['31d', 2_678_400_000],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    '',
    '5',
    's',
    '5 s',
    '1.5s',
    '-1s',
    '+1s',
    '5S',
    '5sec',
    '1h30m',
    '1e3s',
    '0x5s',
    '5s ',
    '5s\n',
    '1234567890s',
    '1234567d',
    '1w',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), (durationMs) => parseDuration(formatDuration(durationMs)) === durationMs),
      { seed: 2 },
    );
  });
});
