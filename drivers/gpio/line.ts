// A GPIO line as the config names it, and what drives or watches one.

import type { GpioLineConfig } from '../../config/types.ts';
import type { GpioError } from './gpio-error.ts';

/** `line` counts from 0 on its chip; with `activeLow` the low level is the active one. */
export type GpioLine = Pick<GpioLineConfig, 'backend' | 'chip' | 'line' | 'activeLow'>;

export function lineWords({ chip, line }: Pick<GpioLine, 'chip' | 'line'>): string {
  return `line ${line} of ${chip}`;
}

/** Longest name of a line's holder that the kernel keeps, in bytes. */
const maxConsumerBytes = 31;

/** Who holds the line, as `gpioinfo` shows it. */
export function consumerOf(accessPoint: string): string {
  return `cardea ${accessPoint}`.slice(0, maxConsumerBytes);
}

/** An output. It is not touched before the first `drive`. */
export interface GpioOutput {
  /** Whether it has the line. Where not, the next `drive` may find it elsewhere. */
  readonly held: boolean;
  /** The first call takes the line with this level from its first moment on. @throws GpioError; the next call tries all anew. */
  drive(active: boolean): void;
  /** @throws GpioError where the line is not any more what was driven last. */
  check(): void;
  /** Lets go of it where the kernel can, as at the end of the process. */
  release(): void;
}

/** Called in the order of the edges, also from within `open`, `drain` and `level`. Not after `close`. */
export interface EdgeEvents {
  /** @param atMs monotonic, the clock of `Moment.sinceBootMs`; the kernel's own time of the edge where it tells. */
  edge(active: boolean, atMs: number): void;
  /** Edges before `atMs` were lost. */
  lost(atMs: number): void;
  /** The line cannot be watched any more; it is released already. */
  gone(error: GpioError): void;
}

/** An input that is open. */
export interface Edges {
  /** Reports the edges that wait, and a change of the level that no edge told of. */
  drain(): void;
  /** @throws GpioError */
  level(): boolean;
  /** Releases the line. May be called twice. */
  close(): void;
}
