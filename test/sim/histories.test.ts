// One seed, one history: whatever a world does, it does again.

import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

const seed = 7;

describe('a world', () => {
  it('is the same, byte for byte, each time, also where only its beginning is run', async () => {
    const lines: string[][] = [[], [], []];
    const run = (at: number, untilMs: number | null) =>
      simulate({ seed, days: 1, untilMs, trace: (line) => lines[at]?.push(line) });
    const [first, second] = [await run(0, null), await run(1, null)];
    expect(lines[1]).toEqual(lines[0]);
    expect(second).toEqual(first);
    expect(first.found).toEqual([]);
    expect(first.taps).toBeGreaterThan(20);
    expect(first.faults).toBeGreaterThan(20);

    const noon = lines[0]?.find((line) => line.includes('T12:'))?.slice(0, 24) ?? '';
    const cut = await run(2, Date.parse(noon));
    expect(lines[0]?.slice(0, lines[2]?.length)).toEqual(lines[2]);
    expect(cut.history).not.toBe(first.history);
  });

  it('is another one with another seed', async () => {
    const begun = { days: 1, untilMs: 0 };
    const [first, second] = [await simulate({ seed: 3, ...begun }), await simulate({ seed: 4, ...begun })];
    expect(first.history).not.toBe(second.history);
  });
});
