// Wiegand credentials by their bits: a number in a named format and a raw read that mean the same bits are one
// credential. The length of a read never decides the format; only the person who enrols it does.

interface Field {
  /** Position of the first bit, counted from the left of the frame, and how many. */
  readonly at: number;
  readonly bits: number;
}

interface Format {
  readonly length: number;
  readonly facility: Field | null;
  readonly number: Field;
  /** Bits from..to (both included) over which the first bit makes the sum even and the last one odd. */
  readonly even: readonly [number, number];
  readonly odd: readonly [number, number];
}

const formats: Readonly<Record<string, Format>> = {
  H10301: { length: 26, facility: { at: 1, bits: 8 }, number: { at: 9, bits: 16 }, even: [1, 12], odd: [13, 24] },
  H10302: { length: 37, facility: null, number: { at: 1, bits: 35 }, even: [1, 18], odd: [18, 35] },
  H10304: { length: 37, facility: { at: 1, bits: 16 }, number: { at: 17, bits: 19 }, even: [1, 18], odd: [18, 35] },
};

const maxRawBits = 256;

/** `raw:count:HEX` (right-justified, upper case) of either written form; null where the text is neither. */
export function canonicalWiegand(value: string): string | null {
  const parts = value.split(':');
  const [name, first, second] = parts;
  if (parts.length !== 3 || name === undefined || first === undefined || second === undefined) return null;
  return name === 'raw' ? canonicalRaw(first, second) : encode(name, first, second);
}

function canonicalRaw(count: string, hex: string): string | null {
  if (!/^\d{1,3}$/.test(count) || !/^[0-9A-Fa-f]{1,64}$/.test(hex)) return null;
  const bits = Number(count);
  const value = BigInt(`0x${hex}`);
  if (bits < 1 || bits > maxRawBits || value >> BigInt(bits) !== 0n) return null;
  return raw(bits, value);
}

function encode(name: string, facility: string, number: string): string | null {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined || !/^\d{0,6}$/.test(facility) || !/^\d{1,12}$/.test(number)) return null;
  const bits = new Array<number>(format.length).fill(0);
  if (format.facility !== null) {
    if (facility === '' || !place(bits, format.facility, facility)) return null;
  } else if (facility !== '' && facility !== '0') return null;
  if (!place(bits, format.number, number)) return null;
  bits[0] = sum(bits, format.even) % 2;
  bits[format.length - 1] = 1 - (sum(bits, format.odd) % 2);
  return raw(format.length, BigInt(`0b${bits.join('')}`));
}

function place(bits: number[], field: Field, decimal: string): boolean {
  const value = BigInt(decimal);
  if (value >> BigInt(field.bits) !== 0n) return false;
  const digits = value.toString(2).padStart(field.bits, '0');
  for (let i = 0; i < field.bits; i++) bits[field.at + i] = digits[i] === '1' ? 1 : 0;
  return true;
}

function sum(bits: readonly number[], [from, to]: readonly [number, number]): number {
  return bits.slice(from, to + 1).reduce((total, bit) => total + bit, 0);
}

function raw(bits: number, value: bigint): string {
  return `raw:${bits}:${value
    .toString(16)
    .toUpperCase()
    .padStart(Math.ceil(bits / 4), '0')}`;
}
