// `cardea backup` and `cardea restore` as processes: what they print, what they leave when they are killed, and a whole
// controller, keys and all, on a machine that has nothing.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { Program } from '../../support/process.ts';
import { drafts } from '../db/support.ts';
import { journalIn, newFolder, replicaIn } from './support.ts';

const launcher = fileURLToPath(new URL('../../../bin/cardea.mjs', import.meta.url));

// Real processes, many of them one after the other: on a machine that is busy they take their time.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let data: string;
const programs: Program[] = [];
beforeEach(() => {
  folder = newFolder();
  data = join(folder, 'data');
  mkdirSync(data);
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end()));
});

function cardea(...args: string[]): Program {
  const program = new Program(execPath, [launcher, ...args]);
  programs.push(program);
  return program;
}

async function said(status: number, ...args: string[]): Promise<string> {
  const program = cardea(...args);
  expect([await program.exit, program.lines]).toEqual([status, program.lines]);
  return program.lines.join('\n');
}

const journalPath = (): string => join(data, 'journal.db');
const partsIn = (path: string): string[] => readdirSync(path).filter((name) => name.startsWith('.cardea'));

describe('an interrupted backup', () => {
  /** Begins one that takes its time; settles when it is under way. */
  async function underWay(file: string): Promise<Program> {
    const journal = journalIn(data, 0);
    for (let n = 0; n < 40; n++) journal.commit(drafts(1000), []);
    journal.close();
    const program = cardea('backup', file, '--db', journalPath());
    await eventually('a copy under way', () => partsIn(folder).length > 0);
    return program;
  }

  it('that was killed leaves nothing that looks whole, and the next one removes what it left', async () => {
    const file = join(folder, 'b.tar.gz');
    const program = await underWay(file);
    program.kill('SIGKILL');
    await program.exit;
    expect(readdirSync(folder)).not.toContain('b.tar.gz');
    expect(partsIn(folder)).toHaveLength(1);
    expect(await said(0, 'backup', file, '--db', journalPath())).toContain('40000 records');
    expect(partsIn(folder)).toEqual([]);
    expect(await said(0, 'restore', '--check', file)).toContain('whole, riverside/front-desk of ');
  });

  it('that was told to end leaves nothing', async () => {
    const file = join(folder, 'b.tar.gz');
    const program = await underWay(file);
    program.kill('SIGINT');
    expect(await program.exit).toBe(1);
    expect(program.lines).toEqual([expect.stringMatching(/^cardea: interrupted: nothing was changed/)]);
    expect(readdirSync(folder)).toEqual(['data']);
  });
});

describe('a folder of nights', () => {
  it('gets one more, and loses its oldest once the new one is whole', async () => {
    journalIn(data, 3).close();
    const nights = join(folder, 'nights');
    const night = ['backup', '--into', nights, '--keep', '2', '--db', journalPath()];
    await said(0, ...night);
    const [oldest] = readdirSync(nights);
    await said(0, ...night);
    const told = JSON.parse(await said(0, ...night, '--json'));
    expect(told).toMatchObject({ site: 'riverside', controller: 'front-desk', records: 3, keys: false });
    expect(readdirSync(nights)).toHaveLength(2);
    expect(told.removed).toEqual([oldest]);
    expect(statSync(nights).mode & 0o777).toBe(0o700);
    const db = new Database(journalPath());
    db.exec("UPDATE events SET body = replace(body, 'pass', 'past') WHERE seq = 2");
    db.close();
    const kept = readdirSync(nights);
    expect(await said(1, ...night)).toContain('record 2 was altered');
    expect(readdirSync(nights)).toEqual(kept);
  });

  it.each([[[]], [['x', '--into', 'y']], [['x', '--keep', '2']], [['--into', 'x', '--keep', 'none']]])(
    'refuses wrong usage: %s',
    async (args) => {
      expect(await said(2, 'backup', ...args)).not.toBe('');
    },
  );
});

describe('a backup with keys', () => {
  const config = (): string => join(folder, 'etc', 'controller.yaml');

  function installed(): void {
    mkdirSync(join(folder, 'etc', 'keys'), { recursive: true });
    writeFileSync(join(folder, 'etc', 'keys', 'site'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
    writeFileSync(
      config(),
      `site: riverside
controller: front-desk
credentialKeyFile: keys/site
dataDir: ${data}
accessPoints: [{ id: front-door, space: riverside, kind: entrance, lock: { driver: simulated } }]
readers: [{ id: in, driver: simulated, accessPoint: front-door, direction: in }]
`,
    );
    journalIn(data, 3).close();
    replicaIn(data, 7);
  }

  it('is a whole controller again on a machine that has nothing', async () => {
    installed();
    const [bare, whole] = [join(folder, 'bare.tar.gz'), join(folder, 'whole.tar.gz')];
    await said(0, 'backup', bare, '--config', config());
    expect(await said(0, 'backup', whole, '--config', config(), '--with-keys')).toContain('config and KEYS');
    const files = ['controller.yaml', 'keys/site'].map((name) => join(folder, 'etc', name));
    const contents = files.map((file) => readFileSync(file));
    rmSync(join(folder, 'etc'), { recursive: true });
    rmSync(data, { recursive: true });
    expect(await said(1, 'restore', bare, '--config', config(), '--with-keys')).toContain('holds no keys');
    const told = await said(0, 'restore', whole, '--config', config(), '--with-keys');
    for (const file of files) expect(told).toContain(`wrote ${file}`);
    expect(files.map((file) => readFileSync(file))).toEqual(contents);
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(partsIn(join(folder, 'etc'))).toEqual([]);
    expect(await said(0, 'check', config())).toContain('right');
    expect(await said(0, 'verify', '--db', journalPath())).toContain('good, 0 records');
  });

  it('writes over no key', async () => {
    installed();
    const whole = join(folder, 'whole.tar.gz');
    await said(0, 'backup', whole, '--config', config(), '--with-keys');
    const key = join(folder, 'etc', 'keys', 'site');
    rmSync(config());
    rmSync(key);
    writeFileSync(key, `${Buffer.alloc(32, 8).toString('base64')}\n`, { mode: 0o600 });
    expect(await said(1, 'restore', whole, '--config', config(), '--with-keys')).toContain('move it away first');
    expect(readdirSync(join(folder, 'etc'))).toEqual(['keys']);
  });
});
