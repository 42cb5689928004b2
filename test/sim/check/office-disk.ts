// What is on the office's disk, read through a handle of its own: how much of each journal, and whether an acknowledgement
// that was handed to the network claims more.

import Database from 'better-sqlite3';
import type { Report } from './violations.ts';

export class OfficeDisk {
  readonly #file: string;
  readonly #report: Report;
  readonly #counted = new Map<string, number>();
  #db: Database.Database | null = null;
  #next: Database.Statement<[string, string, number], number> | null = null;

  constructor(file: string, report: Report) {
    this.#file = file;
    this.#report = report;
  }

  close(): void {
    this.#db?.close();
    this.#db = null;
    this.#next = null;
  }

  /** Records of a journal from its first on, without a gap. */
  has(controller: string, epoch: string): number {
    const next = this.#opened();
    const key = `${controller}/${epoch}`;
    if (next === null) return this.#counted.get(key) ?? 0;
    let through = this.#counted.get(key) ?? 0;
    for (const seq of next.iterate(controller, epoch, through)) {
      if (seq !== through + 1) break;
      through = seq;
    }
    this.#counted.set(key, through);
    return through;
  }

  /** The office hands this to the network. */
  acknowledges(topic: string, payload: Uint8Array): void {
    const controller = /^cardea\/1\/[^/]+\/([^/]+)\/ack$/.exec(topic)?.[1];
    if (controller === undefined) return;
    const { epoch, through } = claimOf(payload) as { epoch: string; through: number };
    const kept = this.has(controller, epoch);
    if (through > kept) {
      const words = `the office acknowledges ${controller} up to ${through}, and has ${kept} on its disk`;
      this.#report('acknowledged', words);
    }
  }

  #opened(): Database.Statement<[string, string, number], number> | null {
    if (this.#next !== null) return this.#next;
    try {
      const db = new Database(this.#file, { readonly: true, fileMustExist: true });
      const there = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get();
      if (there === undefined) {
        db.close();
        return null;
      }
      this.#db = db;
      const after = 'SELECT seq FROM events WHERE controller = ? AND epoch = ? AND seq > ? ORDER BY seq';
      this.#next = db.prepare<[string, string, number], number>(after).pluck();
    } catch {
      // There is no store yet.
    }
    return this.#next;
  }
}

/** The payload of a compact JWS, whoever signed it. */
export function claimOf(payload: Uint8Array): unknown {
  const [, body = ''] = Buffer.from(payload).toString('latin1').split('.');
  return JSON.parse(Buffer.from(body, 'base64url').toString());
}
