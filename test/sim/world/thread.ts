// The edge's thread without a thread: the same two ends of the same wire, each message a moment later. It may end by itself, as
// a thread that threw would.

import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { EdgeWorker } from '../../../sync/edge/thread-host.ts';
import type { ThreadWire } from '../../../sync/edge/thread-messages.ts';
import type { SimProcess } from './process.ts';

const passMs = 1;

export interface ThreadParts {
  readonly clock: VirtualClock;
  /** Of the daemon. */
  readonly daemon: SimProcess;
  /** Of the thread: it ends with the daemon's, or before. */
  readonly thread: SimProcess;
  /** Listens at the thread's end. */
  serve(wire: ThreadWire): void;
}

export class SimThread {
  readonly #parts: ThreadParts;
  #toThread: (message: unknown) => void = () => {};
  #toDaemon: (message: unknown) => void = () => {};
  #exited: (code: number) => void = () => {};

  constructor(parts: ThreadParts) {
    this.#parts = parts;
    parts.serve({
      postMessage: (message) => {
        if (!parts.thread.passes('word to the daemon')) return;
        parts.clock.after('word of the thread', passMs, () => parts.daemon.run(() => this.#toDaemon(message)));
      },
      on: (_event, listener) => {
        this.#toThread = listener;
      },
    });
  }

  /** The daemon's end of it. */
  get worker(): EdgeWorker {
    const { clock, daemon, thread } = this.#parts;
    return {
      postMessage: (message) => {
        if (!daemon.passes('order to the edge')) return;
        clock.after('order to the thread', passMs, () => thread.run(() => this.#toThread(message)));
      },
      on: (event: string, listener: (told: never) => void) => {
        if (event === 'message') this.#toDaemon = listener as (message: unknown) => void;
        if (event === 'exit') this.#exited = listener as (code: number) => void;
      },
      terminate: () => {
        thread.end();
        return Promise.resolve();
      },
    };
  }

  /** It says something that its own code did not: what a planted fault is made of. */
  say(message: unknown): void {
    this.#parts.daemon.run(() => this.#toDaemon(message));
  }

  /** The thread ends by itself. */
  exit(): void {
    const { clock, daemon, thread } = this.#parts;
    thread.kill();
    clock.after('thread is gone', passMs, () => daemon.run(() => this.#exited(1)));
  }
}
