// Small values that outlive a restart, and cost no write of their own: they go to disk with the next commit or flush.

import type Database from 'better-sqlite3';
import { canonicalJson } from '../../access/canonical.ts';
import type { Json } from '../../access/event.ts';
import { DbError } from '../error.ts';

/** Longest kept value, in characters of its canonical JSON. */
export const maxKeptLength = 64 * 1024;

const prefix = 'kept:';

export class KeptValues {
  readonly #file: string;
  readonly #get: Database.Statement<[string], string>;
  readonly #put: Database.Statement<[string, string]>;
  /** Set and not on disk yet. */
  readonly #waiting = new Map<string, string>();

  constructor(db: Database.Database, file: string) {
    this.#file = file;
    this.#get = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
    this.#put = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  }

  get dirty(): boolean {
    return this.#waiting.size > 0;
  }

  get(key: string): Json | undefined {
    const text = this.#waiting.get(key) ?? this.#get.get(prefix + key);
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  }

  /** @throws DbError `too-large` */
  set(key: string, value: Json): void {
    const text = canonicalJson(value);
    if (text.length > maxKeptLength) {
      throw new DbError(
        'too-large',
        this.#file,
        `the value of ${key} takes ${text.length} characters, at most ${maxKeptLength} are kept`,
      );
    }
    this.#waiting.set(key, text);
  }

  /** Inside the caller's transaction. */
  write(): void {
    for (const [key, text] of this.#waiting) this.#put.run(prefix + key, text);
  }

  /** To be called once the transaction of `write` is on disk. */
  written(): void {
    this.#waiting.clear();
  }
}
