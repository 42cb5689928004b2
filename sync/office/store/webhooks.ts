// The table of webhooks: made and changed by whoever operates the office, followed by the running one.

import { OfficeError } from '../error.ts';
import type { WebhookTopic } from '../webhooks/topics.ts';
import { guarded } from './failure.ts';
import type { OfficeStore } from './open.ts';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  /** What messages are signed with: the newest first. */
  readonly secrets: readonly string[];
  readonly topics: readonly WebhookTopic[];
  readonly createdMs: number;
  readonly createdBy: string;
  /** Why nothing is sent; null: it is. */
  readonly paused: string | null;
  /** Row of the last record that was looked at for it. */
  readonly through: number;
  /** How often what waits was changed by hand: the running office then begins anew with it. */
  readonly begun: number;
  /** Messages that were taken, ever. */
  readonly delivered: number;
  readonly deliveredMs: number | null;
  /** Since when nothing is taken; null: the last one was. */
  readonly failingSinceMs: number | null;
  readonly failure: string | null;
}

/** What its operator decides. */
export type NewWebhook = Pick<Webhook, 'id' | 'url' | 'topics' | 'createdBy'> & { readonly secret: string };

/** Webhooks of an office, at most. */
export const maxWebhooks = 20;
/** How long messages are signed with the secret before, too, once there is a new one. */
export const secretOverlapMs = 86_400_000;

type Row = Omit<Webhook, 'secrets' | 'topics'> & {
  readonly secret: string;
  readonly secretBefore: string | null;
  readonly secretBeforeUntilMs: number | null;
  readonly topics: string;
};

const select = `SELECT id, url, secret, secret_before AS secretBefore, secret_before_until_ms AS secretBeforeUntilMs, topics,
  created_ms AS createdMs, created_by AS createdBy, paused, through, begun, delivered, delivered_ms AS deliveredMs,
  failing_since_ms AS failingSinceMs, failure FROM webhooks`;

/** By id. */
export function allWebhooks({ db }: OfficeStore, nowMs: number): Webhook[] {
  return db
    .prepare<[], Row>(`${select} ORDER BY id`)
    .all()
    .map((row) => webhookOf(row, nowMs));
}

/** @throws OfficeError `webhook`: there is none of this id. */
export function webhook({ db }: OfficeStore, id: string, nowMs: number): Webhook {
  const row = db.prepare<[string], Row>(`${select} WHERE id = ?`).get(id);
  if (row === undefined)
    throw new OfficeError('webhook', `no webhook ${id}: \`cardea office webhooks list\` shows all`);
  return webhookOf(row, nowMs);
}

/** It is told of what comes from now on. @throws OfficeError `webhook`: there is one of this id, or there are too many. */
export function addWebhook(store: OfficeStore, added: NewWebhook, nowMs: number): Webhook {
  const { db } = store;
  return guarded(store.path, () =>
    db
      .transaction(() => {
        const all = allWebhooks(store, nowMs);
        if (all.some(({ id }) => id === added.id)) {
          throw new OfficeError(
            'webhook',
            `there is a webhook ${added.id} already: choose another id, or remove it first`,
          );
        }
        if (all.length >= maxWebhooks) {
          throw new OfficeError('webhook', `there are ${maxWebhooks} webhooks, and no more are told: remove one first`);
        }
        const last = db.prepare<[], number>('SELECT coalesce(max(rowid), 0) FROM events').pluck().get() ?? 0;
        db.prepare(
          `INSERT INTO webhooks (id, url, secret, topics, created_ms, created_by, through, begun, delivered)
           VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`,
        ).run(added.id, added.url, added.secret, JSON.stringify(added.topics), nowMs, added.createdBy, last);
        return webhook(store, added.id, nowMs);
      })
      .immediate(),
  );
}

/** What waits for it goes with it. @throws OfficeError `webhook` */
export function removeWebhook(store: OfficeStore, id: string): void {
  change(store, 'DELETE FROM webhooks WHERE id = ?', [id]);
}

/** @param reason why nothing is sent from now on; null: it is again. @throws OfficeError `webhook` */
export function pauseWebhook(store: OfficeStore, id: string, reason: string | null): void {
  change(store, 'UPDATE webhooks SET paused = ?, failing_since_ms = NULL, failure = NULL WHERE id = ?', [reason, id]);
}

/** Messages are signed with both for a day. @throws OfficeError `webhook` */
export function renewSecret(store: OfficeStore, id: string, secret: string, nowMs: number): void {
  const set = 'secret_before = secret, secret_before_until_ms = ?, secret = ?';
  change(store, `UPDATE webhooks SET ${set} WHERE id = ?`, [nowMs + secretOverlapMs, secret, id]);
}

export function noWebhook(id: string): OfficeError {
  return new OfficeError('webhook', `no webhook ${id}: \`cardea office webhooks list\` shows all`);
}

function change(store: OfficeStore, statement: string, values: readonly (string | number | null)[]): void {
  guarded(store.path, () => {
    const { changes } = store.db.prepare(statement).run(...values);
    if (changes > 0) return;
    throw noWebhook(String(values.at(-1)));
  });
}

function webhookOf({ secret, secretBefore, secretBeforeUntilMs, topics, ...row }: Row, nowMs: number): Webhook {
  const before = secretBefore !== null && (secretBeforeUntilMs ?? 0) > nowMs ? [secretBefore] : [];
  return { ...row, secrets: [secret, ...before], topics: JSON.parse(topics) as WebhookTopic[] };
}
