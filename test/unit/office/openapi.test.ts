// docs/openapi.yaml is what the office answers with, and whole in itself.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actions } from '../../../sync/office/records/actions.ts';
import { recordKinds } from '../../../sync/office/records/kinds.ts';
import { openApiText } from '../../openapi/document.ts';

const text = readFileSync(new URL('../../../docs/openapi.yaml', import.meta.url), 'utf8');
const document = parse(text) as { readonly paths: Readonly<Record<string, object>> };

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
}

function at(pointer: string): unknown {
  const parts = pointer.replace(/^#\//, '').split('/');
  return parts.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
}

describe('docs/openapi.yaml', () => {
  it('is what `npm run openapi` writes', () => {
    expect(text === openApiText(), 'run `npm run openapi` and commit docs/openapi.yaml').toBe(true);
  });

  it('refers to nothing that it does not have', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => at(ref) === undefined)).toEqual([]);
  });

  it('has every kind of record and every act', () => {
    for (const kind of recordKinds) {
      expect(Object.keys(document.paths[`/api/1/${kind}`] ?? {}).sort()).toEqual(['get', 'post']);
      expect(Object.keys(document.paths[`/api/1/${kind}/{id}`] ?? {})).toEqual(
        expect.arrayContaining(['get', 'put', 'delete']),
      );
    }
    for (const { kind, name } of actions) expect(document.paths).toHaveProperty([`/api/1/${kind}/{id}/${name}`]);
  });
});
