// The keeper of a simulated controller: the lock lines outlive every life of the daemon, and fall to their safe states when
// one ends, as the keeper's own process would see to.

import type { Keeper } from '../../../daemon/run/locks.ts';
import type { KeeperLine } from '../../../drivers/keeper/messages.ts';
import type { LockState } from '../../../drivers/port.ts';
import type { SimProcess } from './process.ts';

export class LockLines {
  readonly #states = new Map<string, LockState>();
  #held: readonly KeeperLine[] = [];
  readonly #changed: (accessPoint: string, state: LockState) => void;

  constructor(changed: (accessPoint: string, state: LockState) => void) {
    this.#changed = changed;
  }

  state(accessPoint: string): LockState {
    return this.#states.get(accessPoint) ?? 'locked';
  }

  move(accessPoint: string, state: LockState): void {
    if (this.state(accessPoint) === state) return;
    this.#states.set(accessPoint, state);
    this.#changed(accessPoint, state);
  }

  hold(lines: readonly KeeperLine[]): void {
    this.#held = lines;
    this.fall();
  }

  fall(): void {
    for (const { accessPoint, failSafe } of this.#held) this.move(accessPoint, failSafe ? 'unlocked' : 'locked');
  }
}

/** One life's keeper. */
export function keeperOf(lines: LockLines, process: SimProcess): (held: readonly KeeperLine[]) => Keeper {
  return (held) => {
    lines.hold(held);
    return {
      set: (accessPoint, state) => {
        process.step('lock not moved yet');
        lines.move(accessPoint, state);
        process.step('lock moved');
      },
      hold: (next) => lines.hold(next),
      ready: Promise.resolve(),
      get answers() {
        return process.alive;
      },
      close: () => {
        if (process.alive) lines.fall();
        return Promise.resolve();
      },
    };
  };
}
