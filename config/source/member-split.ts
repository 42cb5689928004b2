// Takes one long list out of a JSON text that is read piece by piece: the items of the member `key` of the outermost
// object, each with its place, and what is left of the text. What stands in an item is judged by whoever gets it; only
// brackets and texts in quotes are followed here. Memory: one item, and the rest of the text.

import { isUtf8 } from 'node:buffer';
import type { Place } from './lines.ts';

export interface SplitItem extends Place {
  readonly text: string;
  readonly index: number;
}

const [quote, backslash, comma, colon, open, close, lineFeed] = [0x22, 0x5c, 0x2c, 0x3a, 0x5b, 0x5d, 0x0a];

/** Bytes of a key that are kept, to compare it. */
const maxKeyBytes = 64;

export class MemberSplit {
  readonly #key: string;
  readonly #keepsRest: boolean;
  readonly #rest: Buffer[] = [];
  readonly #item: Buffer[] = [];
  #depth = 0;
  #inText = false;
  #escaped = false;
  #words: number[] = [];
  #keySeen = false;
  #inList = false;
  #index = 0;
  #line = 1;
  #column = 1;
  #start: Place | null = null;

  /** @param keepsRest whether `rest` is wanted. */
  constructor(key: string, keepsRest: boolean) {
    this.#key = key;
    this.#keepsRest = keepsRest;
  }

  /** The items that end in this piece. */
  *take(bytes: Buffer): Generator<SplitItem> {
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      const inside = this.#inList;
      const ends = inside && !this.#inText && this.#depth === 2 && (byte === comma || byte === close);
      if (inside && !ends && this.#start === null && byte > 0x20) this.#begin();
      if (ends) {
        yield* this.#end(bytes.subarray(from, at), byte === comma);
        from = at + (byte === comma ? 1 : 0);
      }
      this.#follow(byte);
      if (!inside && this.#inList) {
        this.#keepRest(bytes.subarray(from, at + 1));
        from = at + 1;
      }
      this.#count(byte);
    }
    this.#keep(bytes.subarray(from));
  }

  /** The text without the items: their line feeds stay, so that what follows keeps its lines. */
  rest(): Buffer {
    return Buffer.concat(this.#rest);
  }

  #begin(): void {
    this.#start = { line: this.#line, column: this.#column };
  }

  *#end(tail: Buffer, more: boolean): Generator<SplitItem> {
    this.#keep(tail);
    const bytes = Buffer.concat(this.#item);
    this.#item.length = 0;
    const place = this.#start ?? { line: this.#line, column: this.#column };
    this.#start = null;
    const text = isUtf8(bytes) ? bytes.toString('utf8').trim() : '\uFFFD';
    if (text !== '' || more || this.#index > 0) yield { text, index: this.#index++, ...place };
  }

  #keep(bytes: Buffer): void {
    if (!this.#inList) {
      this.#keepRest(bytes);
      return;
    }
    this.#item.push(Buffer.from(bytes));
    this.#keepRest(bytes.filter((byte) => byte === lineFeed));
  }

  #keepRest(bytes: Uint8Array): void {
    if (this.#keepsRest && bytes.length > 0) this.#rest.push(Buffer.from(bytes));
  }

  #follow(byte: number): void {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) this.#inText = false;
      if (this.#inText && this.#depth === 1 && this.#words.length < maxKeyBytes) this.#words.push(byte);
      return;
    }
    if (byte === quote) {
      this.#inText = true;
      this.#words = [];
      this.#keySeen = false;
    } else if (byte === colon) this.#keySeen = this.#depth === 1 && Buffer.from(this.#words).toString() === this.#key;
    else if (byte === open || byte === 0x7b) {
      this.#depth += 1;
      if (byte === open && this.#depth === 2 && this.#keySeen) this.#inList = true;
      this.#keySeen = false;
    } else if (byte === close || byte === 0x7d) {
      this.#depth -= 1;
      if (this.#depth < 2) this.#inList = false;
    } else if (byte > 0x20) this.#keySeen = false;
  }

  /** A column is a UTF-16 code unit: two for what takes four bytes, none for a byte that goes on. */
  #count(byte: number): void {
    if (byte === lineFeed) {
      this.#line += 1;
      this.#column = 1;
    } else if ((byte & 0xc0) !== 0x80) this.#column += byte >= 0xf0 ? 2 : 1;
  }
}
