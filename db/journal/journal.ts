// The journal: what happened, in an order that nobody can change unnoticed, and what it means for the next decision.
// A commit is one transaction, on disk when it returns; a commit that failed has changed nothing, on disk or in memory.

import type Database from 'better-sqlite3';
import type { StateChange } from '../../access/change.ts';
import type { Clock, Moment, Random } from '../../access/clock.ts';
import type { SavedDoor } from '../../access/door/state.ts';
import type { EventDraft, EventType, JournalEvent, Json } from '../../access/event.ts';
import type { LocalFacts, Presence, Visit } from '../../access/facts.ts';
import type { Anchor } from '../../access/time/trusted-time.ts';
import { DbError, messageOf } from '../error.ts';
import { Catalogues } from './catalogues.ts';
import { changeExecutor, type Execute } from './changes.ts';
import { Deadlines, type VisitDue, type VisitorInside } from './deadlines.ts';
import { type EarlierJournal, type Restored, readEarlier, undelivered } from './earlier.ts';
import { KeptValues } from './kept-values.ts';
import { lastSynchronised, synchronisedKey } from './last-synchronised.ts';
import { JournalFacts } from './local-facts.ts';
import { type NewRecord, recordsOf } from './records.ts';
import type { OldRecord } from './retention.ts';
import { readSavedDoors } from './saved-doors.ts';
import { anchorKey, type Head, headText, type JournalIdentity, readAnchor } from './schema.ts';
import { readSettledCommands, type SettledCommands } from './settled-commands.ts';
import { SharedRows } from './shared.ts';
import { type VisitRow, visitColumns, visitOf } from './visit-row.ts';

/** The outbox's cursor: the office has all up to `through`, and said so at `issuedAtMs` (null: it did not say when). */
export interface Acknowledged {
  readonly through: number;
  readonly issuedAtMs: number | null;
}

export interface JournalStats {
  readonly records: number;
  readonly openVisits: number;
  readonly localUses: number;
  /** Of the main file, without the part of it that is in the WAL. */
  readonly fileBytes: number;
}

const acknowledgedKey = 'acknowledged';
const earlierKey = 'earlier';
const restoredKey = 'restored';
/** Proposals are asked for within their business day; a wall clock that is wrong by less than this drops none of them. */
const proposalDays = 7;
const dayMs = 86_400_000;

export class Journal {
  readonly epoch: string;
  readonly facts: LocalFacts;
  /** What all controllers of the site know. */
  readonly shared: SharedRows;
  readonly #db: Database.Database;
  readonly #identity: JournalIdentity;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #catalogues: Catalogues;
  readonly #deadlines: Deadlines;
  readonly #kept: KeptValues;
  readonly #execute: Execute;
  readonly #insert: Database.Statement<[number, string, number, string, string]>;
  readonly #putHead: Database.Statement<[string]>;
  readonly #oldest: Database.Statement<[number, number], OldRecord>;
  readonly #hash: Database.Statement<[number], string>;
  readonly #drop: Database.Statement<[number]>;
  readonly #putAnchor: Database.Statement<[string, string]>;
  readonly #inOne: Database.Transaction<(work: () => unknown) => unknown>;
  /** As the file was opened. */
  readonly #synchronous: number;
  #head: Head;
  #anchor: Head | null;
  #lastSynchronised: Anchor | null;
  #keptSynchronised: Anchor | null = null;

  /** Of a checked file; `openJournal` makes it. */
  constructor(db: Database.Database, identity: JournalIdentity, head: Head, clock: Clock, random: Random) {
    this.epoch = identity.epoch;
    this.#db = db;
    this.#identity = identity;
    this.#head = head;
    this.#clock = clock;
    this.#random = random;
    this.#catalogues = new Catalogues(db);
    this.facts = new JournalFacts(db, this.#catalogues);
    this.shared = new SharedRows(db, this.#catalogues);
    this.#deadlines = new Deadlines(db);
    this.#kept = new KeptValues(db, db.name);
    this.#execute = changeExecutor(db, identity, this.#catalogues);
    this.#insert = db.prepare('INSERT INTO events (seq, type, time_ms, body, hash) VALUES (?, ?, ?, ?, ?)');
    this.#putHead = db.prepare("UPDATE meta SET value = ? WHERE key = 'head'");
    this.#oldest = db.prepare(
      `SELECT seq, time_ms AS timeMs, octet_length(body) AS bytes FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
    );
    this.#hash = db.prepare<[number], string>('SELECT hash FROM events WHERE seq = ?').pluck();
    this.#drop = db.prepare('DELETE FROM events WHERE seq <= ?');
    this.#putAnchor = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
    this.#inOne = db.transaction((work) => work());
    this.#synchronous = Number(db.pragma('synchronous', { simple: true }));
    this.#lastSynchronised = lastSynchronised(db);
    this.#anchor = readAnchor(db);
  }

  get head(): Head {
    return this.#head;
  }

  get identity(): JournalIdentity {
    return this.#identity;
  }

  /** The last record that was dropped from the beginning; null: none was. */
  get anchor(): Head | null {
    return this.#anchor;
  }

  /**
   * Writes the drafts as the next records, and executes the changes in their order, as one transaction.
   * @param options `at`: the moment of the records where the decision's own is to be theirs; else the clock is read once.
   * `lazily`: where there are no drafts, on disk with the next commit only, or not at all if the power goes before.
   * @throws DbError `storage-failed`, `too-large`; nothing was written then.
   */
  commit(
    drafts: readonly EventDraft[],
    changes: readonly StateChange[],
    options: { readonly at?: Moment; readonly lazily?: boolean } = {},
  ): readonly JournalEvent[] {
    const at = options.at ?? this.#clock.now();
    const place = { identity: this.#identity, head: this.#head, file: this.#db.name };
    const records = recordsOf(drafts, place, at, this.#random);
    const last = records.at(-1);
    const head = last === undefined ? this.#head : { seq: last.event.seq, hash: last.hash };
    const synchronised = last !== undefined && at.synchronised;
    if (!synchronised) this.#keepSynchronised();
    const lazily = options.lazily === true && last === undefined;
    this.#write(lazily ? 'what peers said was not written' : 'the records were not written', lazily, () => {
      for (const record of records) this.#insertRecord(record, at);
      this.#execute(changes, head.seq, Math.trunc(at.wallMs));
      if (last !== undefined) this.#putHead.run(headText(head));
    });
    this.#head = head;
    if (synchronised) {
      this.#lastSynchronised = { wallMs: Math.trunc(at.wallMs), boot: at.boot, sinceBootMs: at.sinceBootMs };
    }
    for (const change of changes) {
      if (change.do === 'open-visit' || change.do === 'keep-catalogue') this.#catalogues.kept(change.catalogue);
    }
    return records.map((record) => record.event);
  }

  /**
   * Asks all that a decision asks of the journal as of one moment, and under one lock of its file: taken for each question,
   * the lock costs more than the answer.
   */
  reading<Answer>(ask: () => Answer): Answer {
    return this.#inOne.deferred(ask) as Answer;
  }

  get acknowledged(): Acknowledged {
    return (this.#kept.get(acknowledgedKey) as Acknowledged | undefined) ?? { through: 0, issuedAtMs: null };
  }

  /** Moves the outbox's cursor, also back. It costs no write: a crash makes the office hear again what it knows. */
  acknowledge(through: number, issuedAtMs: number | null): void {
    this.#kept.set(acknowledgedKey, { through, issuedAtMs });
  }

  /** How many records the office has not acknowledged, those of earlier journals too. */
  pending(): number {
    return Math.max(this.#head.seq - this.acknowledged.through, 0) + undelivered(this.earlier);
  }

  /** The controller's journals before this one of which the office may not have all. */
  get earlier(): readonly EarlierJournal[] {
    return readEarlier(this.#kept.get(earlierKey));
  }

  /** Moves the cursor of an earlier journal, as `acknowledge` does; of an unknown one nothing is done. */
  acknowledgeEarlier(epoch: string, through: number, issuedAtMs: number | null): void {
    const moved = this.earlier.map((one) => (one.epoch === epoch ? { ...one, through, issuedAtMs } : one));
    this.#kept.set(earlierKey, moved as unknown as Json);
  }

  /** Of a journal that was begun by a restore: what it goes on from. */
  get restored(): Restored | null {
    return (this.#kept.get(restoredKey) as Restored | undefined) ?? null;
  }

  /** The last record under a synchronised clock, of this journal or of the one that it goes on from; null: there is none. */
  lastSynchronised(): Anchor | null {
    return this.#lastSynchronised;
  }

  get(key: string): Json | undefined {
    return this.#kept.get(`own:${key}`);
  }

  /** Goes to disk with the next commit or flush. @throws DbError `too-large` */
  set(key: string, value: Json): void {
    this.#kept.set(`own:${key}`, value);
  }

  /** Writes what `acknowledge` and `set` left in memory. @throws DbError `storage-failed` */
  flush(): void {
    if (this.#kept.dirty) this.#write('the kept values were not written', false, () => undefined);
  }

  /**
   * Forgets use that an installed replica counts (rules.md section 5), and what nobody can ask for any more: included
   * proposals of business days long past, catalogues of settled visits, peers' records that are old. Repeating it changes nothing.
   * @param through sequence number, as `includes` says
   * @param epoch that of the number: this journal's, one that a restored journal goes on from, or a peer's
   */
  dropIncluded(
    through: number,
    epoch: string = this.#identity.epoch,
    controller: string = this.#identity.controller,
  ): void {
    const oldest = new Date(this.#clock.now().wallMs - proposalDays * dayMs).toISOString().slice(0, 10);
    this.#write('included use was not dropped', false, () => {
      for (const table of ['pass_use', 'plan_use']) {
        this.#db
          .prepare(`DELETE FROM ${table} WHERE controller = ? AND epoch = ? AND seq <= ?`)
          .run(controller, epoch, through);
      }
      this.#db
        .prepare('DELETE FROM proposals WHERE epoch = ? AND seq <= ? AND business_day < ?')
        .run(epoch, through, oldest);
      this.#db.prepare("DELETE FROM proposals WHERE epoch = '' AND business_day < ?").run(oldest);
      this.shared.include(controller, epoch, through, this.#clock.now().wallMs);
      this.#catalogues.prune();
    });
  }

  /** The oldest records, in order. */
  oldest(count: number): OldRecord[] {
    return this.#oldest.all(this.#anchor?.seq ?? 0, count);
  }

  /** Bytes of the file that hold something: the rest of it is used again. */
  usedBytes(): number {
    const of = (pragma: string): number => Number(this.#db.pragma(pragma, { simple: true }));
    return (of('page_count') - of('freelist_count')) * of('page_size');
  }

  /**
   * Drops the records up to `through`, which is not the last; the chain goes on from the hash of that one.
   * @returns false where that record cannot say its hash: nothing was dropped then.
   * @throws DbError `storage-failed`
   */
  drop(through: number): boolean {
    const hash = this.#hash.get(through);
    if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash) || through >= this.#head.seq) return false;
    const anchor = { seq: through, hash };
    this.#write('old records were not dropped', false, () => {
      this.#drop.run(through);
      this.#putAnchor.run(anchorKey, headText(anchor));
    });
    this.#anchor = anchor;
    return true;
  }

  /** When anything falls due next, UTC milliseconds; null: nothing does. */
  soonestMs(): number | null {
    return this.#deadlines.soonestMs();
  }

  /** The open visit that is closed, or whose minutes run out, next. */
  due(): VisitDue | undefined {
    return this.#deadlines.visit();
  }

  /** The presence that ends next. */
  presenceDue(): Presence | undefined {
    return this.#deadlines.presence();
  }

  /** The visitor whose stay ends next. */
  visitorDue(): VisitorInside | undefined {
    return this.#deadlines.visitor();
  }

  /** The modes of all doors that ever had one, by id of the access point. */
  savedDoors(): ReadonlyMap<string, SavedDoor> {
    return readSavedDoors(this.#db);
  }

  /** Of the last `within` records those of these types, the newest first; each is read when it is asked for. */
  *latest(types: readonly EventType[], within: number): Generator<JournalEvent> {
    const texts = this.#db
      .prepare<[number, string], string>(
        `SELECT body FROM events WHERE seq > ? AND type IN (SELECT value FROM json_each(?)) ORDER BY seq DESC`,
      )
      .pluck()
      .all(this.#head.seq - within, JSON.stringify(types));
    for (const text of texts) yield JSON.parse(text) as JournalEvent;
  }

  /** What is kept of orders that were settled. */
  settledCommands(): SettledCommands {
    return readSettledCommands(this.#db);
  }

  /** In order of their beginning. */
  openVisits(): Visit[] {
    const rows = this.#db.prepare<[], VisitRow>(`SELECT ${visitColumns} FROM visits ORDER BY from_ms, id`).all();
    return rows.map(visitOf);
  }

  stats(): JournalStats {
    const count = (table: string): number =>
      this.#db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    const pages = Number(this.#db.pragma('page_count', { simple: true }));
    const pageBytes = Number(this.#db.pragma('page_size', { simple: true }));
    return {
      records: this.#head.seq,
      openVisits: count('visits'),
      localUses: count('pass_use'),
      fileBytes: pages * pageBytes,
    };
  }

  /** Brings the WAL into the main file and closes. Kept values that were not written yet are written. */
  close(): void {
    try {
      this.flush();
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#db.close();
    }
  }

  /** Into the next transaction, where it is not known yet: later records push the last one under a good clock out of sight. */
  #keepSynchronised(): void {
    const anchor = this.#lastSynchronised;
    if (anchor === null || this.#keptSynchronised === anchor) return;
    this.#kept.set(synchronisedKey, { ...anchor });
    this.#keptSynchronised = anchor;
  }

  #insertRecord({ event, text, hash }: NewRecord, at: Moment): void {
    this.#insert.run(event.seq, event.type, Math.trunc(at.wallMs), text, hash);
  }

  #write(attempted: string, lazily: boolean, work: () => void): void {
    try {
      // NORMAL in WAL mode: what is lost with the power is the end of the log, whole transactions, never the order.
      if (lazily) this.#db.pragma(`synchronous = ${Math.min(this.#synchronous, 1)}`);
      this.#inOne.immediate(() => {
        work();
        if (!lazily) this.#kept.write();
      });
    } catch (error) {
      throw new DbError('storage-failed', this.#db.name, `${attempted} (${messageOf(error)}); check the disk`, error);
    } finally {
      if (lazily) this.#db.pragma(`synchronous = ${this.#synchronous}`);
    }
    if (!lazily) this.#kept.written();
  }
}
