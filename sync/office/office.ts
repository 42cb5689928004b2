// The central office: publishes the replica, receives the controllers' journals, and acknowledges what is on its disk. It
// never makes a door wait: whatever is lost between it and a controller is asked for or sent again.

import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Cancel, Clock, Random } from '../../access/clock.ts';
import { officeName } from '../../access/merge/record.ts';
import { replySchema } from '../protocol/commands.ts';
import { sign, signText, type VerifyOptions } from '../protocol/jws.ts';
import { type KeyFor, keyId, publicKeyBase64, type Signer } from '../protocol/keys.ts';
import { Link } from '../protocol/link.ts';
import { type Manifest, manifestMessage, openMessage, wantSchema } from '../protocol/messages.ts';
import { peersWantSchema } from '../protocol/peers.ts';
import { isLastWill, statusSchema } from '../protocol/status.ts';
import { controllerTopic, deltaTopic, everyControllerTopic, manifestTopic, parseTopic } from '../protocol/topics.ts';
import type { Transport } from '../protocol/transport.ts';
import { Intake, type IntakeCounters } from './ingest/intake.ts';
import type { QueueBounds } from './ingest/queue.ts';
import type { OfficeLog } from './log.ts';
import { Merger } from './merge/merger.ts';
import { OwnJournal } from './merge/own-journal.ts';
import { Answers } from './peers/answers.ts';
import { ChunkServer } from './publish/chunk-server.ts';
import { toldDelta } from './publish/deltas.ts';
import { Replica } from './publish/replica.ts';
import { StandingManifest } from './publish/standing-manifest.ts';
import type { OfficeStore } from './store/open.ts';
import { HelpDesk } from './tickets/help-desk.ts';
import { Acks } from './wire/acks.ts';
import { Commands } from './wire/commands.ts';
import { IssuedAt } from './wire/issued-at.ts';
import { OwnRecords } from './wire/own-records.ts';
import { Refusals } from './wire/refusals.ts';
import { Statuses } from './wire/statuses.ts';

/** Points at which a test may end the process; given by the composition root. */
export interface OfficeFaults {
  /** Events are on the disk, and not acknowledged. */
  afterCommit?(): void;
}

export interface OfficeParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: OfficeLog;
  readonly transport: Transport;
  /** Open for writing; closed by whoever opened it, after `stop`. */
  readonly store: OfficeStore;
  readonly signer: Signer;
  /** 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly controllers: readonly { readonly id: string; readonly publicKey: KeyObject }[];
  readonly faults?: OfficeFaults;
  readonly bounds?: QueueBounds;
  /** Uncompressed bytes of a replica's chunk. */
  readonly chunkBytes?: number;
  /** There are new records on the disk. */
  recorded?(): void;
}

export interface OfficeCounters extends IntakeCounters {
  /** By reason. */
  readonly refused: Readonly<Record<string, number>>;
}

const manifestEveryMs = 3_600_000;
const manifestRetryMs = 5_000;
const backoffMinMs = 500;
const backoffMaxMs = 30_000;
/** Events are at most 4 MiB a message (jws.ts); a little more lets a longer one be refused by name. */
const maxMessageBytes = 5 * 1024 * 1024;
const anyWantSchema = z.union([peersWantSchema, wantSchema]);
const listensTo = ['events', 'status', 'want', 'reply'] as const;

export class Office {
  readonly #parts: OfficeParts;
  readonly #site: string;
  readonly #controllers: ReadonlyMap<string, { readonly kid: string; readonly publicKey: KeyObject }>;
  readonly #refusals: Refusals;
  readonly #issuedAt: IssuedAt;
  readonly #acks: Acks;
  readonly #intake: Intake;
  readonly #replica: Replica;
  readonly #chunks: ChunkServer;
  readonly #manifest: StandingManifest;
  readonly #statuses: Statuses;
  readonly #commands: Commands;
  readonly #answers: Answers;
  /** null: one controller alone sells nothing twice, as long as the desk does nothing. */
  #merger: Merger | null;
  readonly #journal: OwnJournal;
  readonly #own: OwnRecords;
  readonly #helpDesk: HelpDesk;
  readonly #link: Link;
  #online = false;
  #cancelManifest: Cancel = () => {};

  constructor(parts: OfficeParts) {
    const { clock, log, store, signer, siteKey, controllers } = parts;
    const { site } = store;
    this.#parts = parts;
    this.#site = site;
    this.#controllers = new Map(controllers.map(({ id, publicKey }) => [id, { kid: keyId(publicKey), publicKey }]));
    this.#refusals = new Refusals(clock, log);
    this.#issuedAt = new IssuedAt(store, clock);
    const failed = (error: unknown): void => this.#refusals.add('storage', String(error));
    const refused = (reason: string, detail: string): void => this.#refusals.add(reason, detail);
    const signed = (topic: string, text: string): string => signText(topic, text, signer);
    const publish: Link['publish'] = (topic, payload, options) => this.#link.publish(topic, payload, options);
    this.#acks = new Acks({ site, signer, issuedAt: this.#issuedAt, publish, failed });
    this.#intake = new Intake({
      clock,
      store,
      ...(parts.bounds === undefined ? {} : { bounds: parts.bounds }),
      keyOf: (controller, kid) => this.#keyFor(controller)(kid),
      acknowledge: (...reached) => this.#acks.send(...reached),
      refused,
      anomaly: ({ kind, controller, reason }) => log('warn', `${controller}: ${kind}: ${reason}`),
      failed,
      afterCommit: () => {
        parts.faults?.afterCommit?.();
        this.#merger?.soon();
        this.#helpDesk.soon();
        parts.recorded?.();
      },
    });
    this.#replica = new Replica({
      clock,
      log,
      store,
      siteKey,
      controllers: controllers.map(({ id }) => id),
      ...(parts.chunkBytes === undefined ? {} : { chunkBytes: parts.chunkBytes }),
      changed: () => {
        this.#tellDelta();
        this.#publishManifest();
        this.#merger?.soon();
      },
    });
    this.#chunks = new ChunkServer({ clock, store, revision: () => this.#replica.revision, signed, publish, failed });
    const replaced = (detail: string): void => refused('manifest-replaced', `something else stood there: ${detail}`);
    this.#manifest = new StandingManifest({ clock, site, publish, replaced });
    this.#statuses = new Statuses({
      clock,
      store,
      ahead: (controller, revision) => {
        const advice = 'import the replica document again, it then gets a higher number';
        log('error', `${controller} decides by revision ${revision}, which this store never gave out: ${advice}`);
      },
      failed,
    });
    this.#commands = new Commands({
      clock,
      store,
      signer,
      controllers: new Set(this.#controllers.keys()),
      publish,
      told: (message) => log('info', message),
      failed,
    });
    this.#answers = new Answers({ clock, store, signer, publish, failed });
    this.#journal = new OwnJournal(store, clock, parts.random);
    this.#own = this.#makeOwnRecords();
    this.#helpDesk = this.#makeHelpDesk();
    this.#merger = controllers.length > 1 ? this.#makeMerger() : null;
    this.#link = this.#makeLink();
  }

  start(): void {
    this.#replica.start();
    this.#commands.start();
    this.#own.start();
    this.#merger?.soon();
    this.#helpDesk.soon();
    this.#link.start();
  }

  /** What is not committed by now is sent again by its controller. Settles within 2 s. */
  async stop(): Promise<void> {
    this.#online = false;
    this.#cancelManifest();
    this.#manifest.reset();
    this.#replica.stop();
    this.#commands.stop();
    this.#intake.stop();
    this.#merger?.stop();
    this.#helpDesk.stop();
    this.#own.stop();
    this.#chunks.reset();
    this.#answers.reset();
    this.#statuses.write();
    await this.#link.stop();
  }

  get online(): boolean {
    return this.#online;
  }

  /** Whether it looks for passes that were used twice. */
  get merges(): boolean {
    return this.#merger !== null;
  }

  counters(): OfficeCounters {
    return { ...this.#intake.counters, refused: this.#refusals.totals() };
  }

  #makeMerger(): Merger {
    const { clock, store } = this.#parts;
    return new Merger({
      clock,
      store,
      journal: this.#journal,
      recorded: () => this.#own.soon(),
      failed: (error) => this.#refusals.add('storage', String(error)),
    });
  }

  #makeHelpDesk(): HelpDesk {
    const { clock, random, store } = this.#parts;
    const recorded = (): void => this.#own.soon();
    const failed = (error: unknown): void => this.#refusals.add('storage', String(error));
    return new HelpDesk({ clock, random, store, journal: this.#journal, recorded, failed });
  }

  #makeOwnRecords(): OwnRecords {
    const { clock, random, store, signer } = this.#parts;
    const topic = controllerTopic(this.#site, officeName, 'events');
    return new OwnRecords({
      clock,
      random,
      store,
      journal: this.#journal,
      tell: (text) => void this.#link.publish(topic, signText(topic, text, signer), { retain: false }),
      grew: () => {
        // A ticket is nothing to merge.
        if (this.#merger === null && this.#journal.hasVisits()) this.#merger = this.#makeMerger();
        this.#merger?.soon();
        this.#parts.recorded?.();
      },
      failed: (error) => this.#refusals.add('storage', String(error)),
    });
  }

  #makeLink(): Link {
    const { clock, random, transport } = this.#parts;
    const request = {
      clientId: `cardea-office-${this.#site}`,
      will: null,
      subscriptions: [...listensTo.map((what) => everyControllerTopic(this.#site, what)), manifestTopic(this.#site)],
      maxMessageBytes,
    };
    return new Link(
      { name: 'office', clock, random, transport, request, backoffMinMs, backoffMaxMs },
      {
        online: () => this.#up(),
        offline: () => this.#down(),
        changed: (online, detail) => this.#tell(online, detail),
        message: (topic, payload) => this.#message(topic, payload),
        oversized: (topic, bytes) => this.#oversized(topic, bytes),
      },
    );
  }

  #up(): void {
    this.#online = true;
    this.#publishManifest();
    this.#commands.online();
  }

  #down(): void {
    this.#online = false;
    this.#commands.offline();
    this.#cancelManifest();
    this.#manifest.reset();
    this.#chunks.reset();
    this.#acks.reset();
    this.#answers.reset();
  }

  #tell(online: boolean, detail: string): void {
    if (online) this.#parts.log('info', `${detail} to the broker`);
    else this.#parts.log('warn', `no connection to the broker, tries on: ${detail}`);
  }

  /** Retained; at every connection, for every new revision, and anew every hour: controllers see how old their word is. */
  #publishManifest(): void {
    this.#cancelManifest();
    if (!this.#online) return;
    let delayMs = manifestRetryMs;
    try {
      const offered = this.#replica.offered();
      if (offered === null) return;
      const manifest: Manifest = {
        ...offered,
        controllers: [...this.#controllers].map(([id, { publicKey }]) => ({
          id,
          publicKey: publicKeyBase64(publicKey),
        })),
        issuedAtMs: this.#issuedAt.next(),
      };
      const topic = manifestTopic(this.#site);
      const message = sign(topic, manifestMessage(manifest), this.#parts.signer);
      if (this.#manifest.publish(message)) delayMs = manifestEveryMs;
    } catch (error) {
      this.#refusals.add('storage', String(error));
    }
    this.#cancelManifest = this.#parts.clock.after('office manifest', delayMs, () => this.#publishManifest());
  }

  /** Before its manifest: who has the revision before then needs to ask for nothing. */
  #tellDelta(): void {
    if (!this.#online) return;
    const topic = deltaTopic(this.#site, null);
    try {
      const text = toldDelta(this.#parts.store, this.#replica.revision);
      if (text !== undefined) this.#link.publish(topic, signText(topic, text, this.#parts.signer), { retain: false });
    } catch (error) {
      this.#refusals.add('storage', String(error));
    }
  }

  #oversized(topic: string, bytes: number): void {
    this.#refusals.add('too-long', `${bytes} bytes on ${topic.slice(0, 200)}`);
    if (topic === manifestTopic(this.#site)) this.#manifest.heard(null);
  }

  #message(topic: string, payload: Uint8Array): void {
    if (topic === manifestTopic(this.#site)) {
      this.#manifest.heard(payload);
      return;
    }
    // Empty: what is left of a message that was too long (told apart), or a retained one that was cleared.
    if (payload.length === 0) return;
    const parsed = parseTopic(topic);
    if (parsed === null || parsed.site !== this.#site || !('controller' in parsed) || parsed.controller === null) {
      this.#refusals.add('wrong-topic', `a message on ${topic.slice(0, 200)}`);
      return;
    }
    const { kind, controller } = parsed;
    // What the office says itself comes back to it.
    if (controller === officeName) return;
    if (!this.#controllers.has(controller)) {
      this.#refusals.add('unknown-controller', `${kind} of ${controller}, which is not in the config`);
      return;
    }
    if (kind === 'events') this.#intake.receive({ controller, topic, payload });
    else if (kind === 'want') this.#want(controller, topic, payload);
    else if (kind === 'status') this.#status(controller, topic, payload);
    else if (kind === 'reply') this.#reply(controller, topic, payload);
    else this.#refusals.add('wrong-topic', `a message on ${topic.slice(0, 200)}`);
  }

  #want(controller: string, topic: string, payload: Uint8Array): void {
    const opened = openMessage(anyWantSchema, payload, this.#verifyOptions(controller, topic));
    if (!opened.ok) {
      this.#refusals.add(opened.reason, `want of ${controller}: ${opened.detail}`);
      return;
    }
    if ('peers' in opened.payload) {
      this.#answers.wanted(controller, opened.payload);
      return;
    }
    // Whoever misses chunks of this revision has its manifest; all others may not.
    if (opened.payload.missing?.revision !== this.#replica.revision) this.#manifest.wanted();
    this.#chunks.want(controller, opened.payload);
  }

  #status(controller: string, topic: string, payload: Uint8Array): void {
    if (isLastWill(payload)) {
      this.#statuses.heard(controller, null);
      return;
    }
    const opened = openMessage(statusSchema, payload, this.#verifyOptions(controller, topic));
    if (opened.ok) this.#statuses.heard(controller, opened.payload);
    else this.#refusals.add(opened.reason, `status of ${controller}: ${opened.detail}`);
  }

  #reply(controller: string, topic: string, payload: Uint8Array): void {
    const opened = openMessage(replySchema, payload, this.#verifyOptions(controller, topic));
    if (opened.ok) this.#commands.answered(controller, opened.payload);
    else this.#refusals.add(opened.reason, `reply of ${controller}: ${opened.detail}`);
  }

  #verifyOptions(controller: string, topic: string): VerifyOptions {
    return { topic, keyFor: this.#keyFor(controller) };
  }

  /** Only a controller's own key is good for what it says. */
  #keyFor(controller: string): KeyFor {
    const known = this.#controllers.get(controller);
    return (kid) => (known?.kid === kid ? known.publicKey : undefined);
  }
}
