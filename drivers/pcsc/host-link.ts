// The daemon's end of the PC/SC process: while it is open there is one that answers, or one about to be started. What that
// process could get wrong without noticing (it waits for a frozen pcscd, it missed a list) is noticed here.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import { backoff, deviceBackoff } from '../backoff.ts';
import type { DeviceFault } from '../port.ts';
import { stackFault } from './faults.ts';
import { HostProcess } from './host-process.ts';
import { askNames } from './list.ts';
import type { FromHost, ToHost } from './messages.ts';
import { reachPcscd } from './socket.ts';

/** How often the process is asked for a sign of life. */
const beatMs = 5_000;
/** Questions without an answer after which it hangs: 30 s, for a busy machine with a slow card. */
const maxUnanswered = 6;
/** The same until it is heard for the first time: 3 min, in which a busy machine with a slow card starts Node and its library. */
const maxUnansweredAtStart = 36;
/** The list is compared with a fresh one this long after it changed... */
const verifySoonMs = 2_000;
/** ...and this often while nothing does. */
const verifyMs = 300_000;
/** pcscd answers within this long, on a busy machine with a slow card too: a reader that works is not given up for less. */
const answerMs = 30_000;
/** A process that lived this long was sound: the waits begin anew. */
const steadyMs = 10_000;

export interface HostLinkEvents {
  message(message: FromHost): void;
  /** No reader can be used until the next list. The link tries again by itself. */
  lost(fault: DeviceFault): void;
}

export class HostLink {
  readonly #program: string;
  readonly #socket: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events: HostLinkEvents;
  #waits: Iterator<number, never>;
  #host: HostProcess | null = null;
  #fault: DeviceFault | null = null;
  #names: readonly string[] = [];
  /** Counts lists, and lives. */
  #changes = 0;
  #startedMs = 0;
  #unanswered = 0;
  #heard = false;
  #closed = false;
  #cancelBeat: Cancel = () => undefined;
  #cancelVerify: Cancel = () => undefined;
  #cancelWait: Cancel = () => undefined;
  #stopAsking: Cancel = () => undefined;

  constructor(program: string, socket: string, clock: Clock, random: Random, events: HostLinkEvents) {
    this.#program = program;
    this.#socket = socket;
    this.#clock = clock;
    this.#random = random;
    this.#events = events;
    this.#waits = backoff(random, deviceBackoff);
    void this.#start();
  }

  /** Settles when the process is gone. Nothing is reported any more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#cancelAll();
    this.#cancelWait();
    this.#host?.kill();
    return this.#host?.gone ?? Promise.resolve();
  }

  /** Lost where no process runs. */
  send(message: ToHost): void {
    this.#host?.send(message);
  }

  async #start(): Promise<void> {
    this.#startedMs = this.#clock.now().sinceBootMs;
    const unreachable = await reachPcscd(this.#socket);
    if (this.#closed) return;
    if (unreachable !== null) {
      this.#lose(stackFault(unreachable.code, this.#socket, unreachable.detail));
      return;
    }
    this.#fault = null;
    this.#unanswered = 0;
    this.#heard = false;
    this.#host = new HostProcess(this.#program, this.#socket, 'watch', {
      message: (message) => this.#receive(message),
      ended: (reason) => this.#lose(this.#fault ?? stackFault('host-died', this.#socket, reason)),
    });
    this.#beat(this.#host);
  }

  #receive(message: FromHost): void {
    if (this.#closed) return;
    this.#unanswered = 0;
    this.#heard = true;
    if (message.type === 'failed') this.#fault = stackFault(message.code, this.#socket, message.detail);
    if (message.type === 'listed') {
      this.#names = message.names;
      this.#changes++;
      this.#verifyIn(verifySoonMs);
    }
    this.#events.message(message);
  }

  #lose(fault: DeviceFault): void {
    this.#cancelAll();
    this.#host = null;
    this.#changes++;
    if (this.#closed) return;
    this.#events.lost(fault);
    const lived = this.#clock.now().sinceBootMs - this.#startedMs;
    if (lived >= steadyMs) this.#waits = backoff(this.#random, deviceBackoff);
    this.#cancelWait = this.#clock.after('pcsc again', this.#waits.next().value, () => void this.#start());
  }

  #beat(host: HostProcess): void {
    this.#cancelBeat = this.#clock.after('pcsc beat', beatMs, () => {
      const patience = this.#heard ? maxUnanswered : maxUnansweredAtStart;
      if (this.#unanswered++ >= patience) this.#end(host, stackFault('pcscd-silent', this.#socket, ''));
      else host.send({ type: 'beat' });
      this.#beat(host);
    });
  }

  #verifyIn(delayMs: number): void {
    this.#cancelVerify();
    this.#cancelVerify = this.#clock.after('pcsc verify', delayMs, () => void this.#verify());
  }

  /** A second process asks pcscd for its readers: they are to be those that the first one watches. */
  async #verify(): Promise<void> {
    const host = this.#host;
    if (host === null) return;
    const changes = this.#changes;
    this.#stopAsking();
    const asking = askNames(this.#program, this.#socket, this.#clock, answerMs);
    this.#stopAsking = asking.stop;
    const answer = await asking.answer;
    if (this.#closed || changes !== this.#changes) return;
    if (!('names' in answer)) {
      this.#end(host, answer);
    } else if ([...answer.names].sort().join('\0') !== [...this.#names].sort().join('\0')) {
      this.#end(host, stackFault('host-died', this.#socket, 'it lost sight of a reader'));
    } else {
      this.#verifyIn(verifyMs);
    }
  }

  #end(host: HostProcess, fault: DeviceFault): void {
    this.#fault = fault;
    host.kill();
  }

  #cancelAll(): void {
    this.#cancelBeat();
    this.#cancelVerify();
    this.#stopAsking();
  }
}
