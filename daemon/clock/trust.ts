// Whether the machine's wall clock can be believed (rules.md section 4), answered from memory and refreshed off the tap
// path. Under systemd somebody has to say that the clock was set from the network; without it (a container) the host keeps
// the clock. A clock that was set since the boot, and that nobody has moved since, stays believed when its source is lost: the
// network may be away for days. A clock that says it is before this program was written is never believed.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Cancel, Clock, Timers } from '../../access/clock.ts';
import { earliestMs } from '../../access/time/trusted-time.ts';
import { realClock } from './real.ts';

export type TrustSource = 'host' | 'timesyncd' | 'timedatectl' | 'none';

/** What is asked of the machine. */
export interface TrustedSystem {
  readonly wallMs: () => number;
  /** The monotonic side, which is slewed with the wall but never steps. */
  readonly sinceBootMs: () => number;
  readonly exists: (path: string) => boolean;
  /** Whether the kernel's clock is disciplined (chrony, ntpd, …), as `timedatectl` says; never rejects. */
  readonly ntpSynchronised: () => Promise<boolean>;
}

const refreshMs = 30_000;
/** Rounding stays below it; whoever sets the clock moves it further. */
const movedMs = 500;
const askTimeoutMs = 5_000;

export class ClockTrust {
  readonly #system: TrustedSystem;
  #source: TrustSource = 'none';
  /** Wall less monotonic side when a source last answered for it; null: none has. */
  #setToMs: number | null = null;
  #cancel: Cancel = () => {};
  #stopped = false;

  constructor(system: TrustedSystem = machine) {
    this.#system = system;
  }

  synchronised(): boolean {
    if (this.#system.wallMs() < earliestMs) return false;
    return this.#source !== 'none' || (this.#setToMs !== null && Math.abs(this.#offsetMs() - this.#setToMs) <= movedMs);
  }

  /** Who keeps the clock. */
  get source(): TrustSource {
    return this.#source;
  }

  /** Asks now and then every 30 s; settles with the first answer. */
  async start(timers: Timers): Promise<void> {
    this.#source = await this.#ask();
    if (this.#source !== 'none') this.#setToMs = this.#offsetMs();
    if (this.#stopped) return;
    this.#cancel = timers.after('clock trust', refreshMs, () => void this.start(timers));
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #offsetMs(): number {
    return this.#system.wallMs() - this.#system.sinceBootMs();
  }

  async #ask(): Promise<TrustSource> {
    if (!this.#system.exists('/run/systemd/system')) return 'host';
    if (this.#system.exists('/run/systemd/timesync/synchronized')) return 'timesyncd';
    return (await this.#system.ntpSynchronised()) ? 'timedatectl' : 'none';
  }
}

/** The machine's clock with its trust, as a daemon uses it. */
export async function systemClock(): Promise<{ readonly clock: Clock; stop(): void }> {
  const trust = new ClockTrust();
  const clock = realClock(() => trust.synchronised());
  await trust.start(clock);
  return { clock, stop: () => trust.stop() };
}

const machine: TrustedSystem = {
  wallMs: () => Date.now(),
  sinceBootMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  exists: existsSync,
  ntpSynchronised: () =>
    new Promise((resolve) => {
      const asked = ['show', '--property=NTPSynchronized', '--value'];
      execFile('timedatectl', asked, { timeout: askTimeoutMs }, (error, stdout) => {
        resolve(error === null && stdout.trim() === 'yes');
      });
    }),
};
