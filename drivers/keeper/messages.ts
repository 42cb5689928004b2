// What daemon and keeper say to each other: one JSON object a line, in both directions, over the keeper's stdin and
// stdout. Both ends are of one build, so there is no version and nothing optional.

import type { GpioLineConfig } from '../../config/types.ts';
import type { LockState } from '../port.ts';

/** What a lock hangs on. */
export type KeeperOutput = { readonly driver: 'simulated'; readonly file: string | null } | GpioLineConfig;

/** A lock line as the keeper holds it. */
export interface KeeperLine {
  readonly accessPoint: string;
  readonly failSafe: boolean;
  readonly output: KeeperOutput;
}

/** Whether it is the same line, held in the same way. */
export function sameLine(a: KeeperLine, b: KeeperLine): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export type ToKeeper =
  /**
   * The first message, and again where the lines change: from here on these lines are held and no others. One that is held
   * already stays as it is; one that is not any more is driven safe and let go of, before a new one is driven safe and held.
   */
  | { readonly type: 'hold'; readonly lines: readonly KeeperLine[] }
  | { readonly type: 'set'; readonly accessPoint: string; readonly state: LockState }
  /** The daemon's main loop turns. */
  | { readonly type: 'beat' }
  /** Drive all lines safe and end. */
  | { readonly type: 'stop' };

export type FromKeeper =
  /** The answer to each `hold`: every line is held. */
  | { readonly type: 'ready' }
  /** The answer to each beat. */
  | { readonly type: 'beat' }
  /** The daemon was silent for so long that all lines were driven safe; it is heard again. */
  | { readonly type: 'lapsed'; readonly silentMs: number }
  /** A line could not be driven, or is not as it was driven; it is tried again at each beat. Once per spell. */
  | { readonly type: 'stuck'; readonly accessPoint: string; readonly message: string }
  /** It was driven, and is still so at the next beat. */
  | { readonly type: 'freed'; readonly accessPoint: string };

/** Longest message, in UTF-16 code units: a hold of some thousand lines. */
export const maxMessageLength = 1_048_576;

export function encode(message: ToKeeper | FromKeeper): string {
  return `${JSON.stringify(message)}\n`;
}

/** Cuts a stream of text into messages. What it gives is only as good as its sender: the other end of the same build. */
export class MessageSplitter<T extends ToKeeper | FromKeeper> {
  #rest = '';

  /** @throws SyntaxError on what is no JSON, RangeError on a message above the limit: the other end is broken. */
  *feed(text: string): Generator<T> {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    if (this.#rest.length > maxMessageLength) throw new RangeError('a message between daemon and keeper never ends');
    for (const part of parts) yield JSON.parse(part) as T;
  }
}
