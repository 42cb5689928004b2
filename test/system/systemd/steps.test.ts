// What the installer does to the data of a controller, step by step, in a folder: the same shell functions, without a
// systemd and without another user. The whole of it is shown in the virtual machine (test/vm).

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

let etc: string;

beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), 'cardea-steps-'));
});

afterEach(() => rmSync(etc, { recursive: true, force: true }));

/** Runs lines of shell after the installer's functions were read in. */
function steps(...lines: readonly string[]): { status: number | null; said: string } {
  const script = [
    'set -eu',
    `root='' etc=${etc} var=${etc}/var data=${etc}/data release=${repository} version=9 before='' kept=no`,
    'say() { printf "%s\\n" "$*"; }',
    'warn() { say "$@"; }',
    'die() { warn "$@"; exit 1; }',
    `. ${repository}/systemd/steps.sh`,
    'as_cardea() { "$@"; }',
    ...lines,
  ];
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script.join('\n')], { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}`.trim() };
}

function writeConfig(dataDir: string): void {
  mkdirSync(join(etc, 'keys'));
  writeFileSync(join(etc, 'keys', 'site'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
  const more = [
    'site: riverside',
    'controller: front-desk',
    'credentialKeyFile: keys/site',
    'accessPoints: [{ id: front-door, space: riverside, kind: entrance, lock: { driver: simulated } }]',
    'readers: []',
  ];
  writeFileSync(join(etc, 'controller.yaml'), `${[...more, dataDir].join('\n')}\n`);
}

describe('the folder of the data', () => {
  it.each([
    ['dataDir: /srv/cardea # mine', '/srv/cardea'],
    ['dataDir: "/srv/my data"', '/srv/my data'],
    ['"dataDir": /srv/cardea', '/srv/cardea'],
    ['dataDir:\n  /srv/cardea', '/srv/cardea'],
    ['dataDir: here', 'ETC/here'],
  ])('is the one that the program takes from %j', (line, wanted) => {
    writeConfig(line);
    expect(steps('find_data', 'say "$data"')).toEqual({ status: 0, said: wanted.replace('ETC', etc) });
  });

  it('is not guessed where the config does not say it', () => {
    writeConfig('');
    const { status, said } = steps('find_data', 'say "$data"');
    expect([status, said]).toEqual([1, expect.stringContaining('does not say where the journal is')]);
  });
});

describe('a way back', () => {
  const replica = (): string => join(etc, 'data', 'replica.db');

  /** A file of that schema, as far as the installer looks. */
  function replicaOf(schema: number, revision: number): void {
    const db = new Database(replica());
    db.exec('CREATE TABLE IF NOT EXISTS header (revision INTEGER); DELETE FROM header');
    db.prepare('INSERT INTO header VALUES (?)').run(revision);
    db.pragma(`user_version = ${schema}`);
    db.close();
  }

  beforeEach(() => {
    mkdirSync(join(etc, 'data'));
    replicaOf(1, 7);
  });

  it('brings the replica back that the new program has set aside', () => {
    const before = readFileSync(replica());
    expect(steps('keep_data', 'mv "$data/replica.db" "$data/replica.db.damaged"', 'bring_replica_back').status).toBe(0);
    expect(readFileSync(replica()).equals(before)).toBe(true);
  });

  it('brings it back where the new program has one of another schema', () => {
    const before = readFileSync(replica());
    steps('keep_data');
    replicaOf(2, 8);
    expect(steps('kept=yes', 'bring_replica_back').status).toBe(0);
    expect(readFileSync(replica()).equals(before)).toBe(true);
  });

  it('leaves a newer one of the same schema, and one where nothing was kept this time', () => {
    steps('keep_data');
    replicaOf(1, 8);
    const newer = readFileSync(replica());
    steps('kept=yes', 'bring_replica_back');
    expect(readFileSync(replica()).equals(newer)).toBe(true);
    rmSync(replica());
    steps('bring_replica_back');
    expect(existsSync(replica())).toBe(false);
  });
});
