// What a check found, before it is known where in the text that stands: checks work on values, and positions are looked
// up once, for all findings of a file together.

import type { KeyPath } from './problem.ts';

export interface Finding {
  readonly path: KeyPath;
  /** Whether the key itself is meant (an unknown key) or what it holds. */
  readonly at: 'key' | 'value';
  readonly severity: 'error' | 'warning';
  readonly found: string;
  readonly allowed: string;
}

/** A check over a file's value as it was read, before its shape is known to be right: it must bear any shape. */
export type Check = (raw: unknown) => Finding[];

export function fault(path: KeyPath, found: string, allowed: string, at: Finding['at'] = 'value'): Finding {
  return { path, at, severity: 'error', found, allowed };
}

export function caution(path: KeyPath, found: string, allowed: string): Finding {
  return { path, at: 'value', severity: 'warning', found, allowed };
}

/** What `judge` finds in the items of a list, of a million as of three; nothing where there is no list. */
export function inList(list: unknown, judge: (item: unknown, index: number) => Finding | undefined): Finding[] {
  const findings: Finding[] = [];
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  for (let index = 0; index < items.length; index++) {
    const finding = judge(items[index], index);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}
