// Bytes as the kernel's header lays them out (include/uapi/linux/gpio.h), written down here by hand.

import { describe, expect, it } from 'vitest';
import {
  inputRequest,
  lineInfoQuestion,
  lineRequestBytes,
  lineValue,
  outputRequest,
  readChipInfo,
  readLineEvents,
  readLineInfo,
  readLineValue,
  requestedFd,
} from '../../../../drivers/gpio/uapi.ts';

/** Hexadecimal bytes at their places in a zeroed block. */
function block(length: number, places: Readonly<Record<number, string>>): Buffer {
  const bytes = Buffer.alloc(length);
  for (const [at, hex] of Object.entries(places)) Buffer.from(hex.replaceAll(' ', ''), 'hex').copy(bytes, Number(at));
  return bytes;
}

const lock = { line: 17, activeLow: false, consumer: 'cardea a' };
const consumer = '63 61 72 64 65 61 20 61';

describe('the request of a line', () => {
  it.each([
    // Flags: output 8; with active low a. One attribute: id 2 (output values), values at +8, mask at +16.
    ['an output, inactive', outputRequest(lock, false), { 288: '08', 320: '02' }],
    ['an output, active', outputRequest(lock, true), { 288: '08', 320: '02', 328: '01' }],
    [
      'an active-low output, active',
      outputRequest({ ...lock, activeLow: true }, true),
      { 288: '0a', 320: '02', 328: '01' },
    ],
  ])('%s', (_what, bytes, places) => {
    expect(bytes).toEqual(block(592, { 0: '11', 256: consumer, 296: '01', 336: '01', 560: '01', ...places }));
  });

  it.each([
    // Flags: input 4, rising 10, falling 20 (hexadecimal); with active low 36. Queue: 1024 = 0x400.
    ['an input', inputRequest({ ...lock, line: 300 }), '34'],
    ['an active-low input', inputRequest({ ...lock, line: 300, activeLow: true }), '36'],
  ])('%s asks for both edges and the longest queue', (_what, bytes, flags) => {
    expect(bytes).toEqual(block(592, { 0: '2c 01', 256: consumer, 288: flags, 560: '01', 564: '00 04' }));
  });

  it('keeps a byte of zero behind the longest name', () => {
    const bytes = inputRequest({ ...lock, consumer: 'x'.repeat(40) });
    expect(bytes.subarray(256, 288)).toEqual(Buffer.from(`${'x'.repeat(31)}\0`));
    expect(bytes).toHaveLength(lineRequestBytes);
  });

  it('gives the descriptor back in its last four bytes', () => {
    expect(requestedFd(block(592, { 588: '15 00 00 00' }))).toBe(21);
    expect(requestedFd(block(592, { 588: 'ff ff ff ff' }))).toBe(-1);
  });
});

describe('what the kernel answers', () => {
  it('a chip', () => {
    const bytes = block(68, { 0: '67 70 69 6f 63 68 69 70 30', 32: '70 69 6e 63 74 72 6c', 64: '3a' });
    expect(readChipInfo(bytes)).toEqual({ name: 'gpiochip0', label: 'pinctrl', lines: 58 });
  });

  it('a line that is held, and one that is free', () => {
    expect(lineInfoQuestion(17)).toEqual(block(256, { 64: '11' }));
    const held = block(256, { 0: '47 50 49 4f 31 37', 32: '73 70 69 30', 64: '11', 72: '09' });
    expect(readLineInfo(held)).toEqual({ name: 'GPIO17', consumer: 'spi0', used: true });
    expect(readLineInfo(block(256, { 72: '04' }))).toEqual({ name: '', consumer: '', used: false });
  });

  it('the value of a line', () => {
    expect(lineValue(true)).toEqual(block(16, { 0: '01', 8: '01' }));
    expect(lineValue(false)).toEqual(block(16, { 8: '01' }));
    expect(readLineValue(block(16, { 0: '01', 8: '01' }))).toBe(true);
    expect(readLineValue(block(16, { 8: '01' }))).toBe(false);
  });

  it('edges with their times and numbers, and no half of one', () => {
    // 0x00000002540be401 ns is 10.000000001 s; ids: 1 rising, 2 falling; offset at 12, seqno at 16, line_seqno at 20.
    const rising = block(48, { 0: '01 e4 0b 54 02', 8: '01', 12: '16', 16: '07', 20: '07' });
    const falling = block(48, { 0: '02 e4 0b 54 02', 8: '02', 12: '16', 16: 'ff ff ff ff', 20: 'ff ff ff ff' });
    expect(readLineEvents(Buffer.concat([rising, falling, rising.subarray(0, 20)]))).toEqual([
      { active: true, atNs: 10_000_000_001n, sequence: 7 },
      { active: false, atNs: 10_000_000_002n, sequence: 4_294_967_295 },
    ]);
  });
});
