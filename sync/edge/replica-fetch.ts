// From a manifest to a replica that is ready: asks for what is missing, again where nothing comes, and takes a newer
// revision whole or not at all, by deltas where it can. The last good one is never touched here.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import type { Delta, Manifest, Want } from '../protocol/messages.ts';
import { SnapshotError } from '../protocol/replica-rows.ts';
import { backoff } from '../protocol/retry.ts';
import { type MostKept, mostOf } from '../protocol/shrink.ts';
import { Assembly, AssemblyError, type Offer } from './assembly.ts';
import { DeltaError, isOfDeltas } from './delta-run.ts';
import { Deltas } from './deltas.ts';
import { ManifestWait } from './manifest-wait.ts';
import type { BuildHeader, EdgeSettings, InstalledReplica, ReadyReplica, ReplicaSink } from './ports.ts';

export interface FetchOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly site: string;
  readonly settings: EdgeSettings;
  readonly sink: ReplicaSink;
  readonly installed: InstalledReplica | null;
  want(want: Want): void;
  ready(file: string, replica: ReadyReplica): void;
  /** The highest that a manifest named. */
  /** Once for each revision, and again with each manifest for as long as that is not here. */
  known(revision: number, issuedAtMs: number | null): void;
  confirmed(revision: number, issuedAtMs: number | null): void;
  refuse(reason: string, detail: string): void;
}

/** First and longest wait for chunks before they are asked for again. */
const wantMinMs = 10_000;
const wantMaxMs = 120_000;
/** A manifest that is said again makes it ask again at most this often. */
const nudgeMs = 1_000;
/** Asked so often without an answer, it waits for the next manifest or connection. */
const maxTries = 8;
/** An office that signs no instant into its manifests confirms at most this often. */
const confirmMs = 60_000;

export class ReplicaFetch {
  readonly #options: FetchOptions;
  readonly #manifestWait: ManifestWait;
  readonly #deltas: Deltas;
  #installed: InstalledReplica | null;
  #ready: ReadyReplica | null = null;
  #assembly: Assembly | null = null;
  /** When the office said that the one on its way is its newest. */
  #wantedMs: number | null = null;
  #askedAtBootMs = 0;
  /** Revision and hash of what proved wrong in itself: it is not fetched again. */
  #bad: { readonly key: string; readonly reason: string; readonly detail: string } | null = null;
  #known = 0;
  #confirmedMs: number | null = null;
  #confirmedAtBootMs: number | null = null;
  #waits: Generator<number, never>;
  #tries = 0;
  #online = false;
  #cancel: Cancel | null = null;

  constructor(options: FetchOptions) {
    this.#options = options;
    this.#installed = options.installed;
    this.#waits = this.#freshWaits();
    const { clock, random, site, sink } = options;
    this.#manifestWait = new ManifestWait({ clock, random, ask: () => this.#askForManifest() });
    this.#deltas = new Deltas({
      timers: clock,
      site,
      sink,
      done: (manifest, file, header) => this.#whole(manifest, file, header, 'delta'),
      failed: (manifest, error) => this.#deltasFailed(manifest, error),
    });
  }

  online(): void {
    this.#online = true;
    this.#manifestWait.online();
    if (this.#assembly !== null) this.#askAnew();
  }

  offline(): void {
    this.#online = false;
    this.#manifestWait.offline();
    this.#stopWaiting();
  }

  installed(revision: number): void {
    if (this.#ready?.revision !== revision) return;
    const { sha256, counts, digest, most, how } = this.#ready;
    this.#deltas.installed(how === 'delta' ? this.#installed : null);
    this.#installed = { revision, sha256, counts, digest, most };
    this.#ready = null;
    this.#goOn();
  }

  failed(revision: number): void {
    if (this.#ready?.revision !== revision) return;
    this.#ready = null;
    this.#goOn();
  }

  /** A manifest that the office signed. */
  manifest(manifest: Manifest): void {
    this.#manifestWait.came();
    const { revision, sha256, digest } = manifest;
    const newest = this.#ready ?? this.#installed;
    if (revision > this.#known || (revision === this.#known && revision > (newest?.revision ?? 0))) {
      this.#known = revision;
      this.#options.known(revision, manifest.issuedAtMs ?? null);
    }
    if (newest !== null && revision < newest.revision) {
      this.#options.refuse('older-revision', `revision ${revision}, here is ${newest.revision}`);
    } else if (newest !== null && revision === newest.revision) {
      if (sha256 !== newest.sha256) this.#options.refuse('revision-conflict', `revision ${revision}, other contents`);
      else if (this.#ready === null) {
        // One that came before there were deltas can be revised from now on.
        if (this.#installed !== null)
          this.#installed = { ...this.#installed, digest: this.#installed.digest ?? digest };
        this.#confirm(manifest);
      }
    } else this.#newer(manifest);
  }

  /** One that the office did not sign, or that is not of its form. */
  manifestRefused(): void {
    this.#manifestWait.refused();
  }

  /** A chunk as it came; of another revision than the one that is wanted, it is somebody else's. */
  chunk(revision: number, n: number, packed: Uint8Array): void {
    const assembly = this.#assembly;
    if (assembly === null || revision !== assembly.manifest.revision) return;
    // What is made now is not touched: the deltas are all there, or the one that is ready is being put in its place.
    if (this.#deltas.running || this.#ready !== null) return;
    let offer: Offer;
    try {
      offer = assembly.offer(n, packed);
    } catch (error) {
      this.#broken(assembly, error);
      return;
    }
    if (offer.outcome === 'not-of-manifest') {
      this.#options.refuse('chunk', `chunk ${n} of revision ${revision} is not what the manifest says`);
    } else if (offer.outcome === 'whole') this.#whole(assembly.manifest, offer.file, offer.header, 'snapshot');
    else if (offer.outcome === 'taken') {
      this.#deltas.drop();
      this.#progress();
    }
  }

  /** A delta that the office signed, of `bytes`. One that comes before its manifest waits for it. */
  delta(delta: Delta, bytes: number): void {
    const newest = this.#assembly?.manifest ?? this.#ready ?? this.#installed;
    if (this.#ready === null) {
      const offer = this.#deltas.offer(delta, bytes);
      if (offer === 'taken') this.#progress();
      if (offer === 'too-large')
        this.#wantWhole('delta-too-large', `to revision ${newest?.revision}: more than is held`);
      if (offer === 'whole') this.#stopWaiting();
      if (offer !== 'left') return;
    }
    if (delta.from === newest?.revision) this.#deltas.keep(delta, bytes);
  }

  stop(): void {
    this.#manifestWait.offline();
    this.#drop();
  }

  #newer(manifest: Manifest): void {
    const current = this.#assembly?.manifest;
    if (current !== undefined) {
      if (manifest.revision < current.revision) {
        this.#options.refuse('older-revision', `revision ${manifest.revision}, ${current.revision} is on its way`);
        return;
      }
      if (keyOf(manifest) === keyOf(current)) {
        this.#saidAgain(manifest);
        return;
      }
      if (manifest.revision === current.revision && (manifest.issuedAtMs ?? 0) <= (this.#wantedMs ?? 0)) {
        this.#options.refuse('revision-conflict', `revision ${manifest.revision}, other contents are on their way`);
        return;
      }
    }
    if (this.#bad?.key === keyOf(manifest)) {
      this.#options.refuse(this.#bad.reason, this.#bad.detail);
      return;
    }
    const tooLarge = this.#tooLarge(manifest);
    if (tooLarge !== null) {
      this.#options.refuse('too-large', tooLarge);
      return;
    }
    this.#begin(manifest);
    this.#wantedMs = manifest.issuedAtMs;
  }

  #begin(manifest: Manifest): void {
    this.#drop();
    const { site, sink } = this.#options;
    const before = this.#installed;
    this.#assembly = new Assembly(manifest, site, before === null ? null : mostBefore(before), sink);
    if (this.#ready !== null || this.#deltas.begin(manifest, before) === 'whole') return;
    this.#askAnew();
  }

  /** What was ready is in its place, or is not: a newer one, of which nothing was taken yet, begins there. */
  #goOn(): void {
    if (this.#assembly !== null) this.#begin(this.#assembly.manifest);
  }

  #deltasFailed(manifest: Manifest, error: unknown): void {
    const detail = `revision ${manifest.revision}: ${error instanceof Error ? error.message : String(error)}`;
    if (error instanceof DeltaError && error.code === 'shrinks') this.#spoilt(manifest, 'shrinks', detail);
    else if (isOfDeltas(error)) this.#wantWhole(`delta-${error instanceof DeltaError ? error.code : 'row'}`, detail);
    else {
      this.#drop();
      this.#options.refuse('build', detail);
    }
  }

  #wantWhole(reason: string, detail: string): void {
    this.#deltas.giveUp();
    this.#options.refuse(reason, detail);
    this.#askAnew();
  }

  /** Wrong in itself: it is not fetched a second time. */
  #spoilt(manifest: Manifest, reason: string, detail: string): void {
    this.#bad = { key: keyOf(manifest), reason, detail };
    this.#drop();
    this.#options.refuse(reason, detail);
  }

  /** The office is back, and what was asked of it may be lost. A manifest that somebody sends again asks for nothing. */
  #saidAgain({ issuedAtMs }: Manifest): void {
    const sinceMs = this.#options.clock.now().sinceBootMs - this.#askedAtBootMs;
    const anew = issuedAtMs === null ? sinceMs >= wantMinMs : issuedAtMs > (this.#wantedMs ?? 0) && sinceMs >= nudgeMs;
    if (!anew) return;
    this.#wantedMs = issuedAtMs;
    this.#askAnew();
  }

  #tooLarge({ revision, bytes, chunks }: Manifest): string | null {
    const { maxReplicaBytes, maxMessageBytes } = this.#options.settings;
    if (bytes > maxReplicaBytes) {
      return `revision ${revision} takes ${bytes} bytes, at most ${maxReplicaBytes} are taken (upstream.maxReplicaBytes)`;
    }
    const longest = chunks.reduce((most, chunk) => Math.max(most, chunk.bytes), 0);
    if (longest > maxMessageBytes) {
      return `revision ${revision} has a chunk of ${longest} bytes, at most ${maxMessageBytes} are read (upstream.maxMessageBytes)`;
    }
    return null;
  }

  #confirm({ revision, issuedAtMs }: Manifest): void {
    const nowMs = this.#options.clock.now().sinceBootMs;
    if (issuedAtMs === null) {
      if (this.#confirmedAtBootMs !== null && nowMs - this.#confirmedAtBootMs < confirmMs) return;
    } else if (this.#confirmedMs !== null && issuedAtMs <= this.#confirmedMs) return;
    this.#confirmedMs = issuedAtMs ?? this.#confirmedMs;
    this.#confirmedAtBootMs = nowMs;
    this.#options.confirmed(revision, issuedAtMs);
  }

  #whole(manifest: Manifest, file: string, header: BuildHeader, how: ReadyReplica['how']): void {
    const { revision, sha256, counts, digest, most } = header;
    this.#assembly = null;
    this.#deltas.end();
    this.#stopWaiting();
    const controllers = manifest.controllers;
    this.#ready = { revision, sha256, counts, digest, most, how, issuedAtMs: this.#wantedMs, controllers };
    this.#options.ready(file, this.#ready);
  }

  #broken({ manifest }: Assembly, error: unknown): void {
    const known = error instanceof SnapshotError || error instanceof AssemblyError;
    const reason = known ? error.code : 'build';
    const detail = `revision ${manifest.revision}: ${error instanceof Error ? error.message : String(error)}`;
    if (reason !== 'build') {
      this.#spoilt(manifest, reason, detail);
      return;
    }
    this.#drop();
    this.#options.refuse(reason, detail);
  }

  #drop(): void {
    this.#assembly?.abort();
    this.#assembly = null;
    this.#deltas.end();
    this.#stopWaiting();
  }

  #progress(): void {
    this.#tries = 0;
    this.#waits = this.#freshWaits();
    this.#await();
  }

  #askAnew(): void {
    this.#tries = 0;
    this.#waits = this.#freshWaits();
    this.#ask();
  }

  #ask(): void {
    const assembly = this.#assembly;
    if (assembly === null || !this.#online || this.#ready !== null || this.#deltas.running) return;
    this.#tries++;
    this.#askedAtBootMs = this.#options.clock.now().sinceBootMs;
    const { revision } = assembly.manifest;
    const missing = assembly.next === 0 ? null : { revision, from: assembly.next };
    this.#options.want({ have: this.#deltas.whole ? 0 : (this.#installed?.revision ?? 0), missing });
    this.#await();
  }

  /** Not while one is on its way: it is asked for already. */
  #askForManifest(): void {
    if (this.#assembly !== null) return;
    const have = (this.#ready ?? this.#installed)?.revision ?? 0;
    this.#options.want({ have, missing: null });
  }

  #await(): void {
    this.#stopWaiting();
    this.#cancel = this.#options.clock.after('edge chunks', this.#waits.next().value, () => {
      this.#cancel = null;
      if (this.#tries < maxTries) this.#ask();
      else this.#options.refuse('no-answer', `revision ${this.#assembly?.manifest.revision}: asked ${maxTries} times`);
    });
  }

  #stopWaiting(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #freshWaits(): Generator<number, never> {
    return backoff(wantMinMs, wantMaxMs, this.#options.random);
  }
}

/** Of a replica of before it was kept, what it holds. */
function mostBefore({ most, counts }: InstalledReplica): MostKept {
  return most ?? mostOf(counts);
}

/** What a manifest promises; the same promise again is the same replica. */
function keyOf({ revision, sha256, chunks, shrinkMeant }: Manifest): string {
  return `${revision} ${sha256} ${shrinkMeant} ${chunks.map((chunk) => chunk.sha256).join()}`;
}
