// Why a PC/SC reader cannot be used, in words that say what to do.

import type { DeviceFault } from '../port.ts';
import type { FailureCode } from './messages.ts';
import { shownNames } from './names.ts';

export type StackCode =
  | FailureCode
  /** pcscd, or our process beside it, does not answer any more. */
  | 'pcscd-silent'
  /** Our process beside pcscd ended, or lost sight of a reader. */
  | 'host-died';

const todo: Readonly<Record<StackCode, (socket: string) => string>> = {
  'driver-failed': () => 'nfc-pcsc cannot be loaded: install libpcsclite1, or run npm rebuild @pokusew/pcsclite',
  'pcscd-missing': (socket) =>
    `pcscd does not listen at ${socket}: sudo apt-get install pcscd, sudo systemctl enable --now pcscd.socket`,
  'no-permission': () =>
    'pcscd refuses this user: let a polkit rule allow it org.debian.pcsc-lite.access_pcsc and access_card (docs/operating.md)',
  'pcscd-lost': () => 'pcscd is gone, or was started again: its readers come back with it (systemctl status pcscd)',
  'pcscd-silent': () => 'pcscd or its driver does not answer any more: sudo systemctl restart pcscd, check the readers',
  'host-died': () => 'the PC/SC process is started again by itself',
};

/** No reader can be used. */
export function stackFault(code: StackCode, socket: string, detail: string): DeviceFault {
  return { code, message: detail === '' ? todo[code](socket) : `${todo[code](socket)} (${detail})` };
}

/** @param there the names of all readers that are. */
export function missingFault(glob: string, there: readonly string[]): DeviceFault {
  const message = `no PC/SC reader is named like ${shownNames([glob])}; there is: ${shownNames(there)}: plug it in, or take the name from cardea devices`;
  return { code: 'reader-missing', message };
}

export function ambiguousFault(glob: string, matching: readonly string[]): DeviceFault {
  const message = `${matching.length} PC/SC readers are named like ${shownNames([glob])}: ${shownNames(matching)}: write the name of the one that is meant, or unplug the other`;
  return { code: 'reader-ambiguous', message };
}

/** @param others the ids of the config's other readers that mean the same device. */
export function sharedFault(name: string, others: readonly string[]): DeviceFault {
  const message = `the PC/SC reader ${shownNames([name])} is also meant by ${others.join(', ')}: a device belongs to one reader of the config`;
  return { code: 'reader-shared', message };
}

/** It was there. @param detail what its end was, in the words of the library; empty where there are none. */
export function lostFault(name: string, detail: string): DeviceFault {
  const why = detail === '' ? '' : ` (${detail})`;
  const message = `the PC/SC reader ${shownNames([name])} is gone: check its cable; it is used again by itself${why}`;
  return { code: 'device-lost', message };
}
