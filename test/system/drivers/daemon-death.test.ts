// The running controller with a released lock: killed or stopped, its lock falls in time; started again, it is shut and
// everything works. With keeper.test.ts the only tests that judge a time: the limits are those of rules.md section 6.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { lockRecords, lockStates } from '../../support/lock-file.ts';
import type { Program } from '../../support/process.ts';
import { DaemonSite } from '../daemon/site.ts';

const reader = '{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }';

let site: DaemonSite;

beforeEach(() => {
  site = new DaemonSite();
  site.writeConfig([reader], null);
  const text = readFileSync(site.config, 'utf8');
  writeFileSync(site.config, text.replace('contact:', 'requestToExit: { driver: simulated }\n    contact:'));
});

afterEach(() => site.close());

function states(): string[] {
  return lockStates(site.locks, 'front-door');
}

async function unlocked(): Promise<Program> {
  const daemon = await site.daemon();
  await release();
  return daemon;
}

/** The button inside is pressed, and stays so. */
async function release(): Promise<void> {
  const command = site.command('input', 'front-door', 'requestToExit=true', '--socket', site.socket);
  expect([await command.exit, command.lines]).toEqual([0, command.lines]);
  await eventually('the lock open', () => states().at(-1) === 'unlocked');
}

/** Milliseconds from that moment (wall clock) to when the lock's own file says that it was shut. */
async function shutAfterMs(fromMs: number): Promise<number> {
  await eventually('the lock shut', () => states().at(-1) === 'locked');
  return Date.parse(lockRecords(site.locks).at(-1)?.at ?? '') - fromMs;
}

async function lockInStatus(): Promise<unknown> {
  const command = site.command('status', '--json', '--socket', site.socket);
  expect(await command.exit).toBe(0);
  const { accessPoints } = JSON.parse(command.lines.join('\n')) as { accessPoints: unknown[] };
  return accessPoints;
}

describe('a released lock', () => {
  it('is shut within 1 s of SIGKILL; started again, the controller keeps it shut, and opens it when told', async () => {
    const daemon = await unlocked();
    const killedMs = Date.now();
    daemon.kill('SIGKILL');
    expect(await shutAfterMs(killedMs)).toBeLessThanOrEqual(1_000);
    await daemon.exit;
    await site.daemon();
    expect(states()).toEqual(['locked', 'unlocked', 'locked', 'locked']);
    expect(await lockInStatus()).toMatchObject([{ id: 'front-door', mode: 'controlled', lock: 'locked' }]);
    await release();
  });

  it('is shut within 2 s of SIGSTOP; when the loop goes on its mode is asserted anew, and recorded', async () => {
    const daemon = await unlocked();
    const stoppedMs = Date.now();
    daemon.kill('SIGSTOP');
    expect(await shutAfterMs(stoppedMs)).toBeLessThanOrEqual(2_000);
    daemon.kill('SIGCONT');
    await daemon.line(/stood still for \d+ ms: all locks had fallen/);
    await eventually('the lock open again: the button is still pressed', () => states().at(-1) === 'unlocked');
    await eventually('the record', () =>
      site.ofType('accesspoint.mode').some(({ data }) => data.by === 'keeper-lapsed'),
    );
  });

  it('is shut when the controller ends, and stays shut through the next start', async () => {
    const daemon = await unlocked();
    daemon.kill('SIGTERM');
    expect(await daemon.exit).toBe(0);
    await site.daemon();
    expect(states()).toEqual(['locked', 'unlocked', 'locked', 'locked']);
  });
});
