// The daemon's side of an edge that runs elsewhere. Nothing here waits; what piles up on the way to a busy thread is at most
// one message, with the newest of what it must know.

import type { Reply } from '../protocol/commands.ts';
import type { EdgeHost, EdgeOptions, EdgePort, StatusReport } from './ports.ts';
import type { EdgeOrder, EdgeWord, ThreadWire } from './thread-messages.ts';

/** The edge at the other end of the wire, where `serveEdge` listens. */
export function edgeOverPort(wire: ThreadWire, options: EdgeOptions, host: EdgeHost): EdgePort {
  return new RemoteEdge(wire, options, host);
}

class RemoteEdge implements EdgePort {
  readonly #wire: ThreadWire;
  readonly #options: EdgeOptions;
  readonly #host: EdgeHost;
  #head: number | null = null;
  #report: StatusReport | null = null;
  #newsOnItsWay = false;
  #stopped: Promise<void> | null = null;
  #settleStop: () => void = () => {};

  constructor(wire: ThreadWire, options: EdgeOptions, host: EdgeHost) {
    this.#wire = wire;
    this.#options = options;
    this.#host = host;
    wire.on('message', (message) => this.#take(message as EdgeWord));
  }

  start(): void {
    this.#order({ do: 'start', options: this.#options });
  }

  journalGrew(seq: number): void {
    this.#head = Math.max(this.#head ?? 0, seq);
    this.#tell();
  }

  reportStatus(report: StatusReport): void {
    this.#report = report;
    this.#tell();
  }

  commandAnswered(reply: Reply | null): void {
    this.#order({ do: 'answered', reply });
  }

  peersTaken(id: number, taken: boolean): void {
    this.#order({ do: 'peers-taken', id, taken });
  }

  replicaInstalled(revision: number): void {
    this.#order({ do: 'installed', revision });
  }

  replicaFailed(revision: number): void {
    this.#order({ do: 'failed', revision });
  }

  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#settleStop = resolve;
      this.#order({ do: 'stop' });
    });
    return this.#stopped;
  }

  #tell(): void {
    if (this.#newsOnItsWay || (this.#head === null && this.#report === null)) return;
    this.#newsOnItsWay = true;
    this.#order({ do: 'news', head: this.#head, report: this.#report });
    this.#head = null;
    this.#report = null;
  }

  #order(order: EdgeOrder): void {
    this.#wire.postMessage(order);
  }

  #take(word: EdgeWord): void {
    switch (word.say) {
      case 'took':
        this.#newsOnItsWay = false;
        this.#tell();
        break;
      case 'acknowledged':
        this.#host.acknowledged(word.epoch, word.through, word.issuedAtMs);
        break;
      case 'ready':
        this.#host.replicaReady(word.file, word.replica);
        break;
      case 'known':
        this.#host.replicaKnown(word.revision, word.issuedAtMs);
        break;
      case 'confirmed':
        this.#host.replicaConfirmed(word.revision, word.issuedAtMs);
        break;
      case 'command':
        this.#host.command(word.command);
        break;
      case 'peers':
        this.#host.peerRecords?.(word.records);
        break;
      case 'named':
        this.#host.controllersNamed?.(word.named);
        break;
      case 'refused':
        this.#host.refused(word.refusal);
        break;
      case 'connection':
        this.#host.connection(word.online, word.detail);
        break;
      case 'stopped':
        this.#settleStop();
        break;
    }
  }
}
