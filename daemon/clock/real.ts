// The machine's clock. With `virtual.ts` the only place that reads time or waits; nothing here is on the tap path but `now`.

import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Clock, Moment } from '../../access/clock.ts';

/**
 * @param synchronised asked at every reading; must answer from memory.
 */
export function realClock(synchronised: () => boolean): Clock {
  const boot = bootId();
  return {
    now(): Moment {
      return {
        wallMs: Date.now(),
        sinceBootMs: Number(process.hrtime.bigint() / 1_000_000n),
        boot,
        synchronised: synchronised(),
      };
    },
    // The system's uptime goes on while the machine sleeps. It counts in hundredths of a second.
    sleptMs: () => Math.max(uptime() * 1_000 - Number(process.hrtime.bigint()) / 1e6, 0),
    after(_name, delayMs, task) {
      const end = process.hrtime.bigint() + BigInt(Math.round(Math.max(delayMs, 0) * 1e6));
      let handle: NodeJS.Timeout;
      const wait = (): void => {
        const leftMs = Number(end - process.hrtime.bigint()) / 1e6;
        if (leftMs <= 0) task();
        else handle = setTimeout(wait, Math.min(Math.ceil(leftMs), longestWaitMs));
      };
      handle = setTimeout(wait, Math.min(Math.max(delayMs, 0), longestWaitMs));
      return () => clearTimeout(handle);
    },
  };
}

/** Longer waits overflow the 32 bits that setTimeout has, and would fire at once. */
const longestWaitMs = 2_000_000_000;

/** The kernel's identifier of this boot; on a system without one, a name for the lifetime of the machine's clock. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown-boot';
  }
}
