// Looking into a value of unknown shape: what is not there or of another kind is simply absent, never an exception.

import type { KeyPath } from './problem.ts';

export type RawRecord = Readonly<Record<string, unknown>>;

const nothing: RawRecord = Object.freeze({});

export function isRecord(value: unknown): value is RawRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping, or an empty one. */
export function recordOf(value: unknown): RawRecord {
  return isRecord(value) ? value : nothing;
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is not empty, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** All values that a pattern names, where `*` stands for every position of a list. */
export function valuesAt(root: unknown, pattern: readonly string[]): { path: KeyPath; value: unknown }[] {
  let level: { path: KeyPath; value: unknown }[] = [{ path: [], value: root }];
  for (const step of pattern) {
    level = level.flatMap(({ path, value }) =>
      step === '*'
        ? listOf(value).map((item, index) => ({ path: [...path, index], value: item }))
        : isRecord(value) && Object.hasOwn(value, step)
          ? [{ path: [...path, step], value: value[step] }]
          : [],
    );
  }
  return level;
}
