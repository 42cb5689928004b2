// One life of the PC/SC process, as the daemon sees it. A process of its own, because nfc-pcsc waits for pcscd and for
// cards on the thread that it is used from: a pcscd that is gone or frozen, or a card pulled away too soon, would hold up
// every door. Its end is reported once and never within a call, whatever ended it; so is a start that fails.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DriverError } from '../driver-error.ts';
import type { FromHost, ToHost } from './messages.ts';

/** The last of what it said on stderr, in UTF-16 code units: the reason of its death. */
const maxReasonLength = 500;

/**
 * Its program: beside this file in the build; from the source tree, where Node cannot run it, that of the build.
 * @throws DriverError `driver-load`
 */
export function hostProgram(): string {
  const inSource = import.meta.url.endsWith('.ts');
  const built = inSource ? '../../dist/drivers/pcsc/host-main.js' : './host-main.js';
  const program = fileURLToPath(new URL(built, import.meta.url));
  if (existsSync(program)) return program;
  throw new DriverError('driver-load', `the PC/SC process is not built: ${program}; run npm run build`);
}

export interface HostEvents {
  message(message: FromHost): void;
  /** With the reason in words. Nothing follows. */
  ended(reason: string): void;
}

export class HostProcess {
  readonly #events: HostEvents;
  /** null when it could not even be tried. */
  readonly #child: ChildProcess | null;
  #reason = '';
  #over = false;
  #tellGone: () => void = () => undefined;

  /** Settles when the process is gone. */
  readonly gone: Promise<void>;

  /** @param socket pcscd's. @param task `watch`: the readers until it ends; `list`: their names, once. */
  constructor(program: string, socket: string, task: 'watch' | 'list', events: HostEvents) {
    this.#events = events;
    this.gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
    this.#child = this.#start(program, socket, task);
    if (this.#child !== null) this.#follow(this.#child);
  }

  send(message: ToHost): void {
    // What it does not take any more shows in its end.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  /** It holds nothing that a sudden end could harm: pcscd lets go of what a dead client held. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #start(program: string, socket: string, task: string): ChildProcess | null {
    try {
      // A session of its own, so that a terminal's Ctrl-C does not reach it; of the environment only what the library
      // takes, so that no option of Node's does; `/` as its folder, so that it keeps none busy.
      return spawn(process.execPath, ['--expose-gc', program, task], {
        detached: true,
        env: { PCSCLITE_CSOCK_NAME: socket },
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
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
    child.on('message', (message) => {
      if (!this.#over) this.#events.message(message as FromHost);
    });
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => {
      this.#reason = `${this.#reason} ${text}`.trim().slice(-maxReasonLength);
    });
  }

  #endUnstarted(error: unknown): void {
    this.#end(`it could not be started: ${error instanceof Error ? error.message : error}`);
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#tellGone();
    this.#events.ended(reason);
  }
}
