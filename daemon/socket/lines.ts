// Bytes into lines, with a bound: what grows beyond it is never held.

/** Splits at LF; `push` gives false once a line has grown beyond `maxBytes`: the stream is then of no more use. */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #line: (text: string) => void;
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(maxBytes: number, line: (text: string) => void) {
    this.#maxBytes = maxBytes;
    this.#line = line;
  }

  push(chunk: Buffer): boolean {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      if (!this.#keep(chunk.subarray(from, end))) return false;
      const whole = Buffer.concat(this.#rest).toString('utf8');
      this.#rest = [];
      this.#restBytes = 0;
      from = end + 1;
      this.#line(whole);
    }
    return this.#keep(chunk.subarray(from));
  }

  #keep(piece: Buffer): boolean {
    this.#restBytes += piece.length;
    if (this.#restBytes > this.#maxBytes) return false;
    if (piece.length > 0) this.#rest.push(piece);
    return true;
  }
}
