// The parts of the pcsc driver that decide: names, answers of cards, what changed on a reader, what is one tap.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { DriverError } from '../../../drivers/driver-error.ts';
import { assign } from '../../../drivers/pcsc/assign.ts';
import { reasonOf } from '../../../drivers/pcsc/card-read.ts';
import { cardChange, cardState } from '../../../drivers/pcsc/card-state.ts';
import { requireNfc } from '../../../drivers/pcsc/installed.ts';
import { listedNames, matches, shownNames } from '../../../drivers/pcsc/names.ts';
import { OneTap } from '../../../drivers/pcsc/one-tap.ts';
import { uidOf } from '../../../drivers/pcsc/uid.ts';

const acs = 'ACS ACR1252 1S CL Reader [ACR1252 PICC] (A1) 00 00';

describe('the name of a PC/SC reader', () => {
  it.each([
    [acs, true],
    ['ACS ACR1252*', true],
    ['*', true],
    ['**PICC] (A1) 00 0?', true],
    ['ACS*[ACR1252 PICC]*', true],
    ['*0*0*0*0', true],
    ['*00 00*', true],
    ['ACS ACR1252', false],
    ['acs*', false],
    ['*[A-Z]*', false],
    ['*00 01', false],
    ['?', false],
    ['', false],
    ['ACS ACR1252 1S CL Reader .ACR1252 PICC. (A1) 00 00', false],
  ])('%s fits: %s', (glob, fits) => {
    expect(matches(glob, acs)).toBe(fits);
  });

  it('is found in no time in a long name without an end', () => {
    expect(matches(`${'*a'.repeat(120)}b`, 'a'.repeat(100_000))).toBe(false);
  });

  it('comes in a list that ends with an empty one', () => {
    expect(listedNames(Buffer.from('A 00\0B 01\0\0'))).toEqual(['A 00', 'B 01']);
    expect(listedNames(Buffer.from('\0'))).toEqual([]);
    expect(listedNames(Buffer.alloc(0))).toEqual([]);
  });

  it('is shown without what a terminal would act on', () => {
    expect(shownNames(['A "1"', '\u001b[31mB'])).toBe('"A \\"1\\"", "?[31mB"');
    expect(shownNames([])).toBe('none');
  });
});

describe('which device a reader of the config is', () => {
  const front = { id: 'front', glob: 'ACS* 00 00' };
  const back = { id: 'back', glob: 'ACS* 01 00' };
  const codes = (wanted: Parameters<typeof assign>[0], names: string[]) =>
    assign(wanted, names).map((one) => ('name' in one ? one.name : one.code));

  it('is the one that fits', () => {
    expect(codes([front, back], ['ACS 01 00', 'ACS 00 00'])).toEqual(['ACS 00 00', 'ACS 01 00']);
  });

  it('is none where none fits, and says what there is', () => {
    const [found] = assign([front], ['HID 00 00']);
    expect(found).toMatchObject({
      code: 'reader-missing',
      message: expect.stringMatching(/"ACS\* 00 00".*"HID 00 00"/),
    });
  });

  it('is none where two fit, and says which', () => {
    const [found] = assign([front], ['ACS 1 00 00', 'ACS 2 00 00']);
    expect(found).toMatchObject({
      code: 'reader-ambiguous',
      message: expect.stringMatching(/"ACS 1 00 00", "ACS 2 00 00"/),
    });
  });

  it('is nobody’s where two readers mean it, and both say so', () => {
    const other = { id: 'other', glob: '*00 00' };
    expect(codes([front, other, back], ['ACS 00 00', 'ACS 01 00'])).toEqual([
      'reader-shared',
      'reader-shared',
      'ACS 01 00',
    ]);
    expect(assign([front, other], ['ACS 00 00'])[0]).toMatchObject({ message: expect.stringContaining('other') });
  });

  it('is still one reader’s where the other cannot tell it from a second one', () => {
    expect(codes([front, { id: 'any', glob: 'ACS*' }], ['ACS 00 00', 'ACS 01 00'])).toEqual([
      'ACS 00 00',
      'reader-ambiguous',
    ]);
  });
});

describe('the answer of a card', () => {
  it.each([
    ['04A1B2C39000', { uid: '04A1B2C3' }],
    ['04a1b2c3d4e5809000', { uid: '04A1B2C3D4E580' }],
    ['04A1B2C3D4E5808182839000', { uid: '04A1B2C3D4E580818283' }],
    ['08A1B2C39000', { refused: 'random-uid' }],
    ['08A1B2C3D4E5809000', { uid: '08A1B2C3D4E580' }],
    ['6A81', { refused: 'no-uid' }],
    ['6300', { refused: 'no-uid' }],
    ['04A1B2C36282', { refused: 'no-uid' }],
    ['9000', { refused: 'uid-length' }],
    ['04A1B29000', { refused: 'uid-length' }],
    ['01020304050607089000', { refused: 'uid-length' }],
    ['90', { refused: 'card-failed' }],
    ['', { refused: 'card-failed' }],
  ])('%s', (answer, outcome) => {
    expect(uidOf(Buffer.from(answer, 'hex'))).toEqual(outcome);
  });

  it.each([
    ['SCardTransmit error: Card was removed.(0x80100069)', 'card-removed'],
    ['SCardConnect error: Card is unresponsive.(0x80100066)', 'card-silent'],
    ['SCardConnect error: Sharing violation.(0x8010000b)', 'reader-busy'],
    ['SCardTransmit error: Transaction failed.(0x80100016)', 'card-failed-0x80100016'],
    ['no protocol', 'card-failed'],
  ])('that does not come: %s', (message, reason) => {
    expect(reasonOf(new Error(message))).toBe(reason);
  });
});

describe('what changed on a reader', () => {
  const empty = (moves: number) => cardState((moves << 16) | 0x12);
  const present = (moves: number) => cardState((moves << 16) | 0x22);

  it.each([
    ['a card came', empty(0), present(1), { left: false, came: true, missed: 0 }],
    ['it is in use', present(1), cardState((1 << 16) | 0x122), { left: false, came: false, missed: 0 }],
    ['it left', present(1), empty(2), { left: true, came: false, missed: 0 }],
    ['it left and another came', present(1), present(3), { left: true, came: true, missed: 0 }],
    ['one came and went', empty(2), empty(4), { left: false, came: false, missed: 1 }],
    ['one came and went, one is there', empty(2), present(5), { left: false, came: true, missed: 1 }],
    ['it left, one came and went', present(1), empty(4), { left: true, came: false, missed: 1 }],
    ['the count begins anew', present(0xffff), empty(0), { left: true, came: false, missed: 0 }],
    ['nothing counts', cardState(0x12), cardState(0x22), { left: false, came: true, missed: 0 }],
    ['nothing counts, and it left', cardState(0x22), cardState(0x12), { left: true, came: false, missed: 0 }],
  ])('%s', (_what, before, now, change) => {
    expect(cardChange(before, now)).toEqual(change);
  });
});

describe('one tap', () => {
  it('is a card that comes, and comes again after it was away', () => {
    const tap = new OneTap(500);
    expect(tap.came('A', 0)).toBe(true);
    tap.left(1000);
    expect(tap.came('A', 1500)).toBe(true);
  });

  it('is not a card that flickers, however long', () => {
    const tap = new OneTap(500);
    expect(tap.came('A', 0)).toBe(true);
    for (let atMs = 0; atMs < 3_600_000; atMs += 900) {
      tap.left(atMs);
      expect(tap.came('A', atMs + 499)).toBe(false);
    }
  });

  it('is not a card that was there all the time', () => {
    const tap = new OneTap(500);
    tap.came('A', 0);
    expect(tap.came('A', 100_000)).toBe(false);
  });

  it('is another card at once', () => {
    const tap = new OneTap(500);
    tap.came('A', 0);
    tap.left(10);
    expect(tap.came('B', 20)).toBe(true);
    tap.left(30);
    expect(tap.came('A', 40)).toBe(true);
  });
});

describe('nfc-pcsc that is missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-nfc-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function refusal(name: string, packages: readonly string[]): DriverError {
    const root = join(folder, name);
    for (const one of packages) {
      mkdirSync(join(root, 'node_modules', one), { recursive: true });
      writeFileSync(join(root, 'node_modules', one, 'index.js'), '');
    }
    try {
      requireNfc('reader front', pathToFileURL(join(root, 'file.js')).href);
    } catch (error) {
      if (error instanceof DriverError) return error;
      throw error;
    }
    throw new Error('not refused');
  }

  it('names the reader, and the command that adds it', () => {
    const { code, message } = refusal('none', []);
    expect(code).toBe('driver-missing');
    expect(message).toMatch(
      /^reader front: .*apt-get install libpcsclite-dev .*&& npm install --no-save nfc-pcsc@\d+\.\d+\.\d+$/,
    );
  });

  it('is told from one that was not compiled', () => {
    const { message } = refusal('uncompiled', ['nfc-pcsc', '@pokusew/pcsclite']);
    expect(message).toMatch(/not compiled.*npm rebuild @pokusew\/pcsclite$/);
  });
});
