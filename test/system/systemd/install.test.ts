// The installer into folders that look like machines (--root): what it puts where, what it keeps, what it refuses. What only
// a running systemd can show (start, upgrade, way back) is shown in the virtual machine (test/vm).

import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { edit, Staging, systemdFolder } from './staged.ts';

/** It unpacks whole programs many times over. */
const slowMs = 900_000;
vi.setConfig({ testTimeout: slowMs, hookTimeout: slowMs });
const units = ['cardea.service', 'cardea-office.service', 'cardea-backup.service', 'cardea-backup.timer'];

let staging: Staging;
let system: string;

beforeAll(() => {
  staging = new Staging();
  system = staging.system('first');
  const { status, said } = staging.install(
    '--root',
    system,
    '--site',
    'berlin',
    '--controller',
    'door-1',
    staging.bundle,
  );
  expect([status, said]).toEqual([0, said]);
});

afterAll(() => rmSync(staging.folder, { recursive: true, force: true }));

describe('an installed system', () => {
  it('has the program, its command, its user and its units, and nothing that is secret', () => {
    expect(readlinkSync(join(system, 'usr/local/bin/cardea'))).toBe('/opt/cardea/current/bin/cardea.mjs');
    const current = join(system, 'opt/cardea/current');
    expect(execFileSync(execPath, [join(current, 'bin/cardea.mjs'), '--version'], { encoding: 'utf8' })).toMatch(/^\d/);
    expect(readFileSync(join(system, 'etc/passwd'), 'utf8')).toMatch(/^cardea:.*:\/var\/lib\/cardea:/m);
    for (const group of ['dialout', 'gpio']) {
      expect(readFileSync(join(system, 'etc/group'), 'utf8')).toMatch(new RegExp(`^${group}:.*:cardea$`, 'm'));
    }
    for (const unit of units) expect(existsSync(join(system, 'etc/systemd/system', unit))).toBe(true);
    const wanted = (target: string) => readdirSync(join(system, `etc/systemd/system/${target}.target.wants`));
    expect([wanted('multi-user'), wanted('timers')]).toEqual([['cardea.service'], ['cardea-backup.timer']]);
    expect(readdirSync(join(system, 'etc/cardea/keys'))).toEqual([]);
    expect(statSync(join(system, 'etc/cardea')).mode & 0o777).toBe(0o750);
  });

  it('has a config that the program takes once there are keys', () => {
    const program = join(system, 'opt/cardea/current/bin/cardea.mjs');
    const config = join(system, 'etc/cardea/controller.yaml');
    execFileSync(execPath, [program, 'keys', 'site', join(system, 'etc/cardea/keys/site')]);
    const checked = execFileSync(execPath, [program, 'check', '--json', config], { encoding: 'utf8' });
    expect(JSON.parse(checked)).toMatchObject({ ok: true, kind: 'controller' });
    const text = readFileSync(config, 'utf8');
    expect(text).toMatch(/^site: berlin #/m);
    expect(text).toMatch(/^controller: door-1 #/m);
    expect(text).toMatch(/^ {4}space: berlin #/m);
  });

  it('has units that systemd takes without a word', () => {
    // The units that come with systemd, to which ours refer, and a command of theirs.
    cpSync('/usr/lib/systemd/system', join(system, 'usr/lib/systemd/system'), { recursive: true });
    mkdirSync(join(system, 'bin'));
    writeFileSync(join(system, 'bin/kill'), '');
    chmodSync(join(system, 'bin/kill'), 0o755);
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--root', system, ...units], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr: aboutOurs(stderr) }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

/** systemd's own units name commands that the folder does not have. */
function aboutOurs(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.includes('cardea'))
    .join('\n');
}

describe('hardening', () => {
  it.each(units.filter((unit) => unit.endsWith('.service')))('%s is exposed at most 1.5', (unit) => {
    const file = join(systemdFolder, 'units', unit);
    const args = ['security', '--offline=true', '--no-pager', '--threshold=15', file];
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
    expect(exposure).toBeLessThanOrEqual(1.5);
    expect(status).toBe(0);
  });
});

describe('run again', () => {
  it('keeps what an admin wrote, cleans up what was left half done, and installs what is missing', () => {
    const config = join(system, 'etc/cardea/controller.yaml');
    appendFileSync(config, '# mine\n');
    const before = readFileSync(config, 'utf8');
    mkdirSync(join(system, 'opt/cardea/.new.half-done'));
    rmSync(join(system, 'etc/systemd/system/cardea.service'));
    const { status, said } = staging.install('--root', system, staging.bundle);
    expect([status, said]).toEqual([0, said]);
    expect(readFileSync(config, 'utf8')).toBe(before);
    expect(existsSync(join(system, 'etc/systemd/system/cardea.service'))).toBe(true);
    expect(readdirSync(join(system, 'opt/cardea')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('keeps the version before beside the new one, and none that is older', () => {
    const folder = staging.system('upgraded');
    for (const version of ['7.0.0', '7.0.1', '7.1.0']) {
      const tarball = staging.variant(version, (at) => edit(join(at, 'package.json'), { version }));
      const { status, said } = staging.install('--root', folder, tarball);
      expect([status, said]).toEqual([0, said]);
    }
    expect(readlinkSync(join(folder, 'opt/cardea/current'))).toBe('7.1.0');
    expect(readdirSync(join(folder, 'opt/cardea')).sort()).toEqual(['7.0.1', '7.1.0', 'current', 'previous']);
  });

  it('puts another build of the same version beside the one that is there', () => {
    const folder = staging.system('rebuilt');
    staging.install('--root', folder, staging.bundle);
    const version = readlinkSync(join(folder, 'opt/cardea/current'));
    const tarball = staging.variant('rebuilt', (at) => appendFileSync(join(at, 'README.md'), '\n'));
    expect(staging.install('--root', folder, tarball).status).toBe(0);
    expect(readlinkSync(join(folder, 'opt/cardea/current'))).toMatch(new RegExp(`^${version}-[0-9a-f]{8}$`));
    expect(readlinkSync(join(folder, 'opt/cardea/previous'))).toBe(version);
  });
});

describe('refused, with nothing changed', () => {
  it.each([
    [
      'a bundle for another Node',
      { file: 'bundle.json', values: { nodeAbi: '1' } },
      'take the bundle for this machine',
    ],
    ['a bundle for another processor', { file: 'bundle.json', values: { arch: 'sparc' } }, 'linux-sparc-'],
  ])('%s', (name, { file, values }, words) => {
    const tarball = staging.variant(name, (at) => edit(join(at, file), values));
    const folder = staging.system(name);
    const { status, said } = staging.install('--root', folder, tarball);
    expect(status).toBe(1);
    expect(said).toContain(words);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a program that does not run here', () => {
    const broken = (at: string) => rmSync(join(at, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'));
    const folder = staging.system('broken');
    const { status, said } = staging.install('--root', folder, staging.variant('broken', broken));
    expect(status).toBe(1);
    expect(said).toMatch(/better-sqlite3: [\s\S]*does not run on this machine/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('half a tarball, and what is none', () => {
    const half = join(staging.folder, 'half.tgz');
    writeFileSync(half, readFileSync(staging.bundle).subarray(0, 100_000));
    const folder = staging.system('half');
    expect(staging.install('--root', folder, half)).toMatchObject({
      status: 1,
      said: expect.stringContaining('is it whole'),
    });
    expect(staging.install('--root', folder, join(folder, 'none.tgz'))).toMatchObject({ status: 1 });
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(join(folder, 'opt'));
    expect(staging.install('--root', folder, half).status).toBe(1);
    expect(readdirSync(folder)).toEqual(['opt']);
  });

  it('no tarball at all, where the installer lies alone', () => {
    const alone = join(staging.system('alone'), 'install.sh');
    cpSync(join(systemdFolder, 'install.sh'), alone);
    const folder = staging.system('without');
    const { status, stderr } = spawnSync('sh', [alone, '--root', folder], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('name the tarball to install')]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [['--root', '/nowhere/at/all'], 'no such folder'],
    [['--timeout', 'soon', 'x.tgz'], 'whole seconds'],
    [['--site', 'a b', 'x.tgz'], 'an id has letters'],
    [['--site'], 'needs a value'],
    [['--force'], 'no such option'],
    [['a.tgz', 'b.tgz'], 'one tarball'],
  ])('%j', (args, words) => {
    const { status, said } = staging.install(...args);
    expect(status).toBe(2);
    expect(said).toContain(words);
  });
});

describe('uninstalled', () => {
  it('keeps config, keys and data', () => {
    const folder = staging.system('gone');
    staging.install('--root', folder, staging.bundle);
    writeFileSync(join(folder, 'var/lib/cardea/journal.db'), 'precious');
    const { status, said } = staging.install('--root', folder, '--uninstall');
    expect(status).toBe(0);
    expect(said).toContain(join(folder, 'var/lib/cardea'));
    expect(said).not.toContain('userdel');
    expect(existsSync(join(folder, 'etc/cardea/controller.yaml'))).toBe(true);
    expect(existsSync(join(folder, 'var/lib/cardea/journal.db'))).toBe(true);
    expect(existsSync(join(folder, 'opt/cardea'))).toBe(false);
    expect(existsSync(join(folder, 'usr/local/bin/cardea'))).toBe(false);
    expect(readdirSync(join(folder, 'etc/systemd/system')).filter((name) => name.startsWith('cardea'))).toEqual([]);
  });
});
