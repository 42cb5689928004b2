// The JSON Schemas: valid themselves, at one with the loader, and a description for every key.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { eventTypes } from '../../../access/event.ts';
import { jsonSchema, type SchemaName, schemaNames } from '../../../config/json-schema.ts';
import { parseReplicaDocument, parseScenario } from '../../../config/load.ts';
import { places, replaced } from './support/mutate.ts';
import { errorsOf } from './support/problems.ts';

const examples = join(import.meta.dirname, '../../../config/examples');

function read(name: string): unknown {
  return parse(readFileSync(join(examples, name), 'utf8'));
}

function validator(name: SchemaName): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  ajvFormats.default(ajv);
  return ajv.compile(jsonSchema(name));
}

function faults(validate: ValidateFunction, value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, keyword }) => `${instancePath} ${keyword}: ${message}`);
}

describe('the JSON Schemas', () => {
  it.each(schemaNames)('of %s is draft 2020-12 and compiles strictly', (name) => {
    expect(jsonSchema(name)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
    expect(validator(name)).toBeTypeOf('function');
  });

  it.each<[SchemaName, string]>([
    ['config', 'controller.yaml'],
    ['office', 'office.yaml'],
    ['replica', 'replica.json'],
    ['scenario', 'scenario.yaml'],
  ])('of %s accepts the example %s, and no unknown key in it', (name, file) => {
    const validate = validator(name);
    expect(faults(validate, read(file))).toEqual([]);
    expect(faults(validate, { ...(read(file) as object), extra: 1 })).toEqual([
      ' additionalProperties: must NOT have additional properties',
    ]);
  });

  it.each(['config', 'office', 'replica', 'scenario'] as const)('of %s describes every key', (name) => {
    expect(undescribed(jsonSchema(name), name)).toEqual([]);
  });

  it('refuses what the loader refuses for its shape', () => {
    const config = validator('config');
    const good = read('controller.yaml') as { accessPoints: object[]; readers: object[] };
    for (const bad of [
      { ...good, site: 'a b' },
      { ...good, accessPoints: [] },
      { ...good, readers: [{ ...good.readers[0], driver: 'nfc' }] },
      { ...good, readers: [{ ...good.readers[0], maxLineBytes: 7 }] },
      { ...good, rules: { staleReplica: '1 day' } },
      { ...good, accessPoints: [{ ...good.accessPoints[0], lock: { driver: 'simulated', line: 4 } }] },
    ]) {
      expect(faults(config, bad)).not.toEqual([]);
    }
  });

  it('never refuse what the loader accepts', () => {
    const [replica, scenario] = [validator('replica'), validator('scenario')];
    const documents: [unknown, ValidateFunction, (text: string) => string[]][] = [
      [read('replica.json'), replica, (text) => errorsOf(() => parseReplicaDocument(text, 'x.json'))],
      [read('scenario.yaml'), scenario, (text) => errorsOf(() => parseScenario(text, 'x.json'))],
    ];
    const other = fc.constantFrom<unknown>(
      null,
      5,
      0,
      -1,
      'x',
      'x y',
      '',
      '09:00',
      '2026-01-01',
      '2026-01-01T00:00Z',
      true,
      false,
      [],
      {},
    );
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.nat(), other, ([good, validate, load], index, value) => {
        const all = places(good);
        const bad = replaced(good, all[index % all.length] ?? [], value);
        if (load(JSON.stringify(bad)).length === 0) expect(faults(validate, bad)).toEqual([]);
      }),
      { seed: 31, numRuns: 600 },
    );
  });
});

/** Paths of properties without a description; the ways into lists and unions are followed. */
function undescribed(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema as Record<string, never>;
  const own = Object.entries<Record<string, unknown>>(properties).flatMap(([key, value]) => [
    ...(typeof value.description === 'string' ? [] : [`${path}.${key}`]),
    ...undescribed(value, `${path}.${key}`),
  ]);
  const inner = [items, ...Object.values(anyOf), ...Object.values(oneOf)];
  return [...own, ...inner.flatMap((part) => undescribed(part, path))];
}

const event = {
  id: '01956b1e-7c00-7000-8000-000000000001',
  site: 'riverside',
  controller: 'front-desk',
  epoch: '0b9d1f5e-8f0c-4c55-9a3e-0d8f6f0c7a11',
  seq: 17,
  time: '2026-03-02T08:10:00.123Z',
  clock: { boot: 'b', sinceBootMs: 81234, synchronised: true },
  accessPoint: 'front-door',
  reader: 'front-in',
  prev: '0'.repeat(64),
};

const data: [type: string, data: object][] = [
  [
    'access.granted',
    {
      holder: { kind: 'customer', id: 'ana' },
      credential: { type: 'card', id: 'c1' },
      direction: 'in',
      reason: 'pass',
    },
  ],
  ['access.granted', { credential: { type: 'card', hash: 'a'.repeat(64) }, direction: 'out', reason: 'exit' }],
  ['access.granted', { reason: 'command', by: 'office', more: 1 }],
  [
    'access.denied',
    { credential: { type: 'card', hash: 'a'.repeat(64) }, direction: 'in', reason: 'unknown-credential' },
  ],
  [
    'checkin.recorded',
    { visit: 'v', customer: 'ana', space: 's', source: 'card', pass: null, coverage: 'none-needed' },
  ],
  ['checkin.rejected', { customer: 'ana', space: 's', reason: 'no-pass' }],
  [
    'checkout.recorded',
    {
      visit: 'v',
      customer: 'ana',
      space: 's',
      from: '2026-03-02T08:10:00.123Z',
      to: '2026-03-02T09:10:00.123Z',
      auto: false,
      usage: [
        { pass: 'p', businessDay: '2026-03-02' },
        { pass: 'q', minutes: 5 },
      ],
      uncoveredMinutes: 0,
      invoiced: true,
      review: false,
    },
  ],
  ['pass.used', { pass: 'p', businessDay: '2026-03-02', visit: 'v' }],
  [
    'charge.proposed',
    {
      visit: 'v',
      customer: 'ana',
      timePass: 'day',
      from: '2026-03-02T08:10:00.123Z',
      to: '2026-03-02T09:10:00.123Z',
      amount: '20.00',
      currency: 'EUR',
      taxRate: '19',
      account: null,
      price: 'standard',
    },
  ],
  ['door.forced', {}],
  ['lock.fault', { code: 'line-stuck', message: 'end the program that holds it' }],
  ['input.restored', { input: 'contact', code: 'chip-gone', since: '2026-03-02T08:10:00.123Z', reason: 'config' }],
  ['accesspoint.mode', { mode: 'lockdown', by: 'office' }],
  ['command.refused', { command: 'c', reason: 'expired' }],
];

describe('the schema of events', () => {
  const validate = validator('event');

  it.each(data)('accepts %s %j', (type, part) => {
    expect(faults(validate, { ...event, type, data: part, later: true })).toEqual([]);
  });

  it('knows every type, and no other', () => {
    const refused = eventTypes.filter((type) => faults(validate, { ...event, type, data: 5 }).length === 0);
    expect(refused).toEqual([]);
    expect(validate({ ...event, type: 'door.ajar', data: {} })).toBe(false);
    expect(validate({ ...event, type: 'door.held', data: {} })).toBe(true);
  });

  it.each<[string, object]>([
    ['seq', { seq: 0 }],
    ['prev', { prev: 'x' }],
    ['time', { time: '2026-03-02' }],
    ['clock', { clock: { boot: 'b' } }],
    ['data', { data: {} }],
  ])('refuses a bad %s', (_name, part) => {
    const good = { ...event, type: 'pass.used', data: { pass: 'p', businessDay: '2026-03-02', visit: 'v' } };
    expect(validate(good)).toBe(true);
    expect(validate({ ...good, ...part })).toBe(false);
  });
});
