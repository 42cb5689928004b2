import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalValue } from '../../../access/credential.ts';
import { lineCredential } from '../../../drivers/serial/line-credential.ts';

/** The line as the reader hands it over: its bytes, one per character. */
function line(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

describe('what a line means', () => {
  it.each([
    ['card', '04a1b2c3d4e580', '04A1B2C3D4E580'],
    ['card', '04:A1:B2:C3', '04A1B2C3'],
    ['card', ' 04-a1 b2 ', '04A1B2'],
    ['fob', '0006547886', '6547886'],
    ['qr', 'HC1:AB C', 'HC1:AB C'],
    ['qr', 'Grüße, 東京', 'Grüße, 東京'],
    ['qr', '\uFEFFmark', '\uFEFFmark'],
  ] as const)('%s %j', (type, text, value) => {
    expect(lineCredential(type, line(text))).toEqual({ type, value });
  });

  it.each([
    ['card', 'no card'],
    ['card', '04A'],
    ['card', '04Ä1'],
    ['card', '---'],
    ['card', '0'.repeat(66)],
    ['card', '04\u000012'],
    ['card', '04\t12'],
    ['card', '\u001b[A04A1'],
    ['card', '04A1\u007f'],
    ['fob', '12a'],
    ['fob', ' 12'],
    ['fob', '１２'],
    ['fob', '1'.repeat(31)],
    ['qr', 'tab\there'],
    ['qr', 'next\u0085line'],
    ['qr', 'x'.repeat(1025)],
  ] as const)('refuses %s %j', (type, text) => {
    expect(lineCredential(type, line(text))).toBeNull();
  });

  it.each(['\xff', 'AB\xc3', '\xc0\xaf', '\xed\xa0\x80', '\xf8\x88\x80\x80\x80'])(
    'refuses what is no UTF-8: %j',
    (raw) => {
      expect(lineCredential('qr', raw)).toBeNull();
      expect(lineCredential('card', `04${raw}A1`)).toBeNull();
    },
  );

  it('never throws, and gives nothing but canonical values', () => {
    const raw = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(fc.constantFrom('card', 'qr', 'fob'), raw, (type, text) => {
        const found = lineCredential(type, text);
        if (found !== null) expect(canonicalValue(type, found.value)).toBe(found.value);
      }),
      { seed: 52 },
    );
  });
});
