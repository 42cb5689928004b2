// The house stays in order: import directions, owners of clock and randomness, sizes, words. Each rule is shown to fail.

import { describe, expect, it } from 'vitest';
import { productRooms, readRoot, readSources, sourceFile } from './files.ts';
import { importFaults } from './imports.ts';
import { ownerFaults, owners } from './owners.ts';
import { functionsOf, scan } from './scan.ts';
import { maxFileLines, maxMedianLines, medianLines, sizeFaults } from './sizes.ts';
import { biomeRules, wordFaults } from './words.ts';

const product = readSources(productRooms);
const tests = readSources(['test']);

/** The only test code that waits for real time, and why. */
const waiting: Readonly<Record<string, string>> = {
  'test/support/eventually.ts': 'polls the condition of a real process, with a deadline',
};

describe('the house', () => {
  it('has files in every room', () => {
    for (const room of productRooms) expect(product.some(({ path }) => path.startsWith(`${room}/`))).toBe(true);
  });

  it('imports in one direction', () => {
    expect(product.flatMap(importFaults)).toEqual([]);
  });

  it('takes clock, timers, randomness and environment only where they are owned', () => {
    expect(product.flatMap(ownerFaults)).toEqual([]);
    const paths = product.map(({ path }) => path);
    expect(Object.keys(owners).filter((path) => !paths.includes(path))).toEqual([]);
  });

  it('is made of small files and functions', () => {
    expect(product.flatMap(sizeFaults)).toEqual([]);
    expect(medianLines(product)).toBeLessThanOrEqual(maxMedianLines);
    expect(tests.filter(({ lines }) => lines > maxFileLines).map(({ path }) => path)).toEqual([]);
  });

  it('holds no words of unfinished work', () => {
    expect([...product, ...tests].flatMap(wordFaults)).toEqual([]);
    const { rules } = JSON.parse(readRoot('biome.json')).linter;
    const levels = Object.assign({}, ...Object.values(rules).filter((group) => typeof group === 'object'));
    expect(biomeRules.filter((rule) => levels[rule] !== 'error')).toEqual([]);
  });

  it('never sleeps in a test', () => {
    const sleeping = tests.filter(({ code }) => /(?<![.\w])(setTimeout|setInterval)\s*\(/.test(code));
    expect(sleeping.map(({ path }) => path).filter((path) => !Object.hasOwn(waiting, path))).toEqual([]);
  });
});

describe('the rules can fail', () => {
  it.each([
    ['access/a.ts', "import { x } from '../config/load.ts';"],
    ['access/a.ts', "import { readFileSync } from 'node:fs';"],
    ['access/a.ts', "import { Temporal } from 'temporal-polyfill';"],
    ['config/a.ts', "import { x } from '../db/open.ts';"],
    ['db/a.ts', "import type { X } from '../config/types.ts';"],
    ['db/a.ts', "import { x } from '../sync/edge/edge.ts';"],
    ['drivers/a.ts', "import { canonicalJson } from '../access/canonical.ts';"],
    ['sync/edge/a.ts', "import { x } from '../office/run.ts';"],
    ['sync/office/a.ts', "import { x } from '../edge/edge.ts';"],
    ['sync/protocol/a.ts', "const x = await import('../edge/edge.ts');"],
    ['daemon/controller/a.ts', "import { x } from '../../sync/protocol/keys.ts';"],
    ['daemon/run/a.ts', "import mqtt from 'mqtt';"],
    ['daemon/run/a.ts', "import { Aedes } from 'aedes';"],
    ['daemon/run/a.ts', "import { x } from '../../test/support/broker.ts';"],
  ])('%s may not say %s', (path, text) => {
    expect(importFaults(sourceFile(path, text))).toHaveLength(1);
  });

  it('allows what is allowed', () => {
    const drivers = `import type { Clock } from '../access/clock.ts';\nimport { parseCredential } from '../access/credential.ts';`;
    expect(importFaults(sourceFile('drivers/a.ts', drivers))).toEqual([]);
    expect(importFaults(sourceFile('db/a.ts', `const words = "import { x } from '../sync/edge/edge.ts'";`))).toEqual(
      [],
    );
  });

  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = new Date;',
    'setTimeout(() => {}, 5);',
    'setInterval(f, 5);',
    'const x = Math.random();',
    'const x = crypto.randomUUID();',
    'const x = randomBytes(4);',
    'const { HOME } = process.env;',
    'const t = process.hrtime.bigint();',
    'const t = performance.now();',
    "import { setTimeout as wait } from 'node:timers/promises';",
    "import { env } from 'node:process';",
    `const text = \`\${Date.now()}\`;`,
  ])('no file but its owner says %s', (text) => {
    expect(ownerFaults(sourceFile('access/a.ts', text))).toHaveLength(1);
  });

  it('does not mistake words for deeds', () => {
    const text = `// Date.now() is read elsewhere\nconst date = new Date(5);\nconst words = 'Math.random()';\nconst re = /Date.now()/;`;
    expect(ownerFaults(sourceFile('access/a.ts', text))).toEqual([]);
  });

  it.each([
    '// TODO later',
    '/* FIXME */',
    '// @ts-ignore',
    "it.only('x', () => {});",
    "describe.skip('x', () => {});",
    'const x = y as any;',
    'const x: any[] = [];',
    'export default 5;',
    'export enum Colour { red }',
    'export let x = 5;',
    'namespace A {}',
  ])('finds the word in %s', (text) => {
    expect(wordFaults(sourceFile('test/a.ts', text))).toHaveLength(1);
  });

  it('counts the lines of files and functions', () => {
    const lines = (count: number): string => 'x();\n'.repeat(count);
    expect(sizeFaults(sourceFile('access/a.ts', lines(400)))).toEqual([]);
    expect(sizeFaults(sourceFile('access/a.ts', lines(401)))).toHaveLength(1);
    for (const head of [
      'function f(): void',
      'const f = () =>',
      'class A { f(): { a: number }',
      'async f(): Promise<{ a: 1 }>',
    ]) {
      expect(sizeFaults(sourceFile('access/a.ts', `${head} {\n${lines(68)}}`)), head).toEqual([]);
      expect(sizeFaults(sourceFile('access/a.ts', `${head} {\n${lines(69)}}`)), head).toHaveLength(1);
    }
    expect(
      sizeFaults(sourceFile('access/a.ts', `export class A {\n${lines(99)}}\nconst a = {\n${lines(99)}};`)),
    ).toEqual([]);
    expect(medianLines([1, 101, 300].map((count) => sourceFile('access/a.ts', lines(count))))).toBe(101);
  });

  it('reads strings, templates and regular expressions as what they are', () => {
    const { code } = scan(`const a = \`x \${b ? \`{\${c}\` : "}"} {\`; const d = e / f; // {\nconst g = /[/{]/u;`);
    expect(functionsOf(code)).toEqual([]);
    expect(code).toContain('const d = e / f;');
    expect(code).toContain('const g =');
    expect(code.match(/\{|\}/g)).toBeNull();
  });
});
