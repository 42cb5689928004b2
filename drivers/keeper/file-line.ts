// The simulated line: a file that shows what the lock would do. One JSON object a line, each in one write, appended, so
// that several lines may share a file. The file may be a FIFO: with nobody reading it the states go nowhere.

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { LockState } from '../port.ts';

/** Nonblocking: a FIFO without a reader then fails at once (ENXIO), a full one too (EAGAIN); regular files take no notice. */
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * @param stamp gives the time of a change, ISO 8601.
 * @returns `drive` throws what the system says when the file cannot be written.
 */
export function fileLine(
  accessPoint: string,
  file: string,
  stamp: () => string,
): { drive(state: LockState): void; release(): void } {
  let descriptor: number | null = null;
  const write = (text: string): void => {
    descriptor ??= openSync(file, flags, 0o644);
    writeSync(descriptor, text);
  };
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  };
  const drive = (state: LockState): void => {
    const text = `${JSON.stringify({ accessPoint, state, at: stamp() })}\n`;
    try {
      write(text);
    } catch (error) {
      if (code(error) !== 'EPIPE') {
        forgive(error);
        return;
      }
      // The FIFO's reader went away; another may be there.
      close();
      try {
        write(text);
      } catch (again) {
        forgive(again);
      }
    }
  };
  return { drive, release: close };
}

/** That nobody reads a FIFO is no fault of the line. */
function forgive(error: unknown): void {
  const nobodyReads = ['ENXIO', 'EAGAIN', 'EPIPE'].includes(code(error));
  if (!nobodyReads) throw error;
}

function code(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
