// The command line as its users meet it: statuses, help, one line for a failure, all lines for a bad file.

import { statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../../daemon/cli/table.ts';
import { Bench } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.remove());

const config = `site: riverside
controller: front-desk
dataDir: data
accessPoints: [{ id: front-door, space: riverside, kind: entrance, lock: { driver: simulated } }]
readers: [{ id: in, driver: simulated, accessPoint: DOOR, direction: in }]
`;

describe('cardea', () => {
  it('tells its version and its commands', async () => {
    expect(await bench.run('--version')).toBe(0);
    expect(bench.out).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
    expect(await bench.run('--help')).toBe(0);
    for (const { name } of commands) expect(bench.out.join('\n')).toContain(`  ${name} `);
  });

  it.each(commands.map(({ name }) => name))('%s has help with an example', async (name) => {
    expect(await bench.run(name, '--help')).toBe(0);
    expect(bench.out.join('\n')).toMatch(/^Usage: cardea /);
    expect(bench.out.join('\n')).toMatch(new RegExp(`\\nExamples?:\\n  cardea ${name}`));
    expect(await bench.run('help', name)).toBe(0);
    expect(bench.err).toEqual([]);
  });

  it.each([[], ['nothing'], ['check'], ['--wrong'], ['keys', 'new'], ['events', '--type', 'nothing'], ['schema', 'x']])(
    'refuses wrong usage: %s',
    async (...argv) => {
      expect(await bench.run(...argv)).toBe(2);
      expect(bench.out).toEqual([]);
      expect(bench.err.length).toBeGreaterThan(0);
    },
  );

  it('prints schemas', async () => {
    for (const name of ['config', 'replica', 'scenario', 'event', 'office']) {
      expect(await bench.run('schema', name)).toBe(0);
      expect(JSON.parse(bench.out.join('\n'))).toHaveProperty('$schema');
    }
  });
});

describe('check', () => {
  it('accepts a right config and says whose it is', async () => {
    writeFileSync(bench.path('site.key'), `${Buffer.alloc(32).toString('base64')}\n`, { mode: 0o600 });
    const text = `${config.replace('DOOR', 'front-door')}credentialKeyFile: site.key\n`;
    writeFileSync(bench.path('c.yaml'), text);
    expect(await bench.run('check', bench.path('c.yaml'))).toBe(0);
    expect(bench.out.at(-1)).toMatch(/c\.yaml: right, as the config of a controller/);
    expect(await bench.run('check', '--json', bench.path('c.yaml'))).toBe(0);
    expect(JSON.parse(bench.out.join(''))).toMatchObject({ kind: 'controller', ok: true });
  });

  it('tells all errors, one a line, with status 2', async () => {
    writeFileSync(bench.path('c.yaml'), config.replace('DOOR', 'nowhere').replace('entrance', 'window'));
    expect(await bench.run('check', bench.path('c.yaml'))).toBe(2);
    const lines = bench.err.join('\n').split('\n');
    expect(lines.some((line) => /c\.yaml:5:\d+ readers\[0\]\.accessPoint: /.test(line))).toBe(true);
    expect(lines.some((line) => /c\.yaml:4:\d+ accessPoints\[0\]\.kind: /.test(line))).toBe(true);
    expect(await bench.run('check', '--json', bench.path('c.yaml'))).toBe(2);
    expect(bench.out).toHaveLength(1);
    expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({ ok: false });
  });

  it('knows an office by its keys, and a file that is not there', async () => {
    writeFileSync(bench.path('o.yaml'), 'site: riverside\nstore: sqlite:o.db\n');
    expect(await bench.run('check', '--json', bench.path('o.yaml'))).toBe(2);
    expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({ kind: 'office', ok: false });
    expect(await bench.run('check', bench.path('missing.yaml'))).toBe(2);
    expect(bench.err.join()).toContain('missing.yaml');
  });
});

describe('keys', () => {
  it('makes a pair, shows the same id for both halves, and writes over nothing', async () => {
    expect(await bench.run('keys', 'new', bench.path('k'))).toBe(0);
    const [id] = bench.out;
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(statSync(bench.path('k')).mode & 0o777).toBe(0o600);
    for (const half of ['k', 'k.pub']) {
      expect(await bench.run('keys', 'show', bench.path(half))).toBe(0);
      expect(bench.out).toEqual([id]);
    }
    expect(await bench.run('keys', 'new', bench.path('k'))).toBe(1);
    expect(bench.err).toHaveLength(1);
    expect(await bench.run('keys', 'site', bench.path('site'))).toBe(0);
    expect(await bench.run('keys', 'show', bench.path('site'))).toBe(1);
  });
});
