// Asks for the manifest where none that the office signed comes: what stands at the broker may be gone, or forged. Bounded:
// never sooner than 5 s after a connection or a refused manifest, then with growing waits, so many times in a row.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import { backoff } from '../protocol/retry.ts';

export interface ManifestWaitOptions {
  readonly clock: Clock;
  readonly random: Random;
  ask(): void;
}

/** A retained manifest comes with the connection; one that takes this long is not there. */
const firstMs = 5_000;
const againMinMs = 10_000;
const againMaxMs = 120_000;
/** Asked so often without an answer, it waits for the next manifest or connection. */
const maxTries = 8;

export class ManifestWait {
  readonly #options: ManifestWaitOptions;
  #waits: Generator<number, never>;
  #tries = 0;
  #online = false;
  #cancel: Cancel | null = null;

  constructor(options: ManifestWaitOptions) {
    this.#options = options;
    this.#waits = this.#freshWaits();
  }

  online(): void {
    this.#online = true;
    this.#rest();
    this.#wait(firstMs);
  }

  offline(): void {
    this.#online = false;
    this.#rest();
  }

  /** A manifest that the office signed. */
  came(): void {
    this.#rest();
  }

  /** One that it did not sign: the true one may no longer stand at the broker. */
  refused(): void {
    if (this.#online && this.#cancel === null && this.#tries === 0) this.#wait(firstMs);
  }

  #wait(delayMs: number): void {
    this.#cancel = this.#options.clock.after('edge manifest', delayMs, () => {
      this.#cancel = null;
      this.#tries++;
      this.#options.ask();
      if (this.#tries < maxTries) this.#wait(this.#waits.next().value);
    });
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#tries = 0;
    this.#waits = this.#freshWaits();
  }

  #freshWaits(): Generator<number, never> {
    return backoff(againMinMs, againMaxMs, this.#options.random);
  }
}
