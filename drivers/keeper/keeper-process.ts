// One life of the keeper's process, as the daemon sees it: started, spoken to, ended. Its end is reported once and never
// within a call, whatever ended it; so is a start that fails. What is written to it is in the kernel's hands when `send`
// returns.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DriverError } from '../driver-error.ts';
import { encode, type FromKeeper, MessageSplitter, type ToKeeper } from './messages.ts';

/** Written and not yet taken by the kernel, in bytes: beyond it the keeper is taken for dead. */
const maxUnsentBytes = 65_536;
/** The last of what the keeper said on stderr, in UTF-16 code units: the reason of its death. */
const maxReasonLength = 2_000;

/**
 * The keeper's program: beside this file in the build; from the source tree, where Node cannot run it, that of the build.
 * @throws DriverError `keeper-missing`
 */
export function keeperProgram(): string {
  const inSource = import.meta.url.endsWith('.ts');
  const built = inSource ? '../../dist/drivers/keeper/keeper-main.js' : './keeper-main.js';
  const program = fileURLToPath(new URL(built, import.meta.url));
  if (existsSync(program)) return program;
  throw new DriverError(
    'keeper-missing',
    `the keeper that holds the lock lines is not built: ${program}; run npm run build`,
  );
}

export interface KeeperProcessEvents {
  message(message: FromKeeper): void;
  /** With the reason in words. Nothing follows. */
  ended(reason: string): void;
}

export class KeeperProcess {
  /** null when it could not even be tried. */
  readonly #child: ChildProcess | null;
  readonly #events: KeeperProcessEvents;
  #reason = '';
  #over = false;

  constructor(program: string, events: KeeperProcessEvents) {
    this.#events = events;
    this.#child = this.#start(program);
    if (this.#child !== null) this.#follow(this.#child);
  }

  /** undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  send(message: ToKeeper): void {
    // A start that failed for want of file descriptors leaves the child without streams: undefined, whatever its type says.
    const stdin = this.#child?.stdin ?? null;
    if (this.#over || stdin === null || !stdin.writable) return;
    stdin.write(encode(message));
    if (stdin.writableLength > maxUnsentBytes) this.kill();
  }

  /** Nothing more is sent; the keeper drives its lines safe and ends. */
  finish(): void {
    this.send({ type: 'stop' });
    this.#child?.stdin?.end();
  }

  /** For a keeper that does not answer. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #start(program: string): ChildProcess | null {
    try {
      // A session of its own, so that a terminal's Ctrl-C does not reach it; no environment, so that no option of Node's
      // does; `/` as its folder, so that it keeps none busy.
      return spawn(process.execPath, [program], { detached: true, env: {}, cwd: '/', stdio: 'pipe' });
    } catch (error) {
      queueMicrotask(() => this.#endUnstarted(error));
      return null;
    }
  }

  #follow(child: ChildProcess): void {
    child.on('error', (error) => {
      if (child.pid === undefined) this.#endUnstarted(error);
    });
    child.on('close', (status, signal) => this.#end(`it ended with ${signal ?? status} ${this.#reason}`.trim()));
    child.stdin?.on('error', (error) => this.#note(error.message));
    child.stdout?.setEncoding('utf8');
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => this.#note(text));
    const messages = new MessageSplitter<FromKeeper>();
    child.stdout?.on('data', (text: string) => this.#hear(messages, text));
  }

  #hear(messages: MessageSplitter<FromKeeper>, text: string): void {
    let heard: FromKeeper[];
    try {
      heard = [...messages.feed(text)];
    } catch (error) {
      this.#note(`it cannot be understood: ${error}`);
      this.kill();
      return;
    }
    for (const message of heard) {
      if (!this.#over) this.#events.message(message);
    }
  }

  #note(text: string): void {
    this.#reason = `${this.#reason} ${text}`.trim().slice(-maxReasonLength);
  }

  #endUnstarted(error: unknown): void {
    this.#end(`it could not be started: ${error instanceof Error ? error.message : error}`);
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.ended(reason);
  }
}
