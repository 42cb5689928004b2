// Keeps the edge's thread alive: one that ends by itself is reported and started again, with growing waits, from what the
// daemon knows by then. The daemon never waits for it.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import type { Reply } from '../protocol/commands.ts';
import { backoff } from '../protocol/retry.ts';
import type { EdgeHost, EdgeOptions, EdgePort, StatusReport } from './ports.ts';
import { edgeOverPort } from './remote-edge.ts';
import type { ThreadWire } from './thread-messages.ts';

/** A running thread, as far as it is looked after here: a Worker, or its like in this process on virtual time. */
export interface EdgeWorker extends ThreadWire {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

export interface EdgeThreadOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly host: EdgeHost;
  /** A new thread that calls `serveEdge(parentPort, …)`. */
  spawn(): EdgeWorker;
  /** What an edge that begins now begins with: asked at each start. */
  options(): EdgeOptions;
  /** The thread ended by itself, and begins again in `againInMs`. */
  crashed(error: Error, againInMs: number): void;
}

const restartMinMs = 1_000;
const restartMaxMs = 60_000;
/** A thread that lived this long was a good one: the next wait is short again. */
const steadyMs = 60_000;
const goodbyeMs = 3_000;

/** An edge on a thread of its own; `start` spawns it. */
export function edgeThread(options: EdgeThreadOptions): EdgePort {
  return new EdgeThread(options);
}

interface Running {
  readonly worker: EdgeWorker;
  readonly edge: EdgePort;
}

class EdgeThread implements EdgePort {
  readonly #options: EdgeThreadOptions;
  #waits: Generator<number, never>;
  #running: Running | null = null;
  #head: number | null = null;
  #report: StatusReport | null = null;
  #stopping = false;
  #cancel: Cancel = () => {};

  constructor(options: EdgeThreadOptions) {
    this.#options = options;
    this.#waits = this.#freshWaits();
  }

  start(): void {
    if (this.#stopping || this.#running !== null) return;
    let worker: EdgeWorker;
    try {
      worker = this.#options.spawn();
    } catch (error) {
      this.#ended(error);
      return;
    }
    const edge = edgeOverPort(worker, this.#options.options(), this.#hostOf(worker));
    this.#running = { worker, edge };
    let failure: unknown = null;
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => {
      if (this.#running?.worker === worker) this.#ended(failure ?? new Error(`the thread ended with ${code}`));
    });
    this.#wait('edge thread steady', steadyMs, () => {
      this.#waits = this.#freshWaits();
    });
    edge.start();
    if (this.#head !== null) edge.journalGrew(this.#head);
    if (this.#report !== null) edge.reportStatus(this.#report);
  }

  journalGrew(seq: number): void {
    this.#head = seq;
    this.#running?.edge.journalGrew(seq);
  }

  reportStatus(report: StatusReport): void {
    this.#report = report;
    this.#running?.edge.reportStatus(report);
  }

  commandAnswered(reply: Reply | null): void {
    this.#running?.edge.commandAnswered(reply);
  }

  peersTaken(id: number, taken: boolean): void {
    this.#running?.edge.peersTaken(id, taken);
  }

  replicaInstalled(revision: number): void {
    this.#running?.edge.replicaInstalled(revision);
  }

  replicaFailed(revision: number): void {
    this.#running?.edge.replicaFailed(revision);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancel();
    const running = this.#running;
    if (running === null) return;
    const { worker, edge } = running;
    await new Promise<void>((resolve) => {
      this.#wait('edge thread goodbye', goodbyeMs, resolve);
      worker.on('exit', () => resolve());
      void edge.stop().then(resolve);
    });
    this.#cancel();
    this.#running = null;
    await worker.terminate();
  }

  #ended(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#running = null;
    this.#cancel();
    if (this.#stopping) return;
    const againInMs = this.#waits.next().value;
    this.#options.host.connection(false, `the upload thread ended: ${error.message}`);
    this.#options.crashed(error, againInMs);
    this.#wait('edge thread restart', againInMs, () => this.start());
  }

  /** What a thread said before it ended may arrive after: only the one that runs is heard. */
  #hostOf(worker: EdgeWorker): EdgeHost {
    const { host } = this.#options;
    const heard = (act: () => void): void => {
      if (this.#running?.worker === worker) act();
    };
    return {
      acknowledged: (...told) => heard(() => host.acknowledged(...told)),
      replicaReady: (...told) => heard(() => host.replicaReady(...told)),
      replicaKnown: (...told) => heard(() => host.replicaKnown(...told)),
      replicaConfirmed: (...told) => heard(() => host.replicaConfirmed(...told)),
      command: (...told) => heard(() => host.command(...told)),
      peerRecords: (...told) => heard(() => host.peerRecords?.(...told)),
      controllersNamed: (named) => heard(() => host.controllersNamed?.(named)),
      refused: (...told) => heard(() => host.refused(...told)),
      connection: (...told) => heard(() => host.connection(...told)),
    };
  }

  #wait(name: string, delayMs: number, task: () => void): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(name, delayMs, task);
  }

  #freshWaits(): Generator<number, never> {
    return backoff(restartMinMs, restartMaxMs, this.#options.random);
  }
}
