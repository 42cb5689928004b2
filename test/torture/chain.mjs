// Whether a journal is whole, by what interfaces.md section 5 says of it, and with nothing of the program that wrote it:
// sequence numbers from 1 without a gap, each `prev` the SHA-256 of the record before in its canonical form (RFC 8785).

import { createHash } from 'node:crypto';

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

export function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** Takes the records of one journal one by one. */
export class Chain {
  #last = 0;
  #prev;
  #origin;
  /** In words, one for each number that is missing, and for each record that is not what the next one says of it. */
  faults = [];

  constructor({ site, controller, epoch }) {
    this.#origin = { site, controller, epoch };
    this.#prev = sha256(canonical({ format: 'cardea-journal/1', site, controller, epoch }));
  }

  /** @param seq under which it is kept @param body its text */
  take(seq, body) {
    const event = JSON.parse(body);
    for (let missing = this.#last + 1; missing < seq; missing++) this.faults.push(`record ${missing} is missing`);
    const misplaced = event.seq !== seq || seq <= this.#last;
    const foreign = Object.entries(this.#origin).some(([key, value]) => event[key] !== value);
    if (misplaced || foreign) this.faults.push(`record ${seq} is of another place: ${body.slice(0, 300)}`);
    else if (seq === this.#last + 1 && event.prev !== this.#prev) this.faults.push(`record ${seq} breaks the chain`);
    this.#last = seq;
    this.#prev = sha256(canonical(event));
    return event;
  }
}
