// How often an address came with a token that is none: after some, it is only told to wait. Bounded, whatever comes.

const allowedAtOnce = 20;
const regainMs = 3_000;
const maxAddresses = 10_000;

interface Count {
  failed: number;
  atMs: number;
}

export class FailedTokens {
  readonly #counts = new Map<string, Count>();

  /** Another one failed. @returns seconds to wait, 0 where it is only refused. @param nowMs of the monotonic clock */
  failed(address: string, nowMs: number): number {
    const count = this.#counts.get(address) ?? { failed: 0, atMs: nowMs };
    count.failed = Math.max(0, count.failed - (nowMs - count.atMs) / regainMs);
    count.atMs = nowMs;
    this.#counts.delete(address);
    this.#counts.set(address, count);
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= maxAddresses) break;
      this.#counts.delete(oldest);
    }
    if (count.failed >= allowedAtOnce) return Math.ceil(((count.failed - allowedAtOnce + 1) * regainMs) / 1000);
    count.failed++;
    return 0;
  }
}
