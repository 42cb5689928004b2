// The running office's webhooks on virtual time, over a store of its own, and their receivers: each checks signatures by code of its own.

import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { Ingest } from '../../../sync/office/ingest/ingest.ts';
import { type OfficeStore, openOfficeStore } from '../../../sync/office/store/open.ts';
import { addWebhook, webhook } from '../../../sync/office/store/webhooks.ts';
import type { Post, PostAnswer } from '../../../sync/office/webhooks/port.ts';
import type { WebhookTopic } from '../../../sync/office/webhooks/topics.ts';
import { Webhooks } from '../../../sync/office/webhooks/webhooks.ts';
import { JournalMaker } from '../../support/journal-maker.ts';
import { type Bench, openBench, received } from '../office/bench.ts';

export interface Heard {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly about: { readonly kind: string; readonly id: string; readonly name: string } | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Tried {
  readonly atMs: number;
  readonly heard: Heard;
}

export type Manners = (
  heard: Heard,
) => number | 'away' | 'hangs' | { readonly status: number; readonly retryAfter: string };

export class Receiver {
  readonly taken: Heard[] = [];
  readonly tried: Tried[] = [];
  readonly faults: string[] = [];
  manners: Manners = () => 204;
  secret = '';

  answer(headers: Readonly<Record<string, string>>, body: string, wallMs: number): PostAnswer | 'hangs' {
    const heard = JSON.parse(body) as Heard;
    this.tried.push({ atMs: wallMs, heard });
    const { 'webhook-id': id = '', 'webhook-timestamp': at = '', 'webhook-signature': signed = '' } = headers;
    const key = Buffer.from(this.secret.replace('whsec_', ''), 'base64');
    const own = `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
    if (!signed.split(' ').includes(own)) this.faults.push(`${heard.type}: not signed with the secret`);
    if (id !== heard.id) this.faults.push(`${heard.type}: the id of another message`);
    if (Math.abs(Number(at) * 1000 - wallMs) > 1000) this.faults.push(`${heard.type}: another time`);
    const said = this.manners(heard);
    if (said === 'hangs') return 'hangs';
    if (said === 'away') return { outcome: 'failed', reason: 'connect ECONNREFUSED' };
    const { status, retryAfter } = typeof said === 'number' ? { status: said, retryAfter: null } : said;
    if (status >= 200 && status < 300) this.taken.push(heard);
    return { outcome: 'answered', status, retryAfter };
  }
}

export class World {
  readonly bench: Bench = openBench();
  store: OfficeStore = this.bench.open();
  /** Long stories look seldom at what nobody changes. */
  lookEveryMs = 2_000;
  readonly log: string[] = [];
  readonly journals = new Map<string, JournalMaker>();
  readonly receivers = new Map<string, Receiver>();
  #ingest = new Ingest(this.store, this.bench.clock);
  #webhooks: Webhooks | null = null;
  #dead: Webhooks | null = null;
  #visits = 0;

  get nowMs(): number {
    return this.bench.clock.now().wallMs;
  }

  hook(id: string, topics: readonly WebhookTopic[]): Receiver {
    const receiver = new Receiver();
    receiver.secret = `whsec_${Buffer.alloc(32, id).toString('base64')}`;
    this.receivers.set(`https://${id}.example/`, receiver);
    const url = `https://${id}.example/`;
    addWebhook(this.store, { id, url, topics, createdBy: 'sam', secret: receiver.secret }, this.nowMs);
    return receiver;
  }

  start(): void {
    this.#webhooks = new Webhooks({
      clock: this.bench.clock,
      random: seededRandom('webhooks'),
      log: (level, message) => this.log.push(`${level} ${message}`),
      store: this.store,
      lookEveryMs: this.lookEveryMs,
      post: this.#post,
      failed: (error) => this.log.push(`failed ${String(error)}`),
    });
    this.#webhooks.start();
  }

  async stop(): Promise<void> {
    for (const webhooks of [this.#dead, this.#webhooks]) await webhooks?.stop();
    this.#webhooks = null;
  }

  /** The machine dies: what is on the disk at this instant is all that there is, and the office starts anew with it. */
  crash(): void {
    const kept = join(this.bench.folder, 'kept.db');
    writeFileSync(kept, this.store.db.serialize());
    this.#dead = this.#webhooks;
    this.store = openOfficeStore(kept, { site: 'riverside', mode: 'write' });
    this.#ingest = new Ingest(this.store, this.bench.clock);
    this.start();
  }

  state(id: string): ReturnType<typeof webhook> {
    return webhook(this.store, id, this.nowMs);
  }

  say(type: string, data: Readonly<Record<string, unknown>>, controller = 'front-desk'): void {
    const journal = this.journals.get(controller) ?? new JournalMaker(controller);
    this.journals.set(controller, journal);
    const event = journal.add(type, data, { accessPoint: 'front-door', time: new Date(this.nowMs).toISOString() });
    this.#ingest.commit([received(journal, event.seq, event.seq)]);
    this.#webhooks?.soon();
  }

  alarms(count: number): void {
    const journal = new JournalMaker('alarms');
    for (let n = 0; n < count; n++) journal.add('door.forced', {}, { accessPoint: `door-${n % 100}` });
    for (let n = 0; n < count; n += 100) this.#ingest.commit([received(journal, n + 1, Math.min(n + 100, count))]);
    this.#webhooks?.soon();
  }

  checkIn(customer: string, controller = 'front-desk'): string {
    const visit = `v${++this.#visits}`;
    const of = { visit, customer, space: 'riverside', source: 'card', pass: null, coverage: 'none-needed' };
    this.say('checkin.recorded', of, controller);
    return visit;
  }

  checkOut(customer: string, visit: string, controller = 'front-desk'): void {
    const from = new Date(this.nowMs - 60_000).toISOString();
    const span = { from, to: new Date(this.nowMs).toISOString(), auto: false, usage: [], uncoveredMinutes: 0 };
    this.say(
      'checkout.recorded',
      { visit, customer, space: 'riverside', ...span, invoiced: true, review: false },
      controller,
    );
  }

  /** Lets time pass, and what was sent be answered. */
  async run(ms: number): Promise<void> {
    const { clock } = this.bench;
    const endMs = clock.now().sinceBootMs + ms;
    for (;;) {
      await turns();
      clock.advance(0);
      await turns();
      const nextMs = clock.untilNextMs();
      if (nextMs === undefined || clock.now().sinceBootMs + nextMs > endMs) break;
      clock.advance(nextMs);
    }
    clock.advance(endMs - clock.now().sinceBootMs);
    await turns();
  }

  close(): void {
    this.store.close();
    this.bench.close();
  }

  readonly #post: Post = ({ url, headers, body, signal }) => {
    const answer = this.receivers.get(url)?.answer(headers, body, this.nowMs);
    if (answer === undefined) return Promise.resolve({ outcome: 'failed', reason: 'getaddrinfo ENOTFOUND' });
    if (answer !== 'hangs') return Promise.resolve(answer);
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ outcome: 'failed', reason: 'given up' }));
    });
  };
}

/** Promises that settle meanwhile have run what hangs on them. */
async function turns(): Promise<void> {
  for (let n = 0; n < 10; n++) await Promise.resolve();
}
