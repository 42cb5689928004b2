// What a command may touch of its process: two streams, a clock, randomness, and the wish to end it.

import type { WriteStream } from 'node:tty';
import type { Clock, Random } from '../../access/clock.ts';
import { systemRandom } from '../clock/random.ts';
import { realClock } from '../clock/real.ts';
import { CliError, OutputClosed } from './cli-error.ts';
import type { Terminal } from './progress.ts';
import { type Places, systemPlaces } from './where.ts';

export interface Io {
  readonly clock: Clock;
  readonly random: Random;
  /** Where a running system leaves its traces on this machine. */
  readonly places: Places;
  /** stderr where it is a terminal, for progress; else null. */
  readonly terminal: Terminal | null;
  /** Writes one line to stdout; does nothing once its reader is gone. */
  out(line: string): void;
  /** Writes one line to stderr. */
  err(line: string): void;
  /**
   * Settles when everything written so far was taken; call it now and then in a loop over many lines.
   * @throws OutputClosed when the reader of stdout is gone; CliError `output` when stdout takes no more, as on a full disk.
   */
  drained(): Promise<void>;
  /** Settles with the first SIGINT or SIGTERM from now on; until it is called, these end the process. */
  stopSignal(): Promise<'SIGINT' | 'SIGTERM'>;
}

/** The real process. */
export function processIo(): Io {
  let fault: NodeJS.ErrnoException | null = null;
  process.stdout.on('error', (error) => {
    fault ??= error;
  });
  return {
    clock: realClock(() => true),
    random: systemRandom,
    places: systemPlaces(),
    terminal: process.stderr.isTTY ? terminalOf(process.stderr) : null,
    out: (line) => {
      if (fault === null) process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      process.stderr.write(`${line}\n`);
    },
    drained: async () => {
      if (fault === null) await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
      if (fault !== null) throw outputError(fault);
    },
    stopSignal: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
      }),
  };
}

function terminalOf(stream: WriteStream): Terminal {
  return {
    get columns() {
      // Some terminals (a serial line) do not say how wide they are.
      return stream.columns > 0 ? stream.columns : 80;
    },
    write: (text) => void stream.write(text),
  };
}

function outputError(fault: NodeJS.ErrnoException): Error {
  if (fault.code === 'EPIPE') return new OutputClosed();
  return new CliError(
    'output',
    `stdout takes no more (${fault.code ?? fault.message}): give it a place with room`,
    1,
    fault,
  );
}
