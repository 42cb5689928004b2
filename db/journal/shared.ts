// What all controllers of a site know, read: never on the way of a tap.

import type Database from 'better-sqlite3';
import type { Catalogue } from '../../access/catalogue.ts';
import type { JournalEvent, JsonObject } from '../../access/event.ts';
import { bootHolder, type JournalCursor, type SharedRecord, sharedOf, sharedTypes } from '../../access/merge/record.ts';
import { lastAnchor } from '../../access/merge/times.ts';
import type { Anchor } from '../../access/time/trusted-time.ts';
import type { Catalogues } from './catalogues.ts';
import { ownSharedKey } from './shared-changes.ts';

/** Records that a merge looks back at; those that the replica includes are forgotten sooner. */
export const sharedDays = 14;
const includedDays = 3;
const dayMs = 86_400_000;

/** Records of this journal that are read in one step. */
const ownRows = 200;

type Row = Omit<SharedRecord, 'data'> & { readonly data: string };

const columns = `holder, time_ms AS timeMs, controller, epoch, seq, type, boot, since_boot_ms AS sinceBootMs, data`;

export class SharedRows {
  readonly #db: Database.Database;
  readonly #catalogues: Catalogues;
  readonly #records: Database.Statement<[string], Row>;
  readonly #unmerged: Database.Statement<[number], string>;
  readonly #included: Database.Statement<[string], number>;
  readonly #revision: Database.Statement<[number, number], string>;

  constructor(db: Database.Database, catalogues: Catalogues) {
    this.#db = db;
    this.#catalogues = catalogues;
    this.#records = db.prepare(`SELECT ${columns} FROM shared_records WHERE holder = ?`);
    this.#unmerged = db.prepare<[number], string>('SELECT holder FROM unmerged ORDER BY holder LIMIT ?').pluck();
    this.#included = db.prepare<[string], number>('SELECT through FROM included WHERE epoch = ?').pluck();
    this.#revision = db
      .prepare<[number, number], string>(
        `SELECT catalogue FROM replica_catalogues ORDER BY revision < ?, abs(revision - ?) LIMIT 1`,
      )
      .pluck();
  }

  /** How far each peer's journal is known. */
  cursors(): JournalCursor[] {
    return this.#db
      .prepare<[], JournalCursor>('SELECT controller, epoch, through, hash FROM shared_journals ORDER BY 1, 2')
      .all();
  }

  /** Of one person, in no order. */
  recordsOf(holder: string): SharedRecord[] {
    return this.#records.all(holder).map((row) => ({ ...row, data: JSON.parse(row.data) as JsonObject }));
  }

  /** Some of those who are to be merged. */
  unmerged(limit: number): string[] {
    return this.#unmerged.all(limit);
  }

  /** Whose visits are open here that began at another controller. */
  guests(): string[] {
    return this.#db.prepare<[], string>('SELECT customer FROM visits WHERE owner IS NOT NULL').pluck().all();
  }

  /** The last time that the controller's clock was set in the boot of the record, to a time that is right. */
  anchorOf(record: SharedRecord): Anchor | undefined {
    return lastAnchor(this.#records.all(bootHolder(record.boot)), record);
  }

  /** Whom the records are about that a controller made in a boot before its clock was set. */
  holdersBefore({ controller, epoch, seq, boot }: SharedRecord): string[] {
    return this.#db
      .prepare<[string, string, number, string], string>(
        `SELECT DISTINCT holder FROM shared_records
         WHERE controller = ? AND epoch = ? AND seq < ? AND boot = ? AND type <> 'clock.stepped' ORDER BY holder`,
      )
      .pluck()
      .all(controller, epoch, seq, boot);
  }

  /** Who is to be merged anew with another replica. */
  again(): string[] {
    return this.#db.prepare<[], string>('SELECT holder FROM merge_again ORDER BY holder').pluck().all();
  }

  /** Some of those who are to be merged anew by then, UTC milliseconds. */
  againBy(ms: number, limit: number): string[] {
    return this.#db
      .prepare<[number, number], string>(
        'SELECT holder FROM merge_again WHERE at_ms IS NOT NULL AND at_ms <= ? ORDER BY at_ms, holder LIMIT ?',
      )
      .pluck()
      .all(Math.trunc(ms), limit);
  }

  /** When the next one is, UTC milliseconds; null: nobody is at an instant. */
  soonestAgainMs(): number | null {
    const soonest = this.#db.prepare<[], number | null>('SELECT min(at_ms) FROM merge_again WHERE at_ms IS NOT NULL');
    return soonest.pluck().get() ?? null;
  }

  /** Up to when the replica counts what that controller recorded, by its clock; null: that is not known. */
  coveredMs(controller: string): number | null {
    const covered = this.#db.prepare<[string], number>('SELECT time_ms FROM covered WHERE controller = ?').pluck();
    return covered.get(controller) ?? null;
  }

  /** Whether the replica counts what that record says. */
  includes(epoch: string, seq: number): boolean {
    return (this.#included.get(epoch) ?? 0) >= seq;
  }

  /** Of that revision, or the nearest that is known, rather a later one. */
  catalogueOf(revision: number): Catalogue | undefined {
    const hash = this.#revision.get(revision, revision);
    return hash === undefined ? undefined : this.#catalogues.read(hash);
  }

  knowsCatalogue(revision: number): boolean {
    const known = this.#db.prepare<[number], number>('SELECT 1 FROM replica_catalogues WHERE revision = ?');
    return known.pluck().get(revision) !== undefined;
  }

  /** The next records of this journal that are not among the shared ones; null: all are. */
  ownBehind(headSeq: number, nowMs: number): { readonly records: SharedRecord[]; readonly through: number } | null {
    const kept = this.#db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(ownSharedKey);
    const after = kept === undefined ? this.#before(nowMs - sharedDays * dayMs) : Number(kept);
    if (after >= headSeq) return null;
    const rows = this.#db
      .prepare<[number, string, number], { readonly seq: number; readonly body: string }>(
        `SELECT seq, body FROM events WHERE seq > ? AND type IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?`,
      )
      .all(after, JSON.stringify(sharedTypes), ownRows);
    const last = rows.length < ownRows ? headSeq : (rows.at(-1)?.seq ?? headSeq);
    const records = rows.flatMap(({ body }) => sharedOf(JSON.parse(body) as JournalEvent) ?? []);
    return { records, through: last };
  }

  /** Inside the caller's transaction: the replica counts what that journal says up to there. @param nowMs null: nobody knows it; nothing is too old then */
  include(controller: string, epoch: string, through: number, nowMs: number | null): void {
    this.#db
      .prepare(
        `INSERT INTO included (epoch, through) VALUES (?, ?)
         ON CONFLICT DO UPDATE SET through = excluded.through WHERE excluded.through > through`,
      )
      .run(epoch, through);
    this.#cover(controller, epoch, through, nowMs);
    if (nowMs === null) return;
    this.#forget(Math.trunc(nowMs) - sharedDays * dayMs, null, 0);
    this.#forget(Math.trunc(nowMs) - includedDays * dayMs, epoch, through);
  }

  /**
   * Records from before then. One of a clock that was set later in its boot is as old as that says; one that nothing says it of is
   * no older than the records before it in its journal: a clock that has lost its time may say 1970.
   * @param epoch only those of that journal up to `through`; null: all
   */
  #forget(beforeMs: number, epoch: string | null, through: number): void {
    const candidates = 'time_ms < $beforeMs AND ($epoch IS NULL OR (epoch = $epoch AND seq <= $through))';
    const asked = { beforeMs, epoch, through };
    const some = this.#db.prepare<[typeof asked], number>(`SELECT 1 FROM shared_records WHERE ${candidates} LIMIT 1`);
    if (some.pluck().get(asked) === undefined) return;
    this.#db
      .prepare(
        `WITH young AS MATERIALIZED (
           SELECT controller, epoch, min(seq) AS seq FROM shared_records WHERE time_ms >= $beforeMs GROUP BY 1, 2)
         DELETE FROM shared_records AS old WHERE ${candidates} AND coalesce(
           (SELECT time_ms - max(since_boot_ms - old.since_boot_ms, 0) < $beforeMs FROM shared_records AS step
             WHERE step.holder = '${bootHolder('')}' || old.boot AND step.controller = old.controller
             ORDER BY step.since_boot_ms DESC, step.seq DESC LIMIT 1),
           NOT EXISTS (SELECT 1 FROM young
             WHERE young.controller = old.controller AND young.epoch = old.epoch AND young.seq < old.seq))`,
      )
      .run(asked);
  }

  /**
   * What was assumed of a visit goes once the replica counts what its controller recorded after its cut-off, whether or not that
   * says anything of it; at the latest when a merge no longer looks back at it.
   */
  #cover(controller: string, epoch: string, through: number, nowMs: number | null): void {
    const last = this.#db.prepare<[string, string, number], number>(
      'SELECT time_ms FROM shared_records WHERE controller = ? AND epoch = ? AND seq <= ? ORDER BY seq DESC LIMIT 1',
    );
    const coveredMs = last.pluck().get(controller, epoch, through);
    if (coveredMs !== undefined) {
      this.#db
        .prepare(
          `INSERT INTO covered (controller, time_ms) VALUES (?, ?)
           ON CONFLICT DO UPDATE SET time_ms = excluded.time_ms WHERE excluded.time_ms > time_ms`,
        )
        .run(controller, coveredMs);
    }
    for (const table of ['pass_use', 'plan_use']) {
      this.#db
        .prepare(`DELETE FROM ${table} WHERE epoch = '' AND (seq < ? OR (controller = ? AND seq < ?))`)
        .run(nowMs === null ? 0 : Math.trunc(nowMs) - sharedDays * dayMs, controller, coveredMs ?? 0);
    }
  }

  #before(ms: number): number {
    const before = this.#db.prepare<[number], number | null>('SELECT max(seq) FROM events WHERE time_ms < ?').pluck();
    return before.get(Math.trunc(ms)) ?? 0;
  }
}
