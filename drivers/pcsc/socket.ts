// Where pcscd listens, and whether it does. Asked before nfc-pcsc is: that one tries without end, and without a pause,
// for as long as pcscd is not there, and nothing else of its process runs meanwhile.

import { connect } from 'node:net';
import type { FailureCode } from './messages.ts';

/** The library's own variable; without it the place that Debian compiles into it. */
export function pcscdSocket(): string {
  return process.env.PCSCLITE_CSOCK_NAME ?? '/run/pcscd/pcscd.comm';
}

export interface Unreachable {
  readonly code: FailureCode;
  readonly detail: string;
}

/** Knocks at the socket, which also has systemd start a pcscd that waits to be asked for. null: somebody answers. */
export function reachPcscd(socket: string): Promise<Unreachable | null> {
  return new Promise((resolve) => {
    const knock = connect(socket);
    knock.on('connect', () => {
      knock.destroy();
      resolve(null);
    });
    knock.on('error', (error: NodeJS.ErrnoException) => {
      const denied = error.code === 'EACCES' || error.code === 'EPERM';
      resolve({ code: denied ? 'no-permission' : 'pcscd-missing', detail: error.message });
    });
  });
}
