// A fault of the text itself (its syntax, its keys), before there is a value to judge.

import type { KeyPath } from '../problem.ts';

export interface TextFault {
  readonly offset: number;
  readonly path: KeyPath;
  readonly found: string;
  readonly allowed: string;
}

/** What a text was read as, in YAML or JSON. */
export interface ParsedText {
  readonly value: unknown;
  readonly faults: readonly TextFault[];
  /** The text could not be understood as a whole: its value is not worth judging. */
  readonly broken: boolean;
  /** Offsets of what the paths name, or of the nearest thing above that is there; one for each path, in their order. */
  offsets(wanted: readonly { readonly path: KeyPath; readonly at: 'key' | 'value' }[]): number[];
}

export function duplicateKey(path: KeyPath, offset: number): TextFault {
  return { offset, path, found: 'a key that is already there', allowed: 'each key once in a mapping' };
}
