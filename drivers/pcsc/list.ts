// The names of the PC/SC readers that are there now, for people who look for one.

import type { Clock } from '../../access/clock.ts';
import { DriverError } from '../driver-error.ts';
import type { DeviceFault } from '../port.ts';
import { stackFault } from './faults.ts';
import { HostProcess, hostProgram } from './host-process.ts';
import { requireNfc } from './installed.ts';
import { pcscdSocket, reachPcscd } from './socket.ts';

/** pcscd starts when it is asked for, and answers within this long or not at all. */
const listMs = 10_000;

/**
 * Ends within 11 s and leaves nothing behind.
 * @throws DriverError `driver-missing` (nfc-pcsc is not installed), `driver-load`, `not-listed` (pcscd is not there,
 * refuses, or does not answer); the message says what to do
 */
export async function listPcscReaders(clock: Clock, socket: string = pcscdSocket()): Promise<readonly string[]> {
  requireNfc('PC/SC readers');
  const program = hostProgram();
  const unreachable = await reachPcscd(socket);
  if (unreachable !== null) throw refused(stackFault(unreachable.code, socket, unreachable.detail));
  const answer = await askNames(program, socket, clock).answer;
  if ('names' in answer) return answer.names;
  throw refused(answer);
}

export type NamesAnswer = DeviceFault | { readonly names: readonly string[] };

/**
 * Asks with a process of its own. `answer` never fails; `stop` ends the asking, and `answer` is then some fault.
 * @param limitMs after which pcscd is taken for silent; the start of the process counts.
 */
export function askNames(
  program: string,
  socket: string,
  clock: Clock,
  limitMs: number = listMs,
): { readonly answer: Promise<NamesAnswer>; stop(): void } {
  let answer: NamesAnswer | null = null;
  let reason = '';
  const host = new HostProcess(program, socket, 'list', {
    message: (message) => {
      if (message.type === 'listed') answer = { names: message.names };
      if (message.type === 'failed') answer = stackFault(message.code, socket, message.detail);
    },
    ended: (why) => {
      reason = why;
    },
  });
  const cancel = clock.after('pcsc list', limitMs, () => {
    answer ??= stackFault('pcscd-silent', socket, '');
    host.kill();
  });
  const gone = host.gone.then(() => {
    cancel();
    return answer ?? stackFault('host-died', socket, reason);
  });
  return { answer: gone, stop: () => host.kill() };
}

function refused({ message }: DeviceFault): DriverError {
  return new DriverError('not-listed', message);
}
