// One webhook as it runs: told of each record of its topics at least once, in the order of its queue, for as long as it takes. What it
// does not take is tried again; a message that it refuses for days while it takes others is put aside, so that those behind it go
// on; an endpoint that is away is asked with one message at a time.

import type { Cancel, Clock, Random } from '../../../access/clock.ts';
import type { Failure, Waiting, WebhookDeliveries } from '../store/webhook-deliveries.ts';
import type { Webhook } from '../store/webhooks.ts';
import type { Messages } from './message.ts';
import type { Post, PostAnswer } from './port.ts';
import { Queues } from './queues.ts';
import { signedHeaders } from './signature.ts';
import { askedMs, endpointWaits, messageWaits } from './waits.ts';

export interface EndpointParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly deliveries: WebhookDeliveries;
  readonly messages: Messages;
  readonly post: Post;
  /** It is away, back, or a message was put aside: once each, in words. */
  told(level: 'info' | 'warn', message: string): void;
  failed(error: unknown): void;
  /** It says that it is gone for good. */
  gone(reason: string): void;
}

/** Messages under way at once; more of one queue never are. */
const atOnce = 4;
/** Messages in memory, and records looked at in one step. */
const mostQueued = 10_000;
const mostLooked = 500;
/** What was taken is written together: whoever hears one twice after a crash knows it by its id. */
const settleMs = 100;
const retryMs = 1_000;
/** Where it refuses messages of so many queues, and takes none in between, it is the endpoint, not the messages. */
const awayAfter = 5;
const asideAfterMs = 3 * 86_400_000;
/** Answers that speak of the endpoint, not of the message: too many requests, and what a gateway says (RFC 9110, RFC 6585). */
const awayStatuses: readonly number[] = [429, 502, 503, 504];

export class Endpoint {
  readonly #parts: EndpointParts;
  readonly #queues = new Queues();
  readonly #stopping = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #webhook: Webhook;
  #through: number;
  #moreToLook = true;
  #taken: number[] = [];
  #failures: Failure[] = [];
  readonly #refusedQueues = new Set<string>();
  #tookMs: number | null = null;
  #away: { readonly waits: Generator<number, never>; untilMs: number } | null = null;
  #cancelPump: Cancel = () => {};
  #cancelSettle: Cancel | null = null;

  constructor(parts: EndpointParts, webhook: Webhook) {
    this.#parts = parts;
    this.#webhook = webhook;
    this.#through = webhook.through;
  }

  start(): void {
    for (const waiting of this.#parts.deliveries.waiting(this.#webhook.id)) this.#queues.add(waiting);
    this.#pumpIn(0);
  }

  /** Where only what it is signed with, or what it is told of, changed. */
  renew(webhook: Webhook): void {
    this.#webhook = webhook;
  }

  /** There may be new records. */
  soon(): void {
    this.#moreToLook = true;
    this.#pumpIn(0);
  }

  /** What is under way is given up, and was not refused. */
  async stop(): Promise<void> {
    this.#cancelPump();
    this.#stopping.abort();
    await Promise.all(this.#sending);
    this.#cancelSettle?.();
    this.#settle();
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  get #nowMs(): number {
    return this.#parts.clock.now().sinceBootMs;
  }

  #pumpIn(delayMs: number): void {
    this.#cancelPump();
    if (this.#stopped) return;
    this.#cancelPump = this.#parts.clock.after('office webhook', delayMs, () => {
      try {
        this.#pump();
      } catch (error) {
        this.#parts.failed(error);
        this.#pumpIn(retryMs);
      }
    });
  }

  #pump(): void {
    this.#feed();
    const nowMs = this.#nowMs;
    if (this.#away !== null && this.#away.untilMs > nowMs) {
      this.#pumpIn(this.#away.untilMs - nowMs);
      return;
    }
    while (this.#queues.underWay < (this.#away === null ? atOnce : 1)) {
      const next = this.#queues.take(nowMs);
      if (next === undefined) break;
      this.#send(next);
    }
    const dueMs = this.#queues.nextDueMs();
    if (this.#moreToLook && this.#queues.size < mostQueued) this.#pumpIn(0);
    else if (dueMs !== undefined && dueMs > nowMs) this.#pumpIn(dueMs - nowMs);
  }

  #feed(): void {
    const room = mostQueued - this.#queues.size;
    if (!this.#moreToLook || room <= 0) return;
    const { through, added, looked } = this.#parts.deliveries.feed(
      this.#webhook,
      this.#through,
      Math.min(room, mostLooked),
    );
    this.#through = through;
    this.#moreToLook = looked > 0;
    for (const waiting of added) this.#queues.add(waiting);
  }

  #send(waiting: Waiting): void {
    const event = this.#parts.deliveries.record(waiting.event);
    if (event === undefined) {
      this.#done(waiting);
      return;
    }
    const { url, secrets } = this.#webhook;
    const body = this.#parts.messages.body(event);
    const signed = signedHeaders(event.id, this.#parts.clock.now().wallMs, body, secrets);
    const headers = { ...signed, 'content-type': 'application/json', 'user-agent': 'cardea' };
    const sending: Promise<void> = this.#parts
      .post({ url, headers, body, signal: this.#stopping.signal })
      .then((answer) => this.#answered(waiting, answer))
      .catch((error: unknown) => this.#parts.failed(error))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  #answered(waiting: Waiting, answer: PostAnswer): void {
    if (this.#stopped) return;
    if (answer.outcome === 'answered' && answer.status >= 200 && answer.status < 300) {
      this.#refusedQueues.clear();
      this.#tookMs = this.#parts.clock.now().wallMs;
      this.#done(waiting);
      if (this.#away !== null) this.#back();
    } else this.#refused(waiting, answer);
    this.#pumpIn(0);
  }

  #done(waiting: Waiting): void {
    this.#queues.done(waiting);
    this.#taken.push(waiting.event);
    this.#settleSoon();
  }

  #refused(waiting: Waiting, answer: PostAnswer): void {
    const reason = answer.outcome === 'failed' ? answer.reason : `answers with status ${answer.status}`;
    if (answer.outcome === 'answered' && answer.status === 410) {
      this.#queues.again(waiting);
      this.#parts.gone('it answered that it is gone for good (status 410)');
      return;
    }
    this.#refusedQueues.add(waiting.queue);
    const { wallMs } = this.#parts.clock.now();
    const asked = answer.outcome === 'failed' ? 0 : askedMs(answer.retryAfter, wallMs);
    const ofEndpoint = answer.outcome === 'failed' || awayStatuses.includes(answer.status);
    if (ofEndpoint || this.#away !== null || this.#refusedQueues.size >= awayAfter) {
      this.#queues.again(waiting);
      this.#goAway(reason, asked, wallMs);
      return;
    }
    const sinceMs = waiting.firstFailedMs ?? wallMs;
    const aside = wallMs - sinceMs >= asideAfterMs && this.#tookMs !== null && this.#tookMs > sinceMs;
    this.#failures.push({ event: waiting.event, reason, atMs: wallMs, aside });
    this.#settleSoon();
    if (aside) {
      this.#queues.done(waiting);
      this.#parts.told(
        'warn',
        `webhook ${this.#webhook.id}: a message of ${waiting.queue} is put aside: it ${reason} for three days`,
      );
      return;
    }
    this.#queues.later({ ...waiting, firstFailedMs: sinceMs }, this.#nowMs, asked, () =>
      messageWaits(this.#parts.random),
    );
  }

  #goAway(reason: string, askedForMs: number, wallMs: number): void {
    if (this.#away === null) {
      this.#away = { waits: endpointWaits(this.#parts.random), untilMs: 0 };
      this.#parts.told('warn', `webhook ${this.#webhook.id} takes nothing: ${reason}; it is tried again and again`);
    }
    // Several that were under way at once were one try.
    if (this.#away.untilMs > this.#nowMs) return;
    this.#away.untilMs = this.#nowMs + Math.max(this.#away.waits.next().value, askedForMs);
    this.#parts.deliveries.away(this.#webhook.id, wallMs, reason);
  }

  #back(): void {
    this.#away = null;
    this.#queues.forgive();
    this.#parts.deliveries.back(this.#webhook.id);
    this.#parts.told('info', `webhook ${this.#webhook.id} takes messages again`);
  }

  #settleSoon(): void {
    if (this.#stopped) return;
    this.#cancelSettle ??= this.#parts.clock.after('office webhook settle', settleMs, () => this.#settle());
  }

  /** What cannot be written now is written later. */
  #settle(): void {
    this.#cancelSettle = null;
    const [taken, failures] = [this.#taken, this.#failures];
    if (taken.length === 0 && failures.length === 0) return;
    try {
      this.#parts.deliveries.settle(this.#webhook.id, taken, failures, this.#parts.clock.now().wallMs);
      this.#taken = [];
      this.#failures = [];
    } catch (error) {
      this.#parts.failed(error);
      if (this.#stopped) return;
      this.#cancelSettle = this.#parts.clock.after('office webhook settle', retryMs, () => this.#settle());
    }
  }
}
