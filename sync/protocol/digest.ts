// What all records of a replica are together, as one number that does not depend on their order: the sum of the SHA-256 of each,
// modulo 2^256. Adding what came and subtracting what went gives the number of the new whole, without reading the rest.

import { hash } from 'node:crypto';
import { canonicalJson } from '../../access/canonical.ts';
import type { Json } from '../../access/event.ts';
import type { ReplicaRow } from './replica-rows.ts';

const limbs = 8;
const limbSize = 2 ** 32;
/** So many can be summed before a limb could be more than a double holds exactly. */
const carryEvery = 2 ** 20;

export class ContentDigest {
  /** Least significant first, not carried yet. */
  readonly #sum = new Float64Array(limbs);
  #uncarried = 0;

  /** @param from of what there is already, as `text` gives it; nothing where it is left out. */
  constructor(from: string = '') {
    for (let n = 0; n < limbs; n++) this.#sum[n] = Number.parseInt(from.slice(56 - 8 * n, 64 - 8 * n) || '0', 16);
  }

  /** @param text what `rowText` gives. */
  add(text: string): void {
    this.#take(text, 1);
  }

  remove(text: string): void {
    this.#take(text, -1);
  }

  /** 64 digits of lower-case hex. */
  text(): string {
    this.#carry();
    let text = '';
    for (const limb of this.#sum) text = limb.toString(16).padStart(8, '0') + text;
    return text;
  }

  #take(text: string, sign: 1 | -1): void {
    const bytes = hash('sha256', text, 'buffer');
    for (let n = 0; n < limbs; n++) {
      this.#sum[n] = (this.#sum[n] ?? 0) + sign * bytes.readUInt32BE(28 - 4 * n);
    }
    this.#uncarried++;
    if (this.#uncarried >= carryEvery) this.#carry();
  }

  #carry(): void {
    let carry = 0;
    for (let n = 0; n < limbs; n++) {
      const sum = (this.#sum[n] ?? 0) + carry;
      carry = Math.floor(sum / limbSize);
      this.#sum[n] = sum - carry * limbSize;
    }
    this.#uncarried = 0;
  }
}

/** What of a record is hashed: the canonical JSON of `[kind, record]`. */
export function rowText(row: ReplicaRow): string {
  return canonicalJson(row as unknown as Json);
}
