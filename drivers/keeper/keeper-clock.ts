// The keeper's clock: the one file of the keeper that reads time and waits. The keeper is a process of its own with its own
// root (keeper-main.ts), so it owns its clock as the daemon does (daemon/clock/real.ts).

export interface KeeperClock {
  /** Milliseconds since some start; never steps. */
  nowMs(): number;
  /** UTC as ISO 8601. */
  stamp(): string;
  /** Runs `task` once, after at least `delayMs`. */
  after(delayMs: number, task: () => void): void;
  /** Runs `task` once the input that is waiting now has been read. */
  nextTurn(task: () => void): void;
}

export const keeperClock: KeeperClock = {
  nowMs: () => Number(process.hrtime.bigint()) / 1e6,
  stamp: () => new Date().toISOString(),
  after: (delayMs, task) => {
    setTimeout(task, Math.max(Math.ceil(delayMs), 0));
  },
  nextTurn: (task) => {
    setImmediate(task);
  },
};
