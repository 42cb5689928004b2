// The daemon's end of the keeper: there is always one keeper, or one about to be started, and what was set last is what it
// was told last. The lines' safety does not rest on this file but on the keeper (keeper-core.ts).

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import { type BackoffLimits, backoff } from '../backoff.ts';
import type { DeviceFault, LockState, OutputSink } from '../port.ts';
import { KeeperProcess, keeperProgram } from './keeper-process.ts';
import { type FromKeeper, type KeeperLine, sameLine } from './messages.ts';

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
  #lines: readonly KeeperLine[];
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
  /** Orders to hold lines that this keeper has not answered yet. */
  #holds = 0;
  #tellReady: () => void = () => undefined;
  #isReady: Promise<void>;

  /** @throws DriverError `keeper-missing` */
  constructor(lines: readonly KeeperLine[], clock: Clock, random: Random, events: KeeperEvents) {
    this.#lines = lines;
    this.#clock = clock;
    this.#random = random;
    this.#events = events;
    this.#waits = backoff(random, restartBackoff);
    this.#isReady = this.#untilReady();
    this.#start();
    this.#beat();
  }

  /** Settles when the keeper holds the lines, those that are new driven safe; or when the link is closed before. */
  get ready(): Promise<void> {
    return this.#isReady;
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

  /**
   * From here on these lines are held and no others; `ready` tells when. Those that are held already follow what is set
   * meanwhile; of what was set of others nothing is left.
   */
  hold(lines: readonly KeeperLine[]): void {
    const kept = lines.filter((line) => this.#lines.some((held) => sameLine(held, line)));
    const ids = new Set(kept.map(({ accessPoint }) => accessPoint));
    for (const id of this.#wanted.keys()) if (!ids.has(id)) this.#wanted.delete(id);
    this.#lines = lines;
    this.#tellReady();
    this.#isReady = this.#untilReady();
    if (this.#keeper === null) return;
    this.#holds += 1;
    this.#keeper.send({ type: 'hold', lines });
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

  #untilReady(): Promise<void> {
    return new Promise((resolve) => {
      this.#tellReady = resolve;
    });
  }

  #start(): void {
    this.#startedMs = this.#clock.now().sinceBootMs;
    this.#unanswered = 0;
    this.#silent = false;
    this.#keeper = new KeeperProcess(this.#program, {
      message: (message) => this.#receive(message),
      ended: (reason) => this.#lose(reason),
    });
    this.#holds = 1;
    this.#keeper.send({ type: 'hold', lines: this.#lines });
  }

  #receive(message: FromKeeper): void {
    switch (message.type) {
      case 'ready':
        this.#holds -= 1;
        if (this.#holds === 0) this.#goReady();
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
