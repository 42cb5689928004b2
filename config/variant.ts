// Where a record says that it is of a kind that does not exist (an unknown driver), its kind cannot be judged; the keys
// that all kinds have in common still can, so that their faults are told together with the first.

import { z } from 'zod';
import { type KeyPath, keyPath } from './problem.ts';
import { isRecord, valueAt } from './raw.ts';

export interface UnknownVariant {
  /** The record whose kind is unknown. */
  readonly path: KeyPath;
  /** Schemas of the keys that all kinds share. */
  readonly shared: ReadonlyMap<string, z.core.$ZodType>;
}

type Words = (issue: z.core.$ZodRawIssue) => string | undefined;

/** The record that an issue is about, if it is about a kind that does not exist. */
export function unknownVariant(issue: z.core.$ZodRawIssue): UnknownVariant | null {
  if (issue.code !== 'invalid_union' || !('discriminator' in issue) || issue.path === undefined) return null;
  const options = valueAt(issue.inst, ['_zod', 'def', 'options']);
  const [first, ...others] = (Array.isArray(options) ? options : []).map(shapeOf);
  const shared = new Map<string, z.core.$ZodType>();
  for (const [key, schema] of Object.entries(first ?? {})) {
    if (schema instanceof z.core.$ZodType && others.every((shape) => shape[key] === schema)) shared.set(key, schema);
  }
  return { path: keyPath(issue.path.slice(0, -1)), shared };
}

/** Issues of the shared keys of such a record. */
export function sharedIssues({ path, shared }: UnknownVariant, root: unknown, words: Words): z.core.$ZodIssue[] {
  const record = valueAt(root, path);
  if (!isRecord(record)) return [];
  return [...shared].flatMap(([key, schema]) => {
    if (record[key] === undefined && schema._zod.optin === 'optional') return [];
    const verdict = z.core.safeParse(schema, record[key], { error: words });
    return verdict.success
      ? []
      : verdict.error.issues.map((issue) => ({ ...issue, path: [...path, key, ...issue.path] }));
  });
}

function shapeOf(option: unknown): Readonly<Record<string, unknown>> {
  const shape = valueAt(option, ['_zod', 'def', 'shape']);
  return isRecord(shape) ? shape : {};
}
