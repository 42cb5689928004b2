import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineGuard } from '../../../drivers/serial/line-guard.ts';

const limit = 8;

interface Outcome {
  readonly text: string;
  readonly lines: number;
  readonly tooLong: number;
  readonly unfinished: boolean;
}

function run(chunks: readonly Uint8Array[]): Outcome {
  const guard = new LineGuard(limit);
  const total = { text: '', lines: 0, tooLong: 0 };
  for (const chunk of chunks) {
    const { bytes, lines, tooLong } = guard.feed(chunk);
    total.text += Buffer.from(bytes).toString('latin1');
    total.lines += lines;
    total.tooLong += tooLong;
  }
  return { ...total, unfinished: guard.unfinished };
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

describe('the guard in front of the readline parser', () => {
  const rows: readonly (readonly [string, readonly string[], Partial<Outcome>])[] = [
    ['a line that ends with LF', ['AB\n'], { text: 'AB\n', lines: 1 }],
    ['a line that ends with CR', ['AB\r'], { text: 'AB\n', lines: 1 }],
    ['a line that ends with CRLF', ['AB\r\n'], { text: 'AB\n', lines: 1 }],
    ['CRLF cut in two', ['AB\r', '\nCD\r', '\n'], { text: 'AB\nCD\n', lines: 2 }],
    ['all endings mixed', ['A\rB\nC\r\nD\n\rE\n'], { text: 'A\nB\nC\nD\nE\n', lines: 5 }],
    ['empty lines', ['\n\r\r\n\n\n'], { text: '', lines: 0, unfinished: false }],
    ['a line in pieces', ['A', 'B', '', 'C', '\n'], { text: 'ABC\n', lines: 1 }],
    ['half a line', ['AB\nCD'], { text: 'AB\n', lines: 1, unfinished: true }],
    ['a line as long as the limit', ['12345678\n'], { text: '12345678\n', lines: 1, tooLong: 0 }],
    ['a line one longer, and the next', ['123456789\nAB\n'], { text: 'AB\n', lines: 1, tooLong: 1 }],
    [
      'a line far too long, counted once',
      ['1234567890', '1234567890', '12\nAB\n'],
      { text: 'AB\n', lines: 1, tooLong: 1 },
    ],
    ['two lines too long', ['1234567890\n1234567890\r\n'], { text: '', lines: 0, tooLong: 2, unfinished: false }],
    ['a line too long that does not end', ['1234567890'], { text: '', tooLong: 1, unfinished: true }],
  ];
  it.each(rows)('%s', (_name, chunks, expected) => {
    expect(run(chunks.map(bytes))).toMatchObject(expected);
  });

  it('forgets an unfinished line on expiry, and counts it once', () => {
    const guard = new LineGuard(limit);
    guard.feed(bytes('AB'));
    expect([guard.expire(), guard.expire(), guard.unfinished]).toEqual([1, 0, false]);
    expect(guard.feed(bytes('CD\n')).bytes).toEqual(new Uint8Array(bytes('CD\n')));
  });

  it('does not count a line again on expiry that was too long', () => {
    const guard = new LineGuard(limit);
    expect(guard.feed(bytes('1234567890')).tooLong).toBe(1);
    expect(guard.expire()).toBe(0);
    expect(guard.feed(bytes('CD\n')).lines).toBe(1);
  });

  it('drops the rest of a line that has begun, and only that', () => {
    const guard = new LineGuard(limit);
    guard.feed(bytes('AB'));
    expect([guard.dropRest(), guard.unfinished]).toEqual([1, true]);
    expect(Buffer.from(guard.feed(bytes('CD\nEF\n')).bytes).toString()).toBe('EF\n');
    expect([guard.dropRest(), guard.unfinished]).toEqual([0, false]);
    expect(guard.feed(bytes('GH\n')).lines).toBe(1);
  });

  const noise = fc.array(fc.constantFrom(0x0d, 0x0a, 0x41, 0x42, 0x00, 0xff), { maxLength: 200 });

  it('gives the same for the same bytes, however they are cut', () => {
    fc.assert(
      fc.property(noise, fc.array(fc.nat(200)), (all, cuts) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)), all.length].sort((a, b) => a - b);
        const chunks = at.slice(1).map((end, i) => Uint8Array.from(all.slice(at[i], end)));
        expect(run(chunks)).toEqual(run([Uint8Array.from(all)]));
      }),
      { seed: 53 },
    );
  });

  it('passes exactly the lines that are neither empty nor too long', () => {
    fc.assert(
      fc.property(noise, (all) => {
        const text = Buffer.from(all).toString('latin1');
        const whole = text.split(/[\r\n]/).slice(0, -1);
        const rest = text.split(/[\r\n]/).at(-1) ?? '';
        const short = whole.filter((line) => line.length > 0 && line.length <= limit);
        const long = [...whole, rest].filter((line) => line.length > limit);
        expect(run([Uint8Array.from(all)])).toEqual({
          text: short.map((line) => `${line}\n`).join(''),
          lines: short.length,
          tooLong: long.length,
          unfinished: rest.length > 0,
        });
      }),
      { seed: 54 },
    );
  });
});
