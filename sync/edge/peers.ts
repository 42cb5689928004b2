// The journals of the site's other controllers, and of the office, as they come by: each verified with the key that the manifest
// names for it, each followed by sequence and chain. What is missing the office is asked for. Nothing here waits for a door, and
// no door for it: what is verified is handed to the daemon, a bounded number of batches at a time.

import { genesisHash } from '../../access/canonical.ts';
import type { Cancel, Clock } from '../../access/clock.ts';
import { type JournalCursor, officeName, type SharedRecord } from '../../access/merge/record.ts';
import { isOlderWord, type NamedControllers, sameControllers } from '../protocol/controllers.ts';
import { type EventBatch, readEventBatch } from '../protocol/events.ts';
import { judgeBatch } from '../protocol/judge.ts';
import { verify } from '../protocol/jws.ts';
import { type KeyFor, keyRing, readPublicKey } from '../protocol/keys.ts';
import { maxKnownJournals, openPeersAnswer, type PeersWant } from '../protocol/peers.ts';
import { readShared } from '../protocol/shared-data.ts';

/** Records for the daemon, answered with `taken`. */
export interface PeerRecords {
  /** No two lives of the edge share one: they count on from the time since boot. */
  readonly id: number;
  readonly records: readonly SharedRecord[];
  /** null: records before them are missing still. */
  readonly cursor: JournalCursor | null;
  /** Of this journal another branch was heard than the office has: what is known of it does not count. It has no records then. */
  readonly forget?: Pick<JournalCursor, 'controller' | 'epoch'>;
}

export interface PeersOptions {
  readonly clock: Clock;
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
  readonly officeKeys: KeyFor;
  /** As the office named them last: an older manifest names no keys. */
  readonly controllers: NamedControllers;
  readonly cursors: readonly JournalCursor[];
  readonly maxMessageBytes: number;
  want(want: PeersWant['peers']): void;
  /** The site has other controllers now, or they other keys. */
  named(controllers: NamedControllers): void;
  hand(records: PeerRecords): void;
  refuse(reason: string, detail: string): void;
}

/** Batches that the daemon has not answered: what comes beyond is dropped, and asked for later. */
const maxHanded = 64;
/** Between two questions to the office; without progress the waits grow. */
const askMinMs = 1_000;
const askMaxMs = 60_000;

export class Peers {
  readonly #options: PeersOptions;
  #keys: ReadonlyMap<string, KeyFor> = new Map();
  #named: NamedControllers;
  /** By journal: how far it was handed over, and how far that is on disk. */
  readonly #known = new Map<string, JournalCursor>();
  readonly #onDisk = new Map<string, JournalCursor>();
  readonly #handed = new Map<number, PeerRecords & { readonly journal: string }>();
  /** By journal, the last record that was handed over though some before it are missing. */
  readonly #ahead = new Map<string, number>();
  /** Journals of which two branches were heard: only what follows what is known is of the office's. */
  readonly #forked = new Set<string>();
  /** Those that the daemon is told to forget. */
  readonly #forgetting = new Set<string>();
  /** Journals of which records are missing that somebody has. */
  readonly #behind = new Set<string>();
  #nextId: number;
  #online = false;
  #waitMs = askMinMs;
  #askedMs = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | null = null;

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#nextId = Math.trunc(options.clock.now().sinceBootMs);
    this.#named = options.controllers;
    this.#useKeys(options.controllers.controllers);
    for (const cursor of options.cursors) {
      this.#known.set(keyOf(cursor), cursor);
      this.#onDisk.set(keyOf(cursor), cursor);
    }
  }

  online(): void {
    this.#online = true;
    this.#askSoon();
  }

  offline(): void {
    this.#online = false;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** The office spoke: it may have what was missed. An older manifest names no keys any more. */
  manifest({ controllers, revision, issuedAtMs }: NamedControllers): void {
    const before = this.#named;
    const now = { controllers, revision, issuedAtMs };
    if (isOlderWord(now, before)) return;
    this.#named = now;
    if (!sameControllers(now, before)) {
      this.#useKeys(controllers);
      this.#options.named(now);
    }
    this.#askSoon();
  }

  /** A batch on another controller's topic. */
  events(topic: string, controller: string, payload: Uint8Array, retained: boolean): void {
    const { site, refuse, maxMessageBytes: maxBytes } = this.#options;
    if (controller === this.#options.controller) return;
    if (retained) {
      refuse('retained', `events of ${controller}: a batch is never retained`);
      return;
    }
    const keyFor = controller === officeName ? this.#options.officeKeys : this.#keys.get(controller);
    // Before the first manifest that is nobody's fault.
    if (keyFor === undefined && this.#keys.size === 0) return;
    if (keyFor === undefined) {
      refuse('unknown-controller', `events of ${controller}, whom no manifest names`);
      return;
    }
    const verified = verify(payload, { topic, keyFor, maxBytes });
    if (!verified.ok) {
      refuse(verified.reason, `events of ${controller}: ${verified.detail}`);
      return;
    }
    const read = readEventBatch(verified.payload, { site, controller });
    if (read.ok) this.#batch(controller, read.batch);
    else refuse(read.reason, `events of ${controller}: ${read.detail}`);
  }

  /** The office's answer to what is asked now. Where it begins behind what is known here, or in a journal that is new, it is believed. */
  answer(topic: string, payload: Uint8Array): void {
    const { site, epoch, refuse, officeKeys: keyFor, maxMessageBytes: maxBytes } = this.#options;
    const opened = openPeersAnswer(payload, site, { topic, keyFor, maxBytes });
    if (!opened.ok) {
      refuse(opened.reason, `an answer about other controllers: ${opened.detail}`);
      return;
    }
    const { controller, asked, after, head, batch } = opened.payload;
    if (controller === this.#options.controller && batch.epoch === epoch) return;
    const journal = keyOf({ controller, epoch: batch.epoch });
    if (this.#forgetting.has(journal)) return;
    const known = this.#known.get(journal);
    if (known !== undefined && asked === known.through && after.seq === asked && after.hash !== known.hash) {
      this.#forget(journal, known);
      return;
    }
    // An answer to an earlier question, late or sent again by somebody, passes over no record that is missing now.
    if (asked !== (known?.through ?? null) && (known?.through ?? 0) < after.seq) return;
    if (known === undefined || known.through < after.seq) {
      this.#known.set(journal, { controller, epoch: batch.epoch, through: after.seq, hash: after.hash });
    }
    const before = this.#nextId;
    this.#batch(controller, batch);
    const through = this.#known.get(journal)?.through ?? 0;
    if (through > (known?.through ?? 0)) this.#waitMs = askMinMs;
    if (through < head) this.#missing(journal);
    else this.#behind.delete(journal);
    // There may be more: it is asked until nothing comes.
    if (this.#nextId > before) this.#askLater(askMinMs);
  }

  /** The daemon has those records on disk, or (false) could not write them. */
  taken(id: number, taken: boolean): void {
    const handed = this.#handed.get(id);
    if (handed === undefined) return;
    this.#handed.delete(id);
    const { journal, cursor, forget } = handed;
    if (forget !== undefined) {
      this.#forgotten(journal, taken);
      return;
    }
    if (taken) {
      if (cursor !== null) this.#onDisk.set(journal, cursor);
      return;
    }
    this.#ahead.delete(journal);
    const kept = this.#onDisk.get(journal);
    if (kept === undefined) this.#known.delete(journal);
    else this.#known.set(journal, kept);
    this.#missing(journal);
  }

  /** The office's word settles which branch of a cloned journal it is. */
  #forget(journal: string, { controller, epoch, through }: JournalCursor): void {
    const what = `record ${through} of ${controller} is another one at the office: two controllers go by that name`;
    this.#options.refuse('fork', `${what}; what was heard of the other is taken back`);
    // What the daemon did not answer yet goes with the rest.
    for (const [id, handed] of this.#handed) if (handed.journal === journal) this.#handed.delete(id);
    this.#forked.add(journal);
    this.#forgetting.add(journal);
    const handed = { id: this.#nextId++, records: [], cursor: null, forget: { controller, epoch } };
    this.#handed.set(handed.id, { ...handed, journal });
    this.#options.hand(handed);
  }

  #forgotten(journal: string, taken: boolean): void {
    this.#forgetting.delete(journal);
    if (taken) {
      for (const of of [this.#known, this.#onDisk, this.#ahead]) of.delete(journal);
      this.#waitMs = askMinMs;
    }
    this.#missing(journal);
  }

  #useKeys(controllers: NamedControllers['controllers']): void {
    const keys = new Map<string, KeyFor>();
    for (const { id, publicKey } of controllers) {
      try {
        keys.set(id, keyRing([readPublicKey(publicKey)]));
      } catch (error) {
        this.#options.refuse('controller-key', `the manifest's key of ${id}: ${String(error)}`);
      }
    }
    this.#keys = keys;
  }

  #batch(controller: string, { epoch, events }: EventBatch): void {
    const { site, refuse } = this.#options;
    const journal = keyOf({ controller, epoch });
    if (this.#forgetting.has(journal)) return;
    const known = this.#known.get(journal);
    const cursor = known ?? { controller, epoch, through: 0, hash: genesisHash({ site, controller, epoch }) };
    // Only the last record's hash is kept: what came before it is taken as what it was.
    const here = new Map(events.map(({ event, hash }) => [event.seq, hash]));
    const keptHash = (seq: number): string | undefined => (seq === cursor.through ? cursor.hash : here.get(seq));
    const { outcome, take, stopped } = judgeBatch(cursor, events, keptHash);
    if (outcome === 'fork' || outcome === 'chain-break') {
      refuse(outcome, `record ${stopped?.event.seq} of ${controller} is not of the journal that is known here`);
      this.#forked.add(journal);
      this.#missing(journal);
    }
    if (outcome === 'gap') {
      this.#missing(journal);
      // Of two branches nobody knows yet which one it is.
      if (!this.#forked.has(journal)) this.#early(journal, events);
    }
    const last = take.at(-1);
    if (last === undefined) return;
    const next = { controller, epoch, through: last.event.seq, hash: last.hash };
    if (!this.#hand(journal, take, next)) return;
    this.#known.set(journal, next);
    this.#behind.delete(journal);
    if ((this.#ahead.get(journal) ?? 0) <= next.through) this.#ahead.delete(journal);
  }

  /** What its controller signed is true though records before it are missing: the same set is known in the end. */
  #early(journal: string, events: EventBatch['events']): void {
    const after = this.#ahead.get(journal) ?? 0;
    const fresh = events.filter(({ event }) => event.seq > after);
    const last = fresh.at(-1);
    if (last !== undefined && this.#hand(journal, fresh, null)) this.#ahead.set(journal, last.event.seq);
  }

  #hand(journal: string, events: EventBatch['events'], cursor: JournalCursor | null): boolean {
    if (this.#handed.size >= maxHanded) {
      this.#missing(journal);
      return false;
    }
    const records: SharedRecord[] = [];
    for (const { event } of events) {
      const record = readShared(event);
      if (record === 'malformed') {
        this.#options.refuse(
          'poisoned',
          `record ${event.seq} of ${event.controller}, a ${event.type}, is not of its form`,
        );
      } else if (record !== null) records.push(record);
    }
    const handed = { id: this.#nextId++, records, cursor };
    this.#handed.set(handed.id, { ...handed, journal });
    this.#options.hand(handed);
    return true;
  }

  #missing(journal: string): void {
    this.#behind.add(journal);
    this.#askLater(this.#waitMs);
  }

  #askSoon(): void {
    this.#waitMs = askMinMs;
    this.#askLater(Math.max(this.#askedMs + askMinMs - this.#options.clock.now().sinceBootMs, 0));
  }

  /** A controller that is alone has nobody to hear. */
  #askLater(delayMs: number): void {
    if (!this.#online || this.#cancel !== null || this.#keys.size < 2) return;
    this.#cancel = this.#options.clock.after('edge peers', delayMs, () => {
      this.#cancel = null;
      this.#ask();
    });
  }

  #ask(): void {
    this.#askedMs = this.#options.clock.now().sinceBootMs;
    const cursors = [...this.#known.values()].map(({ controller, epoch, through }) => ({ controller, epoch, through }));
    this.#options.want(cursors.slice(-maxKnownJournals + 1));
    this.#waitMs = Math.min(this.#waitMs * 2, askMaxMs);
    if (this.#behind.size > 0) this.#askLater(this.#waitMs);
  }
}

function keyOf({ controller, epoch }: Pick<JournalCursor, 'controller' | 'epoch'>): string {
  return `${controller} ${epoch}`;
}
