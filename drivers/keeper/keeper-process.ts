// One life of the keeper's process, as the daemon sees it: started, spoken to, ended. Its end is reported once and never
// within a call. What is written to it is in the kernel's hands when `send` returns.

import { HelperProcess, helperProgram } from '../helper-process.ts';
import { encode, type FromKeeper, MessageSplitter, type ToKeeper } from './messages.ts';

/** Written and not yet taken by the kernel, in bytes: beyond it the keeper is taken for dead. */
const maxUnsentBytes = 65_536;

/** @throws DriverError `keeper-missing` */
export function keeperProgram(): string {
  return helperProgram('keeper/keeper-main', 'the keeper that holds the lock lines', 'keeper-missing');
}

export interface KeeperProcessEvents {
  message(message: FromKeeper): void;
  /** With the reason in words. Nothing follows. */
  ended(reason: string): void;
}

export class KeeperProcess {
  readonly #process: HelperProcess;
  readonly #events: KeeperProcessEvents;

  constructor(program: string, events: KeeperProcessEvents) {
    this.#events = events;
    this.#process = new HelperProcess({ args: [program], env: {}, stdio: 'pipe' }, (reason) => events.ended(reason));
    const { child } = this.#process;
    child?.stdin?.on('error', (error) => this.#process.note(error.message));
    child?.stdout?.setEncoding('utf8');
    const messages = new MessageSplitter<FromKeeper>();
    child?.stdout?.on('data', (text: string) => this.#hear(messages, text));
  }

  /** undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#process.child?.pid;
  }

  send(message: ToKeeper): void {
    // A start that failed for want of file descriptors leaves the child without streams: undefined, whatever its type says.
    const stdin = this.#process.child?.stdin ?? null;
    if (this.#process.over || stdin === null || !stdin.writable) return;
    stdin.write(encode(message));
    if (stdin.writableLength > maxUnsentBytes) this.kill();
  }

  /** Nothing more is sent; the keeper drives its lines safe and ends. */
  finish(): void {
    this.send({ type: 'stop' });
    this.#process.child?.stdin?.end();
  }

  /** For a keeper that does not answer. */
  kill(): void {
    this.#process.kill();
  }

  #hear(messages: MessageSplitter<FromKeeper>, text: string): void {
    let heard: FromKeeper[];
    try {
      heard = [...messages.feed(text)];
    } catch (error) {
      this.#process.note(`it cannot be understood: ${error}`);
      this.kill();
      return;
    }
    for (const message of heard) {
      if (!this.#process.over) this.#events.message(message);
    }
  }
}
