// Reads along in a controller's journal, through a handle of its own that sees only what is committed: the numbers have no gap,
// the chain is whole and never rewritten, the outbox's cursor is never ahead of the office's disk, and no lock is freed without
// a record before it that gives a reason.

import Database from 'better-sqlite3';
import { hashOf } from './canonical.ts';
import type { Recorded } from './record.ts';
import type { Report } from './violations.ts';

interface Row {
  readonly seq: number;
  readonly body: string;
  readonly hash: string;
}

/** Asked all the time. */
class Questions {
  readonly meta: Database.Statement<[], { readonly key: string; readonly value: string }>;
  readonly after: Database.Statement<[number], Row>;
  readonly hashOf: Database.Statement<[number], string>;
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
    this.meta = db.prepare("SELECT key, value FROM meta WHERE key IN ('epoch', 'acknowledged')");
    this.after = db.prepare('SELECT seq, body, hash FROM events WHERE seq > ? ORDER BY seq');
    this.hashOf = db.prepare<[number], string>('SELECT hash FROM events WHERE seq = ?').pluck();
  }

  close(): void {
    this.#db.close();
  }
}

export interface WatchedController {
  readonly id: string;
  readonly site: string;
  readonly journal: string;
  /** The space of each of its doors. */
  readonly spaces: ReadonlyMap<string, string>;
  /** Its machine's clock. */
  now(): { readonly boot: string; readonly sinceBootMs: number };
}

export interface WatchEvents {
  readonly report: Report;
  /** Each record, once, when it is first seen on the disk. */
  record(record: Recorded, hash: string): void;
  /** How much of a journal the office has on its disk. */
  onOfficeDisk(controller: string, epoch: string): number;
}

/** A record gives a reason for what happens at its instant, and not for later. */
const reasonMs = 50;
const grants = new Set(['access.granted', 'access.repeated', 'access.duress', 'rex.activated', 'fire.activated']);

export class JournalWatch {
  readonly #controller: WatchedController;
  readonly #events: WatchEvents;
  #file: Questions | null = null;
  #epoch: string | null = null;
  #seq = 0;
  #hash = '';
  /** The newest record that may free a door, by door. */
  readonly #reasons = new Map<string, Recorded['clock'] & { readonly type: string }>();
  readonly #modes = new Map<string, string>();
  readonly #held = new Set<string>();

  constructor(controller: WatchedController, events: WatchEvents) {
    this.#controller = controller;
    this.#events = events;
  }

  /** Lets go of the file, after a last look: it is about to be moved, or is read by others. */
  close(): void {
    this.look();
    this.#file?.close();
    this.#file = null;
  }

  /** What is on the disk by now. */
  look(): void {
    const file = this.#opened();
    if (file === null) return;
    const values = new Map(file.meta.all().map(({ key, value }) => [key, value]));
    this.#sameEpoch(values.get('epoch') ?? '');
    for (const row of file.after.all(this.#seq)) this.#take(row);
    this.#checkKept(file);
    this.#checkCursor(values);
  }

  /** The line of a door now says `unlocked`. */
  freed(accessPoint: string): void {
    this.look();
    const reason = this.#reasons.get(accessPoint);
    const { boot, sinceBootMs } = this.#controller.now();
    if (reason !== undefined && reason.boot === boot && sinceBootMs - reason.sinceBootMs <= reasonMs) return;
    if (this.#modes.get(accessPoint) === 'unlocked' || this.#held.has(accessPoint)) return;
    const last =
      reason === undefined
        ? 'none'
        : `the last, ${reason.type}, is of ${reason.sinceBootMs} ms after boot ${reason.boot}`;
    const words = `${accessPoint} was freed at ${sinceBootMs} ms, and no record that is on the disk gives a reason (${last})`;
    this.#events.report('release', words);
  }

  #opened(): Questions | null {
    if (this.#file !== null) return this.#file;
    try {
      const db = new Database(this.#controller.journal, { readonly: true, fileMustExist: true });
      const there = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get();
      if (there === undefined) {
        db.close();
        return null;
      }
      this.#file = new Questions(db);
      return this.#file;
    } catch {
      // There is no journal yet.
      return null;
    }
  }

  #sameEpoch(epoch: string): void {
    if (this.#epoch === epoch) return;
    const { id, site } = this.#controller;
    if (this.#epoch !== null) {
      this.#events.report('chain', `${id} began a new journal ${epoch} at record ${this.#seq} of ${this.#epoch}`);
    }
    this.#epoch = epoch;
    this.#seq = 0;
    this.#hash = hashOf({ format: 'cardea-journal/1', site, controller: id, epoch });
  }

  #take({ seq, body, hash }: Row): void {
    const { id } = this.#controller;
    const record = JSON.parse(body) as Recorded;
    const { report } = this.#events;
    if (seq !== this.#seq + 1) report('sequence', `${id}: record ${seq} comes after record ${this.#seq}`);
    if (record.seq !== seq || record.controller !== id || record.epoch !== this.#epoch) {
      report('sequence', `${id}: record ${seq} says that it is ${record.controller}/${record.epoch}/${record.seq}`);
    }
    if (record.prev !== this.#hash) report('chain', `${id}: record ${seq} does not follow record ${this.#seq}`);
    const own = hashOf(record);
    if (own !== hash) report('chain', `${id}: record ${seq} has the hash ${own}, not ${hash}`);
    this.#seq = seq;
    this.#hash = own;
    this.#remember(record);
    this.#events.record(record, own);
  }

  /** What was seen once stays as it was. */
  #checkKept(file: Questions): void {
    if (this.#seq === 0) return;
    const last = file.hashOf.get(this.#seq);
    if (last === this.#hash) return;
    const what = last === undefined ? 'is gone' : 'is another one now';
    this.#events.report('chain', `${this.#controller.id}: record ${this.#seq} ${what}`);
    this.#hash = last ?? this.#hash;
  }

  #checkCursor(values: ReadonlyMap<string, string>): void {
    const text = values.get('acknowledged');
    if (text === undefined || this.#epoch === null) return;
    const { through } = JSON.parse(text) as { through: number };
    const kept = this.#events.onOfficeDisk(this.#controller.id, this.#epoch);
    if (through <= kept) return;
    const words = `${this.#controller.id} counts its records up to ${through} as delivered, and the office has ${kept}`;
    this.#events.report('acknowledged', words);
  }

  #remember(record: Recorded): void {
    const { type, accessPoint, clock, data } = record;
    const reason = { ...clock, type };
    if (type === 'accesspoint.mode' && accessPoint !== undefined) {
      this.#modes.set(accessPoint, String(data.mode));
      this.#reasons.set(accessPoint, reason);
    }
    if (type === 'rex.activated' && data.outcome === 'refused') return;
    if (grants.has(type) && accessPoint !== undefined) this.#reasons.set(accessPoint, reason);
    if (type === 'fire.activated') for (const door of this.#controller.spaces.keys()) this.#held.add(door);
    if (type === 'fire.cleared') this.#held.clear();
    if (type === 'command.applied') {
      for (const door of this.#doorsOf(record)) this.#reasons.set(door, reason);
    }
  }

  #doorsOf({ accessPoint, data }: Recorded): readonly string[] {
    if (accessPoint !== undefined) return [accessPoint];
    return Array.isArray(data.accessPoints) ? data.accessPoints.map(String) : [];
  }
}
