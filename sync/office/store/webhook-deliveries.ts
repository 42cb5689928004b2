// What webhooks have not taken yet, by the rows of the records. A message is gone from here only once it was taken, or somebody let it go.

import type Database from 'better-sqlite3';
import type { EventType } from '../../../access/event.ts';
import type { WireEvent } from '../../protocol/events.ts';
import { dataFault } from '../ingest/event-data.ts';
import { queueOf, toldTypes, topicOf, type WebhookTopic } from '../webhooks/topics.ts';
import { guarded } from './failure.ts';
import type { OfficeStore } from './open.ts';
import { noWebhook } from './webhooks.ts';

/** One message that waits. */
export interface Waiting {
  /** Row of its record. */
  readonly event: number;
  readonly queue: string;
  /** When it was refused first, UTC milliseconds; null: it was not. */
  readonly firstFailedMs: number | null;
}

export interface Aside {
  readonly webhook: string;
  readonly queue: string;
  readonly type: string;
  /** Of its record. */
  readonly id: string;
  readonly attempts: number;
  readonly firstFailedMs: number;
  readonly failedMs: number;
  readonly failure: string;
}

export interface Failure {
  readonly event: number;
  readonly reason: string;
  readonly atMs: number;
  /** What comes after it in its queue goes on. */
  readonly aside: boolean;
}

/** A record that is looked at: what it says only where somebody may be told of it. */
interface LookedRow {
  readonly row: number;
  readonly type: string;
  readonly body: string | null;
}

/** Its id is its own, and nothing was taken out of it. */
const isWhole = 'id IS NOT NULL AND erased IS NULL';

export class WebhookDeliveries {
  readonly #db: Database.Database;
  readonly #waiting: Database.Statement<[string], Waiting>;
  readonly #next: Database.Statement<[number, number], LookedRow>;
  readonly #body: Database.Statement<[number], string>;
  readonly #add: Database.Statement<[string, number, string]>;
  readonly #look: Database.Statement<[number, string]>;
  readonly #take: Database.Statement<[string, number]>;
  readonly #fail: Database.Statement<[number, number, number, string, string, number]>;
  readonly #count: Database.Statement<[number, number, string]>;

  constructor({ db }: OfficeStore) {
    this.#db = db;
    this.#waiting = db.prepare(
      `SELECT event, queue, first_failed_ms AS firstFailedMs FROM webhook_deliveries
       WHERE webhook = ? AND aside = 0 ORDER BY event`,
    );
    const told = toldTypes.map((type) => `'${type}'`).join(', ');
    this.#next = db.prepare(
      `SELECT rowid AS row, type, CASE WHEN type IN (${told}) AND ${isWhole} THEN body END AS body
       FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    );
    this.#body = db.prepare<[number], string>(`SELECT body FROM events WHERE rowid = ? AND ${isWhole}`).pluck();
    this.#add = db.prepare(
      'INSERT OR IGNORE INTO webhook_deliveries (webhook, event, queue, aside, attempts) VALUES (?, ?, ?, 0, 0)',
    );
    this.#look = db.prepare('UPDATE webhooks SET through = ? WHERE id = ?');
    this.#take = db.prepare('DELETE FROM webhook_deliveries WHERE webhook = ? AND event = ?');
    this.#fail = db.prepare(
      `UPDATE webhook_deliveries SET attempts = attempts + 1, aside = ?, first_failed_ms = coalesce(first_failed_ms, ?),
         failed_ms = ?, failure = ? WHERE webhook = ? AND event = ?`,
    );
    this.#count = db.prepare(
      `UPDATE webhooks SET delivered = delivered + ?, delivered_ms = ?, failing_since_ms = NULL, failure = NULL WHERE id = ?`,
    );
  }

  /** In the order in which the office came to know of them. */
  waiting(webhook: string): Waiting[] {
    return this.#waiting.all(webhook);
  }

  /**
   * Looks at the records after `through`, at most so many, and keeps what the webhook is to be told of.
   * @returns the new messages, and up to which row was looked at; durable when it returns.
   */
  feed(
    { id, topics }: { readonly id: string; readonly topics: readonly WebhookTopic[] },
    through: number,
    most: number,
  ): { readonly through: number; readonly added: Waiting[]; readonly looked: number } {
    return this.#db
      .transaction(() => {
        const rows = this.#next.all(through, most);
        const added: Waiting[] = [];
        for (const row of rows) {
          const queue = queueFor(row, topics);
          if (queue === null) continue;
          this.#add.run(id, row.row, queue);
          added.push({ event: row.row, queue, firstFailedMs: null });
        }
        const reached = rows.at(-1)?.row ?? through;
        if (reached !== through) this.#look.run(reached, id);
        return { through: reached, added, looked: rows.length };
      })
      .immediate();
  }

  /** undefined where the record is not there any more, or not whole. */
  record(event: number): WireEvent | undefined {
    const body = this.#body.get(event);
    return body === undefined ? undefined : (JSON.parse(body) as WireEvent);
  }

  /** Messages that were taken, or have nothing to tell any more, and messages that were not. Durable when it returns. */
  settle(webhook: string, taken: readonly number[], failed: readonly Failure[], nowMs: number): void {
    this.#db
      .transaction(() => {
        for (const event of taken) this.#take.run(webhook, event);
        if (taken.length > 0) this.#count.run(taken.length, nowMs, webhook);
        for (const { event, reason, atMs, aside } of failed) {
          this.#fail.run(Number(aside), atMs, atMs, reason, webhook, event);
        }
      })
      .immediate();
  }

  /** The endpoint takes nothing at all since then, and why. */
  away(webhook: string, sinceMs: number, failure: string): void {
    this.#db
      .prepare('UPDATE webhooks SET failing_since_ms = coalesce(failing_since_ms, ?), failure = ? WHERE id = ?')
      .run(sinceMs, failure, webhook);
  }

  /** It was away: that its messages were not taken says nothing of them. */
  back(webhook: string): void {
    this.#db
      .prepare('UPDATE webhook_deliveries SET first_failed_ms = NULL WHERE webhook = ? AND aside = 0')
      .run(webhook);
  }
}

function queueFor({ type, body }: LookedRow, topics: readonly WebhookTopic[]): string | null {
  const topic = topicOf(type);
  if (body === null || topic === undefined || !topics.includes(topic)) return null;
  const event = JSON.parse(body) as WireEvent;
  // What makes no sense is listed with the anomalies.
  return dataFault(type as EventType, event.data) === null ? queueOf(event) : null;
}

/** How many wait, and how many were put aside, by webhook. */
export function deliveryCounts({ db }: OfficeStore): Map<string, { readonly waiting: number; readonly aside: number }> {
  const rows = db
    .prepare<[], { webhook: string; waiting: number; aside: number }>(
      'SELECT webhook, sum(aside = 0) AS waiting, sum(aside) AS aside FROM webhook_deliveries GROUP BY webhook',
    )
    .all();
  return new Map(rows.map(({ webhook, ...counts }) => [webhook, counts]));
}

/** Put aside, by webhook, the oldest first. */
export function asideDeliveries({ db }: OfficeStore): Aside[] {
  return db
    .prepare<[], Aside>(
      `SELECT d.webhook, d.queue, e.type, e.id, d.attempts, d.first_failed_ms AS firstFailedMs,
         d.failed_ms AS failedMs, d.failure
       FROM webhook_deliveries d JOIN events e ON e.rowid = d.event WHERE d.aside = 1 ORDER BY d.webhook, d.event`,
    )
    .all();
}

/**
 * Everything that was put aside is tried again, or let go.
 * @returns how many
 * @throws OfficeError `webhook`: no such webhook
 */
export function settleAside(store: OfficeStore, webhook: string, act: 'retry' | 'drop'): number {
  return guarded(store.path, () =>
    store.db
      .transaction(() => {
        const { changes: known } = store.db.prepare('UPDATE webhooks SET begun = begun + 1 WHERE id = ?').run(webhook);
        if (known === 0) throw noWebhook(webhook);
        const statement =
          act === 'retry'
            ? 'UPDATE webhook_deliveries SET aside = 0, attempts = 0, first_failed_ms = NULL WHERE webhook = ? AND aside = 1'
            : 'DELETE FROM webhook_deliveries WHERE webhook = ? AND aside = 1';
        return store.db.prepare(statement).run(webhook).changes;
      })
      .immediate(),
  );
}
