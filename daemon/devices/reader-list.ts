// Asking pcscd for the names of its readers; the driver is loaded only when it is asked.

import type { Clock } from '../../access/clock.ts';
import type { ListReaders } from './pcsc.ts';
import type { Tree } from './tree.ts';

/** Of the machine whose files are in `tree`. Rejects with a DriverError that says what is missing and what to do. */
export function readerList(tree: Tree, clock: Clock): ListReaders {
  return async () => {
    const { listPcscReaders } = await import('../../drivers/pcsc/list.ts');
    return listPcscReaders(clock, await pcscdSocketOf(tree));
  };
}

/** Where pcscd listens on that machine; on this one, where the library looks for it. */
export async function pcscdSocketOf(tree: Tree): Promise<string> {
  const { pcscdSocket } = await import('../../drivers/pcsc/socket.ts');
  return tree.root === '/' ? pcscdSocket() : tree.at('/run/pcscd/pcscd.comm');
}
