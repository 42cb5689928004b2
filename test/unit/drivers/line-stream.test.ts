import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineStream } from '../../../drivers/serial/line-stream.ts';

function stream(live = true): { lines: LineStream; log: string[] } {
  const log: string[] = [];
  const lines = new LineStream(
    { credential: 'card', maxLineBytes: 16 },
    {
      presented: ({ type, value }) => log.push(`${type}:${value}`),
      dropped: (reason, count) => log.push(`${reason} ${count}`),
    },
  );
  if (live) lines.goLive();
  return { lines, log };
}

describe('the lines of one connection', () => {
  it('presents a card in the turn in which its ending arrives', () => {
    const { lines, log } = stream();
    lines.feed(Buffer.from('04a1'));
    expect(log).toEqual([]);
    lines.feed(Buffer.from('b2\r'));
    expect(log).toEqual(['card:04A1B2']);
    lines.feed(Buffer.from('\n'));
    expect(log).toEqual(['card:04A1B2']);
  });

  it('reports cards and noise in the order in which they came', () => {
    const { lines, log } = stream();
    lines.feed(Buffer.from('01\nx\ny\n02\n\0\n'));
    expect(log).toEqual(['card:01', 'not-a-credential 2', 'card:02', 'not-a-credential 1']);
  });

  it('goes on after more lines than a stream buffers', () => {
    const { lines, log } = stream();
    for (let round = 0; round < 3; round++) lines.feed(Buffer.from('01\n'.repeat(1000)));
    expect(log).toEqual(Array(3000).fill('card:01'));
  });

  it('counts a line that is too long, and one that is not going to end', () => {
    const { lines, log } = stream();
    lines.feed(Buffer.from('1'.repeat(100)));
    lines.feed(Buffer.from('\n02'));
    expect(lines.unfinished).toBe(true);
    lines.expire();
    lines.feed(Buffer.from('03\n'));
    expect(log).toEqual(['line-too-long 1', 'line-unfinished 1', 'card:03']);
  });

  it('takes nothing for a card that began before it was live', () => {
    const { lines, log } = stream(false);
    lines.feed(Buffer.from('01\n02\n04A1'));
    lines.goLive();
    lines.feed(Buffer.from('B2C3\n05\n'));
    expect(log).toEqual(['stale 2', 'stale 1', 'card:05']);
  });

  it('gives the same cards and counts however the bytes are cut', () => {
    const piece = fc.constantFrom('04A1', '\r', '\n', 'zz', '00112233445566778899', '\u0000');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(300)), (pieces, cuts) => {
        const all = Buffer.from(pieces.join(''));
        const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)), all.length].sort((a, b) => a - b);
        const whole = stream();
        whole.lines.feed(all);
        const cut = stream();
        for (const [i, end] of at.slice(1).entries()) cut.lines.feed(all.subarray(at[i], end));
        expect(tally(cut.log)).toEqual(tally(whole.log));
      }),
      { seed: 51 },
    );
  });
});

/** Cards in order; drops summed by their reason, for how many come in one report depends on the cuts. */
function tally(log: readonly string[]): { cards: string[]; drops: Record<string, number> } {
  const drops: Record<string, number> = {};
  for (const entry of log.filter((one) => !one.startsWith('card:'))) {
    const [reason = '', count] = entry.split(' ');
    drops[reason] = (drops[reason] ?? 0) + Number(count);
  }
  return { cards: log.filter((one) => one.startsWith('card:')), drops };
}
