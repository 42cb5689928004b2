// The service manager's end of the notify socket: a datagram socket that keeps what it hears, in order of arrival.

import { DgramSocket } from 'node-unix-socket';

export interface Heard {
  /** `READY=1`, `STATUS=…`: one message, its assignments in order. */
  readonly said: readonly string[];
}

export class ManagerEnd {
  readonly heard: Heard[] = [];
  readonly #socket = new DgramSocket();

  /** @param address a path, or `@` and an abstract name. */
  constructor(address: string) {
    this.#socket.on('data', (bytes: Buffer) => this.heard.push({ said: bytes.toString('utf8').split('\n') }));
    this.#socket.bind(address.startsWith('@') ? `\0${address.slice(1)}` : address);
  }

  /** Messages that say `assignment`, of those after the first `from`. */
  count(assignment: string, from = 0): number {
    return this.heard.slice(from).filter(({ said }) => said.includes(assignment)).length;
  }

  /** The last status that was told. */
  get status(): string {
    const all = this.heard.flatMap(({ said }) => said.filter((one) => one.startsWith('STATUS=')));
    return all.at(-1)?.slice('STATUS='.length) ?? '';
  }

  close(): void {
    this.#socket.close();
  }
}
