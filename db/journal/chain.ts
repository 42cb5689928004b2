// What holds between one record of a journal and the next. The check at start and the whole verification use this one
// reading of the chain, so that they cannot disagree.

import { canonicalJson, eventHash } from '../../access/canonical.ts';
import type { Json } from '../../access/event.ts';
import type { Head, JournalIdentity } from './schema.ts';

export type ProblemKind = 'altered' | 'missing' | 'reordered' | 'truncated' | 'foreign' | 'database';

/** The first thing that does not fit. `seq` is null where no record can be named. */
export interface JournalProblem {
  readonly seq: number | null;
  readonly kind: ProblemKind;
  readonly message: string;
}

/** A row of `events`, with the columns that filters look at. */
export interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly timeMs: number;
  readonly body: string;
  readonly hash: string;
}

interface Body {
  readonly seq?: unknown;
  readonly site?: unknown;
  readonly controller?: unknown;
  readonly epoch?: unknown;
  readonly prev?: unknown;
  readonly type?: unknown;
  readonly time?: unknown;
}

/** What a reader of rows selects. */
export const eventRowColumns = 'seq, type, time_ms AS timeMs, body, hash';

export class ChainCheck {
  readonly #identity: JournalIdentity;
  #last: Head;

  /** Begins behind `last`: the genesis head for the whole chain. */
  constructor(identity: JournalIdentity, last: Head) {
    this.#identity = identity;
    this.#last = last;
  }

  get last(): Head {
    return this.#last;
  }

  /** Takes the next row; tells what is wrong with it, or null. Stop at the first problem. */
  next(row: EventRow): JournalProblem | null {
    const expected = this.#last.seq + 1;
    if (row.seq !== expected) return problem(expected, 'missing', `record ${expected} is missing; ${row.seq} follows`);
    const body = parse(row.body);
    if (body === undefined) return problem(row.seq, 'altered', `record ${row.seq} is not the text of an event`);
    const found = this.#content(row, body.value) ?? this.#link(row, body.value, body.canonical);
    if (found === null) this.#last = { seq: row.seq, hash: row.hash };
    return found;
  }

  /** After the last row: whether it is the one that the journal remembers as its last. */
  end(head: Head): JournalProblem | null {
    const { seq, hash } = this.#last;
    if (seq < head.seq)
      return problem(seq + 1, 'truncated', `the end is cut off: ${head.seq} records were written, ${seq} are left`);
    if (seq > head.seq)
      return problem(head.seq + 1, 'foreign', `record ${head.seq + 1} was not written by the journal`);
    if (hash !== head.hash)
      return problem(seq, 'altered', `record ${seq}, the last one, is not the one that was written`);
    return null;
  }

  #content(row: EventRow, body: Body): JournalProblem | null {
    const { site, controller, epoch } = this.#identity;
    if (body.seq !== row.seq && Number.isSafeInteger(body.seq)) {
      return problem(row.seq, 'reordered', `in the place of record ${row.seq} stands record ${String(body.seq)}`);
    }
    if (body.site !== site || body.controller !== controller || body.epoch !== epoch) {
      return problem(row.seq, 'foreign', `record ${row.seq} names another site, controller or epoch`);
    }
    return null;
  }

  #link(row: EventRow, body: Body, canonical: boolean): JournalProblem | null {
    if (!canonical || body.seq !== row.seq || eventHash(row.body) !== row.hash) {
      return problem(row.seq, 'altered', `record ${row.seq} was altered: its text does not give its hash`);
    }
    if (body.type !== row.type || Date.parse(String(body.time)) !== row.timeMs) {
      return problem(row.seq, 'altered', `record ${row.seq} was altered: its type or time is filed wrongly`);
    }
    if (body.prev === this.#last.hash) return null;
    if (row.seq === 1) return problem(1, 'altered', 'record 1 does not follow from the name of this journal');
    const before = row.seq - 1;
    return problem(before, 'altered', `record ${before} was altered: record ${row.seq} names another hash for it`);
  }
}

export function problem(seq: number | null, kind: ProblemKind, message: string): JournalProblem {
  return { seq, kind, message };
}

function parse(text: string): { value: Body; canonical: boolean } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { value, canonical: canonicalJson(value as Json) === text };
  } catch {
    return undefined;
  }
}
