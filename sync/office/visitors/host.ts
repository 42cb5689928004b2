// The name of a host, who is a member of the staff or a customer; an id that is both is the staff's, as at the door.

import type Database from 'better-sqlite3';
import type { OfficeStore } from '../store/open.ts';

export class HostNames {
  readonly #name: Database.Statement<[string], string | null>;

  constructor({ db }: OfficeStore) {
    this.#name = db
      .prepare<[string], string | null>(
        `SELECT json_extract(body, '$.name') FROM records WHERE kind IN ('staff', 'customers') AND id = ?
         ORDER BY kind DESC LIMIT 1`,
      )
      .pluck();
  }

  /** The id where nobody is known by it. */
  of(id: string): string {
    return this.#name.get(id) ?? id;
  }
}
