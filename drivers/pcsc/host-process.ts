// One life of the PC/SC process, as the daemon sees it. A process of its own, because nfc-pcsc waits for pcscd and for
// cards on the thread that it is used from: a pcscd that is gone or frozen, or a card pulled away too soon, would hold up
// every door. Its end is reported once and never within a call.

import { HelperProcess, type HelperStart, helperProgram } from '../helper-process.ts';
import type { FromHost, ToHost } from './messages.ts';

/** @throws DriverError `driver-load` */
export function hostProgram(): string {
  return helperProgram('pcsc/host-main', 'the PC/SC process', 'driver-load');
}

export interface HostEvents {
  message(message: FromHost): void;
  /** With the reason in words. Nothing follows. */
  ended(reason: string): void;
}

export class HostProcess {
  readonly #process: HelperProcess;

  /** Settles when the process is gone. */
  readonly gone: Promise<void>;

  /** @param socket pcscd's. @param task `watch`: the readers until it ends; `list`: their names, once. */
  constructor(program: string, socket: string, task: 'watch' | 'list', events: HostEvents) {
    let tellGone = (): void => undefined;
    this.gone = new Promise((resolve) => {
      tellGone = resolve;
    });
    const start: HelperStart = {
      args: ['--expose-gc', program, task],
      // All that the library takes.
      env: { PCSCLITE_CSOCK_NAME: socket },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    };
    this.#process = new HelperProcess(start, (reason) => {
      tellGone();
      events.ended(reason);
    });
    this.#process.child?.on('message', (message) => {
      if (!this.#process.over) events.message(message as FromHost);
    });
  }

  send(message: ToHost): void {
    const { child } = this.#process;
    // What it does not take any more shows in its end.
    if (child?.connected === true) child.send(message, () => undefined);
  }

  /** It holds nothing that a sudden end could harm: pcscd lets go of what a dead client held. */
  kill(): void {
    this.#process.kill();
  }
}
