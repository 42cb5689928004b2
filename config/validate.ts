// From a schema's verdict to findings: every fault of shape, at its key, with what was found and what is allowed.

import type { z } from 'zod';
import { type Finding, fault } from './finding.ts';
import { foundText, nearest, quoted } from './found.ts';
import { type KeyPath, keyPath } from './problem.ts';
import { valueAt } from './raw.ts';
import { sharedIssues, type UnknownVariant, unknownVariant } from './variant.ts';

export interface Shape<Output> {
  /** Undefined where there are findings. */
  readonly output: Output | undefined;
  readonly findings: Finding[];
}

/**
 * Judges a value by a schema.
 * @param original the value as it was written, where `value` differs from it in its paths: it is what findings quote.
 */
export function judgeShape<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  original: unknown = value,
): Shape<Output> {
  const unions: UnknownVariant[] = [];
  const verdict = schema.safeParse(value, {
    error: (issue) => {
      const unknown = unknownVariant(issue);
      if (unknown !== null) unions.push(unknown);
      return allowedWords(issue);
    },
  });
  if (verdict.success) return { output: verdict.data, findings: [] };
  // The words of issues, and with them the unknown variants, are made when the issues are read.
  const { issues } = verdict.error;
  const shared = unions.flatMap((unknown) => sharedIssues(unknown, value, allowedWords));
  const all = [...issues, ...shared];
  return { output: undefined, findings: once(all.flatMap((issue) => findingsOf(issue, original))) };
}

/** Several rules of one value share their words: broken together, they are one finding. */
function once(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, allowed }) => {
    const key = JSON.stringify([path, allowed]);
    return !seen.has(key) && seen.add(key);
  });
}

type Issue = z.core.$ZodIssue;

function findingsOf(issue: Issue, original: unknown): Finding[] {
  const path = keyPath(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, issue.message));
  return [fault(path, foundText(valueAt(original, path), path), issue.message)];
}

/** The message of this kind of issue is the list of known keys. */
function unknownKey(path: KeyPath, key: string, message: string): Finding {
  const near = nearest(key, message.split(', '));
  const allowed = near === undefined ? message : `${near} (the nearest of ${message})`;
  return fault([...path, key], `the unknown key ${quoted(key)}`, allowed, 'key');
}

const kinds: Readonly<Record<string, string>> = {
  object: 'a mapping (key: value)',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

/** What is allowed, for issues whose schema has no words of its own. */
function allowedWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return knownKeys(issue.inst).join(', ');
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String).join(', ') : undefined;
    default:
      return undefined;
  }
}

function knownKeys(schema: unknown): string[] {
  const shape = valueAt(schema, ['_zod', 'def', 'shape']);
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}
