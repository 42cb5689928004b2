// The daemon's end of the keeper: there is always one keeper, or one about to be started, and what was set last is what it
// was told last. The lines' safety does not rest on this file but on the keeper (keeper-core.ts).

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import { type BackoffLimits, backoff } from '../backoff.ts';
import type { DeviceFault, LockState, OutputSink } from '../port.ts';
import { KeeperProcess, keeperProgram } from './keeper-process.ts';
import type { FromKeeper, KeeperLine } from './messages.ts';

/** How often the main loop shows that it turns. */
const beatMs = 250;
/** Beats without an answer after which the keeper itself hangs: 2 s of a loop that turns. */
const maxUnanswered = 8;
/** The same while it starts: 30 s, for a busy machine with a slow card. */
const maxUnansweredAtStart = 120;
/** From the order to end to the end by force. */
const closeMs = 2_000;
/** A dead keeper is missed at once; one that dies again and again must not take the machine's time. */
const restartBackoff: BackoffLimits = { minMs: 50, maxMs: 5_000 };
/** A keeper that lived this long was sound: the waits begin anew. */
const steadyMs = 10_000;

export interface KeeperEvents {
  /**
   * A line (or, with null, the keeper: all lines) does not follow what is set; the driver tries again by itself. Once per
   * spell. Codes: `keeper-died`, `keeper-silent`, `line-stuck`.
   */
  fault(accessPoint: string | null, fault: DeviceFault): void;
  /** What was set last is in force again. */
  restored(accessPoint: string | null): void;
  /** This process was silent for `silentMs`, so all lines fell to their safe states. Whoever sets them must set them anew. */
  lapsed(silentMs: number): void;
}

export class KeeperLink implements OutputSink {
  readonly #program = keeperProgram();
  readonly #lines: readonly KeeperLine[];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events: KeeperEvents;
  readonly #wanted = new Map<string, LockState>();
  #waits: Iterator<number, never>;
  #keeper: KeeperProcess | null = null;
  #ready = false;
  #faulty = false;
  #silent = false;
  #startedMs = 0;
  #unanswered = 0;
  #cancelBeat: Cancel = () => undefined;
  #cancelWait: Cancel = () => undefined;
  #closed: Promise<void> | null = null;
  #gone: () => void = () => undefined;
  #tellReady: () => void = () => undefined;

  /** Settles when all lines are held and driven safe for the first time, or the link is closed before. */
  readonly ready: Promise<void>;

  /** @throws DriverError `keeper-missing` */
  constructor(lines: readonly KeeperLine[], clock: Clock, random: Random, events: KeeperEvents) {
    this.#lines = lines;
    this.#clock = clock;
    this.#random = random;
    this.#events = events;
    this.#waits = backoff(random, restartBackoff);
    this.ready = new Promise((resolve) => {
      this.#tellReady = resolve;
    });
    this.#start();
    this.#beat();
  }

  /** The keeper's process id; undefined while there is none. */
  get pid(): number | undefined {
    return this.#keeper?.pid;
  }

  /** Whether the keeper holds the lines and has answered of late; false while one is started. */
  get answers(): boolean {
    return this.#ready && this.#unanswered < maxUnanswered;
  }

  set(accessPoint: string, state: LockState): void {
    this.#wanted.set(accessPoint, state);
    if (this.#ready) this.#keeper?.send({ type: 'set', accessPoint, state });
  }

  /** Leaves every line in its safe state. Settles when the keeper has ended; may be called twice. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#ready = false;
      this.#tellReady();
      this.#cancelBeat();
      this.#cancelWait();
      const keeper = this.#keeper;
      if (keeper === null) return resolve();
      const cancel = this.#clock.after('keeper close', closeMs, () => keeper.kill());
      this.#gone = () => {
        cancel();
        resolve();
      };
      keeper.finish();
    });
    return this.#closed;
  }

  #start(): void {
    this.#startedMs = this.#clock.now().sinceBootMs;
    this.#unanswered = 0;
    this.#silent = false;
    this.#keeper = new KeeperProcess(this.#program, {
      message: (message) => this.#receive(message),
      ended: (reason) => this.#lose(reason),
    });
    this.#keeper.send({ type: 'hold', lines: this.#lines });
  }

  #receive(message: FromKeeper): void {
    switch (message.type) {
      case 'ready':
        this.#goReady();
        break;
      case 'beat':
        this.#unanswered = 0;
        break;
      case 'lapsed':
        this.#events.lapsed(message.silentMs);
        break;
      case 'stuck':
        this.#events.fault(message.accessPoint, {
          code: 'line-stuck',
          message: `the lock line of ${message.accessPoint} could not be driven and is tried again: ${message.message}`,
        });
        break;
      case 'freed':
        this.#events.restored(message.accessPoint);
        break;
    }
  }

  #goReady(): void {
    if (this.#closed !== null) return;
    this.#ready = true;
    this.#unanswered = 0;
    for (const [accessPoint, state] of this.#wanted) this.#keeper?.send({ type: 'set', accessPoint, state });
    this.#tellReady();
    if (!this.#faulty) return;
    this.#faulty = false;
    this.#events.restored(null);
  }

  #lose(reason: string): void {
    this.#ready = false;
    this.#keeper = null;
    if (this.#closed !== null) {
      this.#gone();
      return;
    }
    if (!this.#faulty) {
      this.#faulty = true;
      this.#events.fault(null, {
        code: this.#silent ? 'keeper-silent' : 'keeper-died',
        message: `the keeper of the lock lines is started again and drives all locks safe first (${reason})`,
      });
    }
    const lived = this.#clock.now().sinceBootMs - this.#startedMs;
    if (lived >= steadyMs) this.#waits = backoff(this.#random, restartBackoff);
    this.#cancelWait = this.#clock.after('keeper restart', this.#waits.next().value, () => this.#start());
  }

  #beat(): void {
    this.#cancelBeat = this.#clock.after('keeper heartbeat', beatMs, () => this.#beat());
    if (this.#keeper === null) return;
    if (this.#unanswered++ >= (this.#ready ? maxUnanswered : maxUnansweredAtStart)) {
      this.#silent = true;
      this.#keeper.kill();
    } else {
      this.#keeper.send({ type: 'beat' });
    }
  }
}
