// Locks without hardware, file or keeper, for replay and tests in one process: the same states in the same order.

import { type LockState, type OutputSink, safeState } from '../port.ts';

export interface MemoryLine {
  readonly accessPoint: string;
  readonly failSafe: boolean;
}

/** Every line begins in its safe state; `changed` hears of each change, in the turn in which it was set. */
export class MemoryLocks implements OutputSink {
  readonly #lines: ReadonlyMap<string, MemoryLine>;
  readonly #states = new Map<string, LockState>();
  readonly #changed: (accessPoint: string, state: LockState) => void;

  constructor(lines: readonly MemoryLine[], changed: (accessPoint: string, state: LockState) => void) {
    this.#lines = new Map(lines.map((line) => [line.accessPoint, line]));
    for (const line of lines) this.#states.set(line.accessPoint, safeState(line.failSafe));
    this.#changed = changed;
  }

  /** An access point that has no line is ignored. */
  set(accessPoint: string, state: LockState): void {
    const before = this.#states.get(accessPoint);
    if (before === undefined || before === state) return;
    this.#states.set(accessPoint, state);
    this.#changed(accessPoint, state);
  }

  state(accessPoint: string): LockState | undefined {
    return this.#states.get(accessPoint);
  }

  /** What the keeper does when its daemon ends: every line falls to its safe state. */
  fall(): void {
    for (const line of this.#lines.values()) this.set(line.accessPoint, safeState(line.failSafe));
  }
}
