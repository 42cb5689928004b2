// The framing of `format: line`: bytes in, whole lines out, whatever arrives and however it is cut into chunks. Stands in
// front of the readline parser, which buffers without a bound. Holds at most `maxLineBytes`; no clock, no I/O.

const cr = 0x0d;
const lf = 0x0a;

export interface Guarded {
  /** The lines that were finished by this chunk, each ended by one LF; none is empty, none is longer than the limit. */
  readonly bytes: Uint8Array;
  /** How many lines that is. */
  readonly lines: number;
  /** Lines that outgrew the limit in this chunk. Each is counted once, where it does, and dropped up to its ending. */
  readonly tooLong: number;
}

/** A line ends with CR or LF; empty lines are ignored, so that CRLF is one ending even when a chunk ends inside it. */
export class LineGuard {
  readonly #line: Uint8Array;
  #length = 0;
  #dropping = false;

  constructor(maxLineBytes: number) {
    this.#line = new Uint8Array(maxLineBytes);
  }

  feed(chunk: Uint8Array): Guarded {
    const out = new Uint8Array(this.#length + chunk.length);
    let [written, lines, tooLong] = [0, 0, 0];
    for (const byte of chunk) {
      if (byte === cr || byte === lf) {
        if (this.#length > 0) {
          out.set(this.#line.subarray(0, this.#length), written);
          written += this.#length;
          out[written++] = lf;
          lines++;
        }
        this.#length = 0;
        this.#dropping = false;
      } else if (!this.#dropping) {
        if (this.#length < this.#line.length) {
          this.#line[this.#length++] = byte;
        } else {
          tooLong++;
          this.#length = 0;
          this.#dropping = true;
        }
      }
    }
    return { bytes: out.subarray(0, written), lines, tooLong };
  }

  /** Whether a line has begun that has not ended. */
  get unfinished(): boolean {
    return this.#dropping || this.#length > 0;
  }

  /** Forgets the unfinished line; what comes next begins a new one. Returns the lines dropped that were not counted yet: 0 or 1. */
  expire(): number {
    const dropped = this.#length > 0 ? 1 : 0;
    this.#length = 0;
    this.#dropping = false;
    return dropped;
  }

  /** Drops the unfinished line up to its ending, however much of it is still to come. Returns as `expire`. */
  dropRest(): number {
    const unfinished = this.unfinished;
    const dropped = this.expire();
    this.#dropping = unfinished;
    return dropped;
  }
}
