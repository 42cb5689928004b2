// Forms that others must be able to compute again: canonical JSON, the chain's hashes, credentials, money.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, eventHash, genesisHash } from '../../../access/canonical.ts';
import { CredentialError, canonicalValue, parseCredential } from '../../../access/credential.ts';
import { credentialHash } from '../../../access/credential-hash.ts';
import type { CredentialType } from '../../../access/model.ts';
import { decimal, minorDigits, shareOfPrice } from '../../../access/money.ts';
import { comparePrices } from '../../../access/passes/order.ts';
import { canonicalWiegand } from '../../../access/wiegand.ts';

describe('canonical JSON (RFC 8785)', () => {
  it.each<[Parameters<typeof canonicalJson>[0], string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [[333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], '[333333333.3333333,1e+30,4.5,0.002,1e-27]'],
    [[-0, 1e21, 1e20, 9007199254740991], '[0,1e+21,100000000000000000000,9007199254740991]'],
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    ],
    ['\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    [{ gone: undefined, kept: {} }, '{"kept":{}}'],
  ])('case %#', (value, text) => expect(canonicalJson(value)).toBe(text));

  it('has no word for what JSON cannot say', () => {
    for (const n of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => canonicalJson([n])).toThrow(TypeError);
  });

  it('does not depend on the order of keys, and reads back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = canonicalJson(object as never);
        expect(canonicalJson(Object.fromEntries(Object.entries(object).reverse()) as never)).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { seed: 71, numRuns: 200 },
    );
  });

  it('gives the hash of an event and of the beginning', () => {
    expect(eventHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const header = '{"controller":"c","epoch":"e","format":"cardea-journal/1","site":"s"}';
    expect(genesisHash({ site: 's', epoch: 'e', controller: 'c' })).toBe(eventHash(header));
  });
});

describe('credentials', () => {
  it.each<[CredentialType, string, string]>([
    ['card', '04:a1 b2-c3', '04A1B2C3'],
    ['card', '04A1B2C3', '04A1B2C3'],
    ['fob', '000123', '123'],
    ['fob', '0', '0'],
    ['pin', '0042', '0042'],
    ['qr', 'card:X y', 'card:X y'],
    ['wiegand', 'H10301:21:15890', 'raw:26:22A7C24'],
    ['wiegand', 'raw:26:22a7c24', 'raw:26:22A7C24'],
    ['wiegand', 'raw:32:AABBCCDD', 'raw:32:AABBCCDD'],
    ['wiegand', 'raw:32:1', 'raw:32:00000001'],
  ])('%s %s is %s', (type, written, value) => {
    expect(canonicalValue(type, written)).toBe(value);
    expect(canonicalValue(type, value)).toBe(value);
    expect(parseCredential(`${type}:${written}`)).toEqual({ type, value });
  });

  it('a number in H10301 has the published bits', () => {
    const hex = canonicalWiegand('H10301:21:15890')?.slice('raw:26:'.length);
    expect(BigInt(`0x${hex}`).toString(2).padStart(26, '0')).toBe('10001010100111110000100100');
  });

  it.each<[string]>([
    ['card:SECRET99'],
    ['card:'],
    ['card:123'],
    ['pin:12a4'],
    ['fob:-9917'],
    ['qr:'],
    ['wiegand:H10301:256:991'],
    ['wiegand:H10301:1:65536'],
    ['wiegand:raw:4:991F'],
    ['wiegand:toString:1:99'],
    ['nfc:99'],
    ['99'],
  ])('%s is refused, and its value not repeated', (text) => {
    let caught: unknown;
    try {
      parseCredential(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(CredentialError);
    expect(String(caught)).not.toContain('99');
    expect(String(caught)).not.toContain('12a4');
  });

  it('are hashed under a key', () => {
    const key = new Uint8Array(32).fill(7);
    const hash = credentialHash(key, 'card', '04A1');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(credentialHash(key, 'qr', '04A1')).not.toBe(hash);
    expect(credentialHash(new Uint8Array(32), 'card', '04A1')).not.toBe(hash);
  });
});

describe('money', () => {
  it.each<[string, number, number, string, string]>([
    ['1.01', 30, 60, 'EUR', '0.51'],
    ['1.00', 1, 3, 'EUR', '0.33'],
    ['1.00', 2, 3, 'EUR', '0.67'],
    ['0.01', 1, 2, 'EUR', '0.01'],
    ['0.01', 49, 100, 'EUR', '0.00'],
    ['5', 90, 60, 'EUR', '7.50'],
    ['100', 1, 200, 'JPY', '1'],
    ['1.0005', 1, 1, 'KWD', '1.001'],
    ['99999999999999999.99', 1, 1, 'EUR', '99999999999999999.99'],
  ])('%s × %i ÷ %i %s is %s', (price, n, d, currency, text) => {
    expect(decimal(shareOfPrice(price, n, d, currency), currency)).toBe(text);
  });

  it.each([
    [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
    // Among them those of which a runtime's own data (CLDR) shows no decimal places.
    [2, 'EUR USD GBP CHF HUF COP IDR PKR ALL LBP AFN LAK MMK MGA MRU SOS SYP YER IRR KPW TWD CZK ZZZ'],
    [3, 'BHD IQD JOD KWD LYD OMR TND'],
    [4, 'CLF UYW'],
  ])('a minor unit of %i decimal places (ISO 4217): %s', (digits, codes) => {
    expect(codes.split(' ').filter((code) => minorDigits(code) !== digits)).toEqual([]);
  });

  it('compares prices exactly', () => {
    expect([comparePrices('10', '9.99'), comparePrices('1.5', '1.50'), comparePrices('0.1', '0.2')]).toEqual([
      1, 0, -1,
    ]);
  });
});
