// Whatever a file holds, reading it gives its value or a FileError: never another exception, and never a secret.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseControllerConfig, parseOfficeConfig, parseReplicaDocument, parseScenario } from '../../../config/load.ts';
import { places, replaced } from './support/mutate.ts';
import { linesOf } from './support/problems.ts';

type Load = Parameters<typeof linesOf>[0];

const loaders: Record<string, (text: string, file: string) => ReturnType<Load>> = {
  'controller.yaml': parseControllerConfig,
  'office.yaml': parseOfficeConfig,
  'replica.json': parseReplicaDocument,
  'scenario.yaml': parseScenario,
};
const names = Object.keys(loaders);

function lines(name: string, text: string, file = `/nowhere/${name}`): string[] {
  return linesOf(() => loaders[name]?.(text, file) ?? { warnings: [] });
}

function example(name: string): unknown {
  return parse(readFileSync(join(import.meta.dirname, '../../../config/examples', name), 'utf8'));
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    0,
    -1,
    1e308,
    true,
    [],
    {},
    'x'.repeat(5000),
    '__proto__',
    'a b',
    [[[]]],
    [null],
    { '': null },
  ),
  fc.anything({ maxDepth: 3, withNullPrototype: false }).filter(isJson),
  fc.string({ unit: 'binary' }),
);

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

describe('garbage', () => {
  it('as text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('x.yaml', 'x.json', 'x'),
        (name, text, file) => {
          expect(lines(name, text, file).length).toBeGreaterThan(0);
        },
      ),
      { seed: 17, numRuns: 400 },
    );
  });

  it('as a value of another kind', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), anything, (name, value) => {
        expect(lines(name, JSON.stringify(value) ?? '', 'x.json').length).toBeGreaterThan(0);
      }),
      { seed: 19, numRuns: 400 },
    );
  });

  it.each(names)('in one or two places of a good %s', (name) => {
    const good = example(name);
    const all = places(good);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(all.length - 1), anything), { minLength: 1, maxLength: 2 }), (changes) => {
        const bad = changes.reduce((value, [index, other]) => {
          const path = all[index] ?? [];
          return places(value).some((way) => way.join('/') === path.join('/')) ? replaced(value, path, other) : value;
        }, good);
        const json = JSON.stringify(bad) ?? '';
        const asJson = lines(name, json, '/nowhere/x.json');
        for (const line of asJson) {
          expect(line).toMatch(/^\d+:\d+(?: .+)?: (?:found|warning:) .+; allowed: .+/s);
          // Words of our own for every fault: none of the schema library's.
          expect(line).not.toMatch(/Invalid |Too (?:small|big)|received|Unrecognized|undefined/);
        }
      }),
      { seed: 23, numRuns: 300 },
    );
  });

  it('says the same of YAML as of JSON, but for the places', () => {
    const good = example('scenario.yaml');
    const all = places(good);
    fc.assert(
      fc.property(
        fc.nat(all.length - 1),
        fc.constantFrom<unknown>(5, 'x y', [], {}, false, undefined),
        (index, other) => {
          const bad = replaced(good, all[index] ?? [], other);
          const plain = (list: string[]): string[] => list.map((line) => line.replace(/^\d+:\d+/, '')).sort();
          const yaml = lines('scenario.yaml', stringify(bad ?? null), '/nowhere/x.yaml');
          expect(plain(yaml)).toEqual(plain(lines('scenario.yaml', JSON.stringify(bad) ?? 'null', '/nowhere/x.json')));
        },
      ),
      { seed: 29, numRuns: 200 },
    );
  });
});

describe('secrets', () => {
  const secret = '8315072946';
  const document = (credential: unknown): string =>
    JSON.stringify({
      format: 'cardea-replica/1',
      site: 's',
      revision: 1,
      customers: [{ id: 'a' }],
      credentials: credential,
    });

  it.each<unknown>(
    [
      [{ id: 'c', type: 'pin', value: `x${secret}`, customer: 'a' }],
      [{ id: 'c', type: 'card', value: `${secret}z`, customer: 'a' }],
      [{ id: 'c', type: 'pin', value: Number(secret), customer: 'a' }],
      [{ id: 'c', type: 'pin', val: secret, customer: 'a' }],
      [{ id: 'c', type: 'pin', value: [secret], customer: 'a' }],
      [
        { id: 'c', type: 'pin', value: secret, customer: 'a' },
        { id: 'd', type: 'pin', value: secret, customer: 'a' },
      ],
      [secret],
      secret,
    ].map((credential) => [credential]),
  )('are not repeated from %j', (credential) => {
    const said = lines('replica.json', document(credential));
    expect(said.length).toBeGreaterThan(0);
    expect(said.join('\n')).not.toContain(secret);
  });

  it.each([
    '"pin:x8315072946"',
    'pin8315072946',
    '8315072946',
    '[pin, "8315072946"]',
    '{ pin: "8315072946" }',
    '*8315072946',
    '"pin:\\8315072946',
  ])('are not repeated from the step %s', (written) => {
    const text = `steps:\n  - at: "2026-03-02T09:00:00Z"\n    present: { reader: in, credential: ${written} }\n`;
    const said = lines('scenario.yaml', text);
    expect(said.length).toBeGreaterThan(0);
    expect(said.join('\n')).not.toContain(secret);
  });
});
