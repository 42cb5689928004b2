// All webhooks of the running office. It follows the table, which whoever operates the office changes: what is added, paused or
// removed there begins and ends here within 2 s.

import type { Cancel, Clock, Random } from '../../../access/clock.ts';
import type { OfficeLog } from '../log.ts';
import type { OfficeStore } from '../store/open.ts';
import { WebhookDeliveries } from '../store/webhook-deliveries.ts';
import { allWebhooks, pauseWebhook, type Webhook } from '../store/webhooks.ts';
import { Endpoint } from './endpoint.ts';
import { Messages } from './message.ts';
import type { Post } from './port.ts';

export interface WebhooksParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: OfficeLog;
  readonly store: OfficeStore;
  readonly post: Post;
  /** How often the table is looked at; default 2 s. */
  readonly lookEveryMs?: number;
  failed(error: unknown): void;
}

const lookMs = 2_000;

export class Webhooks {
  readonly #parts: WebhooksParts;
  readonly #deliveries: WebhookDeliveries;
  readonly #messages: Messages;
  readonly #running = new Map<string, { readonly endpoint: Endpoint; readonly of: string }>();
  readonly #ending = new Map<string, Promise<void>>();
  #cancel: Cancel = () => {};
  #stopped = false;

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
    this.#deliveries = new WebhookDeliveries(parts.store);
    this.#messages = new Messages(parts.store);
  }

  start(): void {
    this.#look();
  }

  /** Records came in. */
  soon(): void {
    for (const { endpoint } of this.#running.values()) endpoint.soon();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    for (const id of [...this.#running.keys()]) this.#end(id);
    await Promise.all(this.#ending.values());
  }

  #look(): void {
    try {
      const wanted = allWebhooks(this.#parts.store, this.#parts.clock.now().wallMs).filter(
        ({ paused }) => paused === null,
      );
      for (const [id, { of }] of [...this.#running]) {
        const now = wanted.find((one) => one.id === id);
        if (now === undefined || identity(now) !== of) this.#end(id);
      }
      for (const webhook of wanted) this.#follow(webhook);
    } catch (error) {
      this.#parts.failed(error);
    }
    const delayMs = this.#parts.lookEveryMs ?? lookMs;
    if (!this.#stopped) this.#cancel = this.#parts.clock.after('office webhooks', delayMs, () => this.#look());
  }

  #follow(webhook: Webhook): void {
    const running = this.#running.get(webhook.id);
    if (running !== undefined) {
      running.endpoint.renew(webhook);
      return;
    }
    // What the one before took is in the table once it has ended.
    if (this.#ending.has(webhook.id)) return;
    const { clock, random, post, log, failed, store } = this.#parts;
    const endpoint = new Endpoint(
      {
        clock,
        random,
        post,
        failed,
        deliveries: this.#deliveries,
        messages: this.#messages,
        told: log,
        gone: (reason) => {
          pauseWebhook(store, webhook.id, reason);
          log(
            'warn',
            `webhook ${webhook.id} is paused: ${reason}; \`cardea office webhooks resume ${webhook.id}\` tries again`,
          );
          this.#end(webhook.id);
        },
      },
      webhook,
    );
    this.#running.set(webhook.id, { endpoint, of: identity(webhook) });
    endpoint.start();
  }

  #end(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    const ending: Promise<void> = running.endpoint
      .stop()
      .catch((error: unknown) => this.#parts.failed(error))
      .finally(() => {
        this.#ending.delete(id);
        if (this.#stopped) return;
        this.#cancel();
        this.#look();
      });
    this.#ending.set(id, ending);
  }
}

/** What makes it another endpoint, whose messages begin anew. */
function identity({ url, topics, createdMs, begun }: Webhook): string {
  return JSON.stringify([url, topics, createdMs, begun]);
}
