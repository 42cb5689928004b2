// The way by deltas to the revision that is wanted: collected, applied aside, and given up for good where the office's word and what
// comes of them differ. It never makes a replica of another revision than the manifest's.

import type { Timers } from '../../access/clock.ts';
import type { Delta, Manifest } from '../protocol/messages.ts';
import { mostOf } from '../protocol/shrink.ts';
import { DeltaChain, type DeltaStep } from './delta-chain.ts';
import { type BeforeBase, DeltaRun } from './delta-run.ts';
import type { BuildHeader, InstalledReplica, ReplicaSink } from './ports.ts';

export interface DeltasParts {
  readonly timers: Timers;
  readonly site: string;
  readonly sink: ReplicaSink;
  done(manifest: Manifest, file: string, header: BuildHeader): void;
  failed(manifest: Manifest, error: unknown): void;
}

/** Most bytes of deltas that are remembered, to lead the replica before the one that decides to where that one is. */
const maxRememberedBytes = 1024 * 1024;

type Revisable = InstalledReplica & { readonly digest: string };

export class Deltas {
  readonly #parts: DeltasParts;
  #wanted: { readonly manifest: Manifest; readonly base: Revisable; readonly chain: DeltaChain } | null = null;
  #run: DeltaRun | null = null;
  /** No delta can lead to what is wanted, though its office gives some. */
  #whole = false;
  /** Came before its manifest. */
  #kept: { readonly delta: Delta; readonly bytes: number } | null = null;
  /** What was applied last, until it is known whether that decides. */
  #applied: { readonly steps: readonly DeltaStep[]; readonly bytes: number } | null = null;
  #before: BeforeBase | null = null;

  constructor(parts: DeltasParts) {
    this.#parts = parts;
  }

  /** They are all there and being applied: nothing else may be built. */
  get running(): boolean {
    return this.#run !== null;
  }

  /** Only a snapshot will do. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Towards a new manifest. `whole`: what is needed is there already, and nothing is to be asked for. */
  begin(manifest: Manifest, base: InstalledReplica | null): 'whole' | 'wanting' {
    this.end();
    if (manifest.digest === null || base === null) return 'wanting';
    if (base.digest === null || this.#parts.sink.revise === undefined) {
      this.#whole = true;
      return 'wanting';
    }
    const chain = new DeltaChain(base.revision, manifest.revision);
    this.#wanted = { manifest, base: { ...base, digest: base.digest }, chain };
    const kept = this.#kept;
    return kept !== null && this.offer(kept.delta, kept.bytes) === 'whole' ? 'whole' : 'wanting';
  }

  /** `left`: it is not the next one. */
  offer(delta: Delta, bytes: number): ReturnType<DeltaChain['offer']> {
    if (this.#wanted === null || this.#run !== null) return 'left';
    const outcome = this.#wanted.chain.offer(delta, bytes);
    if (outcome === 'whole') this.#apply();
    return outcome;
  }

  /** One that follows what is wanted or decides: its manifest comes after it. Those of many parts are asked for. */
  keep(delta: Delta, bytes: number): void {
    if (delta.parts === 1) this.#kept = { delta, bytes };
  }

  /** The snapshot is on its way: what was collected is not needed. */
  drop(): void {
    if (this.#run === null) this.#wanted = null;
  }

  giveUp(): void {
    this.end();
    this.#whole = true;
  }

  /** Nothing is wanted by deltas any more. */
  end(): void {
    this.#run?.abort();
    this.#run = null;
    this.#wanted = null;
    this.#whole = false;
  }

  /** What was applied decides now; `before` decided before it, null where it came as a snapshot. */
  installed(before: InstalledReplica | null): void {
    const applied = this.#applied;
    this.#applied = null;
    this.#before = null;
    if (before === null || before.digest === null || applied === null || applied.bytes > maxRememberedBytes) return;
    const { revision, digest, counts } = before;
    this.#before = { revision, digest, counts, steps: applied.steps };
  }

  #apply(): void {
    const { timers, site, sink, done, failed } = this.#parts;
    const revise = sink.revise?.bind(sink);
    if (this.#wanted === null || revise === undefined) return;
    const { manifest, base, chain } = this.#wanted;
    const { steps, bytes } = chain;
    const run = new DeltaRun({
      timers,
      site,
      revise,
      manifest,
      base,
      most: base.most ?? mostOf(base.counts),
      before: this.#before,
      steps,
      done: (file, header) => {
        this.#run = null;
        this.#applied = { steps, bytes };
        done(manifest, file, header);
      },
      failed: (error) => {
        this.#run = null;
        failed(manifest, error);
      },
    });
    this.#run = run;
    run.start();
  }
}
