// What the keeper does, apart from the process it does it in: every line is in its safe state at the start, at the end,
// and as soon as the daemon has been silent for `silenceMs`; in between it is in the state that was set last.

import { type LockState, safeState } from '../port.ts';
import type { KeeperClock } from './keeper-clock.ts';
import { type FromKeeper, type KeeperLine, sameLine, type ToKeeper } from './messages.ts';

/** After this much silence the daemon hangs. Leaves half a second of rules.md's 2 s to the timers of a slow machine. */
export const silenceMs = 1_500;

export interface HeldLine {
  /** Moves the line; throws where it cannot. */
  drive(state: LockState): void;
  /** Throws where the line is not any more as it was driven last: its chip is gone, somebody else moved it. */
  check(): void;
  /** Lets go of it, at the level that it was driven to last. Nothing more is called. */
  release(): void;
}

interface Held {
  readonly line: KeeperLine;
  readonly output: HeldLine;
  wanted: LockState;
  /** null: not known, because nothing was driven yet or the last try failed. */
  driven: LockState | null;
  stuck: boolean;
}

export class KeeperCore {
  readonly #clock: KeeperClock;
  readonly #openLine: (line: KeeperLine) => HeldLine;
  readonly #send: (message: FromKeeper) => void;
  readonly #held = new Map<string, Held>();
  #heardMs = 0;
  #lapsed = false;
  #watches = false;

  constructor(clock: KeeperClock, openLine: (line: KeeperLine) => HeldLine, send: (message: FromKeeper) => void) {
    this.#clock = clock;
    this.#openLine = openLine;
    this.#send = send;
  }

  /** @returns false when the keeper is to end; its lines are then safe. */
  receive(message: ToKeeper): boolean {
    this.#hear();
    switch (message.type) {
      case 'hold':
        this.hold(message.lines);
        return true;
      case 'set':
        this.#set(message.accessPoint, message.state);
        return true;
      case 'beat':
        for (const held of this.#held.values()) {
          this.#check(held);
          this.#drive(held);
        }
        this.#send({ type: 'beat' });
        return true;
      case 'stop':
        this.fall();
        return false;
    }
  }

  /** Drives every line to its safe state, whatever happens with the others. */
  fall(): void {
    for (const held of this.#held.values()) {
      held.wanted = safeState(held.line.failSafe);
      this.#drive(held);
    }
  }

  /** As the message says; called by itself where that was heard before, and its drivers took their time to load. */
  hold(lines: readonly KeeperLine[]): void {
    for (const held of [...this.#held.values()]) {
      if (!lines.some((line) => sameLine(line, held.line))) this.#letGo(held);
    }
    for (const line of lines) {
      if (this.#held.has(line.accessPoint)) continue;
      const wanted = safeState(line.failSafe);
      const held = { line, output: this.#openLine(line), wanted, driven: null, stuck: false };
      this.#held.set(line.accessPoint, held);
      this.#drive(held);
    }
    this.#send({ type: 'ready' });
    if (!this.#watches) this.#watch();
    this.#watches = true;
  }

  #letGo(held: Held): void {
    this.#held.delete(held.line.accessPoint);
    held.wanted = safeState(held.line.failSafe);
    this.#drive(held);
    try {
      held.output.release();
    } catch (error) {
      this.#stick(held, error);
    }
  }

  #set(accessPoint: string, state: LockState): void {
    const held = this.#held.get(accessPoint);
    if (held === undefined) return;
    held.wanted = state;
    this.#drive(held);
  }

  /** Only changes move a line. */
  #drive(held: Held): void {
    if (held.driven === held.wanted) return;
    held.driven = null;
    try {
      held.output.drive(held.wanted);
    } catch (error) {
      this.#stick(held, error);
      return;
    }
    held.driven = held.wanted;
  }

  /** A line that is found otherwise than it was driven is driven anew. It is free again once it stays as it was driven. */
  #check(held: Held): void {
    if (held.driven === null) return;
    try {
      held.output.check();
    } catch (error) {
      held.driven = null;
      this.#stick(held, error);
      return;
    }
    if (held.stuck) this.#send({ type: 'freed', accessPoint: held.line.accessPoint });
    held.stuck = false;
  }

  #stick(held: Held, error: unknown): void {
    if (held.stuck || isSettling(error)) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#send({ type: 'stuck', accessPoint: held.line.accessPoint, message });
    held.stuck = true;
  }

  #hear(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#lapsed) {
      this.#lapsed = false;
      this.#send({ type: 'lapsed', silentMs: Math.round(nowMs - this.#heardMs) });
      this.#heardMs = nowMs;
      this.#watch();
    }
    this.#heardMs = nowMs;
  }

  /** One wait at a time, for the moment at which the silence would be too long. */
  #watch(): void {
    this.#clock.after(this.#heardMs + silenceMs - this.#clock.nowMs(), () => {
      // The keeper itself may have been held up: what the daemon said meanwhile counts.
      this.#clock.nextTurn(() => {
        if (this.#clock.nowMs() - this.#heardMs < silenceMs) return this.#watch();
        this.#lapsed = true;
        this.fall();
      });
    });
  }
}

/** Of a line that is only just being made: the next try tells whether there is anything wrong. */
function isSettling(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'line-settling';
}
