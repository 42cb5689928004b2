// `cardea safe` after the worst death: daemon and keeper both killed while a door is released, so that nobody drove its lock.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { lockStates } from '../../support/lock-file.ts';
import type { Program } from '../../support/process.ts';
import { DaemonSite } from '../daemon/site.ts';
import { childOf } from './child.ts';

let site: DaemonSite;

beforeEach(() => {
  site = new DaemonSite();
  site.writeConfig(['{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }'], null);
  edit((text) => text.replace('contact:', 'requestToExit: { driver: simulated }\n    contact:'));
});

afterEach(() => site.close());

function edit(change: (text: string) => string): void {
  writeFileSync(site.config, change(readFileSync(site.config, 'utf8')));
}

async function safe(): Promise<{ status: number | string; said: string }> {
  const program = site.command('safe', '--config', site.config);
  return { status: await program.exit, said: program.lines.join('\n') };
}

function last(door = 'front-door', file = site.locks): string | undefined {
  return lockStates(file, door).at(-1);
}

async function released(): Promise<Program> {
  const daemon = await site.daemon();
  const pressed = site.command('input', 'front-door', 'requestToExit=true', '--socket', site.socket);
  expect([await pressed.exit, pressed.lines]).toEqual([0, pressed.lines]);
  await eventually('the lock open', () => last() === 'unlocked');
  return daemon;
}

/** The keeper cannot even notice that the daemon is gone. */
async function bothKilled(daemon: Program): Promise<void> {
  const keeper = childOf(daemon.pid) ?? 0;
  process.kill(keeper, 'SIGSTOP');
  daemon.kill('SIGKILL');
  await daemon.exit;
  process.kill(keeper, 'SIGKILL');
  await eventually('the end of the keeper', () => !readdirSync('/proc').includes(String(keeper)));
}

describe('cardea safe', () => {
  it('locks the door that nobody locked', async () => {
    await bothKilled(await released());
    expect(last()).toBe('unlocked');
    expect(await safe()).toEqual({ status: 0, said: 'front-door: locked' });
    expect(last()).toBe('locked');
  });

  it('frees a fail-safe door, also one that no controller ever held', async () => {
    edit((text) => text.replace('unlockTime: 5s', 'unlockTime: 5s, failSafe: true'));
    expect(await safe()).toEqual({ status: 0, said: 'front-door: unlocked' });
    expect(last()).toBe('unlocked');
  });

  it('drives the lock that was held, and the one that the config names since', async () => {
    await bothKilled(await released());
    const other = join(site.folder, 'other.jsonl');
    edit((text) => text.replace(`file: ${site.locks}`, `file: ${other}`));
    expect(await safe()).toMatchObject({ status: 0 });
    expect([last(), last('front-door', other)]).toEqual(['locked', 'locked']);
  });

  it.each([
    ['is bad', (text: string) => text.replace('kind: entrance', 'kind: gate')],
    ['is no YAML', (text: string) => `${text}}: { never ends`],
  ])('with a config that %s drives what was held, and says so with status 1', async (_, change) => {
    await bothKilled(await released());
    edit(change);
    const { status, said } = await safe();
    expect(last()).toBe('locked');
    expect(status).toBe(1);
    expect(said).toContain(`cardea check ${site.config} says why`);
  });

  it('drives the other locks where one is stuck, and names it', async () => {
    const door = '  - { id: stuck, space: riverside, kind: interior, lock: { driver: simulated, file: data } }';
    edit((text) => text.replace('accessPoints:\n', `accessPoints:\n${door}\n`));
    await bothKilled(await released());
    const { status, said } = await safe();
    expect(status).toBe(1);
    expect(said).toContain('the lock of stuck could not be driven locked');
    expect(last()).toBe('locked');
  });

  it('touches nothing while a controller runs', async () => {
    await released();
    const { status, said } = await safe();
    expect(status).toBe(1);
    expect(said).toContain('a controller runs');
    expect(last()).toBe('unlocked');
  });
});
