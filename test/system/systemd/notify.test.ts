// The real daemon and a service manager's socket: what it says and when, and that the watchdog starves exactly when the
// main loop stands still or no tap can open a door.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Program } from '../../support/process.ts';
import { DaemonSite } from '../daemon/site.ts';
import { childOf } from './child.ts';
import { ManagerEnd } from './manager-end.ts';

const front = '{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }';
const back = '{ id: back-in, driver: simulated, accessPoint: front-door, direction: in }';
const watchdogMs = 200;

let sites: DaemonSite[];
let ends: ManagerEnd[];

beforeEach(() => {
  sites = [];
  ends = [];
});

afterEach(async () => {
  await Promise.all(sites.map((site) => site.close()));
  for (const end of ends) end.close();
});

interface Watched {
  readonly site: DaemonSite;
  readonly end: ManagerEnd;
  readonly daemon: Program;
}

/** A daemon that a manager watches, once it is ready. @param more of the environment. */
async function watched(abstract = false, more: Record<string, string> = {}): Promise<Watched> {
  const site = new DaemonSite();
  sites.push(site);
  site.writeConfig([front], null);
  const address = abstract ? `@${site.folder}` : join(site.folder, 'notify');
  const end = new ManagerEnd(address);
  ends.push(end);
  const env = { NOTIFY_SOCKET: address, WATCHDOG_USEC: String(watchdogMs * 1000), ...more };
  const daemon = site.commandIn(env, 'run', '--config', site.config);
  await eventually('READY=1', () => end.count('READY=1') > 0);
  return { site, end, daemon };
}

/** Settles when `count` more feedings of this daemon were heard. */
async function fed(end: ManagerEnd, count = 1): Promise<void> {
  const from = end.heard.length;
  await eventually('WATCHDOG=1', () => end.count('WATCHDOG=1', from) >= count);
}

describe('a service manager', () => {
  it('hears that the doors work, that the config is read again, and that the end begins', async () => {
    const { site, end, daemon } = await watched();
    expect(end.heard[0]?.said).toEqual(['READY=1', 'STATUS=ready, 1 door, 1 reader, no replica yet']);
    await fed(end, 2);
    site.writeConfig([front, back], null);
    daemon.kill('SIGHUP');
    await eventually('the second READY=1', () => end.count('READY=1') === 2);
    const words = end.heard.map(({ said }) => said.filter((one) => one !== 'WATCHDOG=1'));
    const at = words.findIndex(([first]) => first === 'RELOADING=1');
    expect(words[at]?.[1]).toMatch(/^MONOTONIC_USEC=[1-9]\d+$/);
    expect(end.status).toBe('ready, 1 door, 2 readers, no replica yet');
    daemon.kill('SIGTERM');
    expect(await daemon.exit).toBe(0);
    await eventually('STOPPING=1', () => end.count('STOPPING=1') === 1);
    expect(end.heard.at(-1)?.said).toEqual(['STOPPING=1', 'STATUS=draining']);
  });

  it('may listen at an abstract address', async () => {
    const { end } = await watched(true);
    await fed(end);
  });

  it('that watches another process is not fed', async () => {
    const other = await watched();
    const { end } = await watched(false, { WATCHDOG_PID: '1' });
    await fed(other.end, 5);
    expect(end.count('WATCHDOG=1')).toBe(0);
  });

  it('that went away ends nothing', async () => {
    const { site, daemon } = await watched();
    rmSync(join(site.folder, 'notify'));
    await daemon.line(/the service manager did not take a message/);
    expect(await site.command('status', '--socket', site.socket).exit).toBe(0);
  });
});

describe('the watchdog starves', () => {
  it('while the process stands still', async () => {
    const { end, daemon } = await watched();
    const other = await watched();
    await fed(end);
    daemon.kill('SIGSTOP');
    await eventually('a stopped process', () => /\) T /.test(readFileSync(`/proc/${daemon.pid}/stat`, 'utf8')));
    await fed(other.end);
    const from = end.heard.length;
    await fed(other.end, 10);
    expect(end.heard.length).toBe(from);
    daemon.kill('SIGCONT');
    await fed(end);
  });

  it('while the keeper is dead and cannot be started, and not for one that only was replaced', async () => {
    const { end, daemon } = await watched();
    const other = await watched();
    const keeper = () => childOf(daemon.pid);
    const first = await eventually('a keeper', keeper);
    process.kill(first, 'SIGKILL');
    await daemon.line(/all locks: the lock line follows again/);
    await fed(end);
    // No file descriptor is left for the pipes of another keeper.
    execFileSync('prlimit', ['--pid', String(daemon.pid), '--nofile=5:1024']);
    process.kill(await eventually('the next keeper', keeper), 'SIGKILL');
    await eventually(
      'its status',
      () => end.status === 'the watchdog is not fed: the keeper of the lock lines does not answer',
    );
    const from = end.heard.length;
    await fed(other.end, 10);
    expect(end.count('WATCHDOG=1', from)).toBe(0);
    execFileSync('prlimit', ['--pid', String(daemon.pid), '--nofile=1024:1024']);
    await fed(end);
    expect(end.status).toMatch(/^ready, /);
  });
});
