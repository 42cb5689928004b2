// Doors by command, with the real program: what `cardea unlock`, `lock` and `mode` do and say, and that a mode outlives the
// program's death.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askDaemon } from '../../../daemon/socket/client.ts';
import { eventually } from '../../support/eventually.ts';
import { lockStates } from '../../support/lock-file.ts';
import { DaemonSite } from './site.ts';

let site: DaemonSite;

beforeEach(() => {
  site = new DaemonSite();
  site.writeConfig(['{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }'], null, '10m');
});

afterEach(() => site.close());

/** What a command prints, once it ended with `status`. */
async function said(status: number, ...args: string[]): Promise<string> {
  const program = site.command(...args, '--socket', site.socket);
  expect([await program.exit, program.lines]).toEqual([status, program.lines]);
  return program.lines.join('\n');
}

async function door(): Promise<unknown> {
  const status = JSON.parse(await said(0, 'status', '--json')) as { accessPoints: readonly unknown[] };
  return status.accessPoints[0];
}

function lockBecomes(state: string): Promise<unknown> {
  return eventually(`the lock ${state}`, () => lockStates(site.locks, 'front-door').at(-1) === state || undefined);
}

describe('a door by command', () => {
  it('is released once, and the release ended', async () => {
    await site.daemon();
    expect(await said(0, 'unlock', 'front-door', '--by', 'sam')).toBe('front-door: mode controlled, lock unlocked');
    await lockBecomes('unlocked');
    expect(await said(0, 'lock', '--space', 'riverside', '--by', 'sam')).toBe(
      'front-door: mode controlled, lock locked',
    );
    await lockBecomes('locked');
    expect(site.ofType('command.applied').map(({ data }) => data.command)).toEqual([
      { type: 'unlock', accessPoint: 'front-door', by: 'sam' },
      { type: 'lock', space: 'riverside', by: 'sam' },
    ]);
  });

  it('is in the mode that was set after the death of the program', async () => {
    const first = await site.daemon();
    expect(await said(0, 'mode', 'front-door', 'unlocked', '--until', '2h', '--by', 'sam')).toMatch(
      /^front-door: mode unlocked by sam until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, lock unlocked$/,
    );
    await lockBecomes('unlocked');
    first.kill('SIGKILL');
    await first.exit;
    await lockBecomes('locked');
    await site.daemon();
    await lockBecomes('unlocked');
    expect(await door()).toMatchObject({ mode: 'unlocked', lock: 'unlocked', by: 'sam', until: expect.any(String) });
    expect(site.ofType('accesspoint.mode')).toHaveLength(1);
  });

  it('stays in lockdown over the death of the program, until it is given back', async () => {
    const first = await site.daemon();
    await said(0, 'mode', '--space', 'riverside', 'lockdown', '--by', 'sam');
    first.kill('SIGKILL');
    await first.exit;
    await site.daemon();
    expect(await door()).toMatchObject({ mode: 'lockdown', by: 'sam', until: null });
    expect(await said(1, 'unlock', 'front-door')).toBe(
      'cardea: front-door: refused: it is in lockdown, which only `cardea mode front-door controlled` ends',
    );
    const refused = JSON.parse((await said(1, 'mode', 'front-door', 'unlocked', '--json')).split('\n')[0] ?? '');
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'lockdown', taken: [], refused: ['front-door'] });
    await said(0, 'mode', 'front-door', 'controlled', '--by', 'boss');
    expect(site.ofType('accesspoint.mode').map(({ data }) => data)).toEqual([
      { mode: 'lockdown', by: 'sam' },
      { mode: 'controlled', by: 'boss' },
    ]);
    expect(site.ofType('command.refused').map(({ data }) => data.reason)).toEqual(['lockdown', 'lockdown']);
  });

  it('comes up in its mode, with its door free, where a reload changed it', async () => {
    const program = await site.daemon();
    await said(0, 'mode', 'front-door', 'unlocked', '--by', 'sam');
    site.writeConfig(['{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }'], null, '9s');
    program.kill('SIGHUP');
    await program.line(/config reloaded, .*door front-door anew/);
    expect(await door()).toMatchObject({ mode: 'unlocked', lock: 'unlocked', by: 'sam' });
  });

  it('whose lock line a reload leaves as it is stays held; at one whose line changed a release ends, and that is recorded', async () => {
    const moved = `${site.locks}.moved`;
    const gate = `  - { id: gate, space: riverside, kind: interior, lock: { driver: simulated, file: ${site.locks}, failSafe: true } }`;
    const text = readFileSync(site.config, 'utf8').replace('readers:', `${gate}\nreaders:`);
    writeFileSync(site.config, text);
    const program = await site.daemon();
    await said(0, 'unlock', 'front-door', '--by', 'sam');
    await lockBecomes('unlocked');
    writeFileSync(site.config, text.replace(`file: ${site.locks}, unlockTime`, `file: ${moved}, unlockTime`));
    program.kill('SIGHUP');
    await program.line(/config reloaded, .*door front-door anew/);
    await lockBecomes('locked');
    await eventually('the new line', () => lockStates(moved, 'front-door').length > 0 || undefined);
    expect([lockStates(site.locks, 'gate'), lockStates(moved, 'front-door')]).toEqual([
      ['unlocked', 'locked'],
      ['locked'],
    ]);
    expect(site.ofType('accesspoint.mode').map(({ data }) => data)).toEqual([
      { mode: 'controlled', by: 'reload', release: 'ended' },
    ]);
    await said(0, 'unlock', 'front-door', '--by', 'sam');
    await eventually('the new line moves', () => lockStates(moved, 'front-door').at(-1) === 'unlocked' || undefined);
    program.kill('SIGKILL');
    await eventually('the new line safe', () => lockStates(moved, 'front-door').at(-1) === 'locked' || undefined);
    await eventually('the gate safe', () => lockStates(site.locks, 'gate').at(-1) === 'unlocked' || undefined);
  });

  it('is freed by no command and no press to leave that waited while the program was stopped', async () => {
    const text = readFileSync(site.config, 'utf8');
    writeFileSync(site.config, text.replace('contact:', 'requestToExit: { driver: simulated }\n    contact:'));
    const daemon = await site.daemon();
    daemon.kill('SIGSTOP');
    const stoppedMs = performance.now();
    const target = { do: 'command', accessPoint: 'front-door', by: 'sam' } as const;
    const waiting = [
      askDaemon(site.socket, { ...target, type: 'unlock' }),
      askDaemon(site.socket, { ...target, type: 'mode', mode: 'unlocked' }),
      askDaemon(site.socket, { ...target, type: 'mode', mode: 'lockdown' }),
    ];
    const press = { do: 'input', accessPoint: 'front-door', input: 'requestToExit', active: true } as const;
    const pressed = askDaemon(site.socket, press).catch(({ code }) => code);
    await eventually('more than 3 s', () => performance.now() - stoppedMs > 3_500);
    daemon.kill('SIGCONT');
    expect((await Promise.all(waiting)).map((answer) => (answer as { outcome: string }).outcome)).toEqual([
      'refused',
      'refused',
      'done',
    ]);
    expect(await pressed).toBe('stale');
    expect(await door()).toMatchObject({ mode: 'lockdown', lock: 'locked' });
    expect(lockStates(site.locks, 'front-door')).not.toContain('unlocked');
    expect(site.ofType('command.refused').map(({ data }) => data.reason)).toEqual(expect.arrayContaining(['stale']));
    expect(site.ofType('rex.activated').map(({ data }) => data)).toEqual([{ outcome: 'refused', reason: 'stale' }]);
  });

  it('says what is wrong with a command, and what is there instead', async () => {
    await site.daemon();
    expect(await said(1, 'mode', 'nowhere', 'locked')).toContain('no door of that name: `cardea status` lists them');
    expect(await said(1, 'unlock', '--space', 'nowhere')).toContain('in a space of that name');
    expect(await said(1, 'mode', 'front-door', 'lockdown', '--until', '1h')).toContain('unlocked and locked only');
    expect(await said(2, 'mode', 'front-door', 'ajar')).toContain('"ajar" is no mode; allowed is controlled, unlocked');
    expect(await said(2, 'mode', 'front-door')).toContain('mode takes a door, then its mode');
    expect(await said(2, 'mode', 'front-door', 'locked', '--until', 'noon')).toContain('--until "noon": allowed is');
    expect(await said(2, 'unlock')).toContain('name one door, or all doors of a space');
    expect(await said(2, 'lock', 'front-door', '--space', 'riverside')).toContain('name one door, or all doors');
    for (const wrong of [
      { type: 'mode', accessPoint: 'front-door' },
      { type: 'unlock', accessPoint: 'front-door', mode: 'locked' },
      { type: 'unlock' },
    ] as const) {
      const asked = askDaemon(site.socket, { do: 'command', by: 'sam', ...wrong });
      await expect(asked).rejects.toMatchObject({ code: 'bad-request' });
    }
    expect(site.ofType('accesspoint.mode')).toEqual([]);
  });
});
