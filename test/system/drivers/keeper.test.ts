// The keeper with real processes: whatever becomes of the one that asked, the locks fall to their safe states in time.
// The only tests that judge a time: the limits are those of rules.md section 6.

import { mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { realClock } from '../../../daemon/clock/real.ts';
import { KeeperLink } from '../../../drivers/keeper/keeper-link.ts';
import { eventually } from '../../support/eventually.ts';
import { lockRecords, lockStates } from '../../support/lock-file.ts';
import { Program } from '../../support/process.ts';

const parentFile = fileURLToPath(new URL('./keeper-parent.mjs', import.meta.url));

let folder = '';
const programs: Program[] = [];
const links: KeeperLink[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardea-keeper-'));
});

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end()));
  await Promise.all(links.splice(0).map((link) => link.close()));
  await rm(folder, { recursive: true });
});

/** A parent whose locks are both out of their safe states, and its keeper's process id. */
async function given(file: string): Promise<{ parent: Program; keeper: number }> {
  const parent = new Program(process.execPath, [parentFile, file]);
  programs.push(parent);
  const keeper = Number((await parent.line(/^keeper \d+$/)).split(' ')[1]);
  parent.write('set shut unlocked\nset free locked\n');
  await sees(file, ['locked', 'unlocked'], ['unlocked', 'locked']);
  return { parent, keeper };
}

function sees(file: string, shut: readonly string[], free: readonly string[]): Promise<boolean> {
  return eventually(`shut ${shut.join(' ')}, free ${free.join(' ')}`, () => {
    return lockStates(file, 'shut').join() === shut.join() && lockStates(file, 'free').join() === free.join();
  });
}

/** Milliseconds from `since` (wall clock) to the last change in the file, as its writer dates it. */
function lastChangeMs(file: string, since: number): number {
  return Math.max(...lockRecords(file).map(({ at }) => Date.parse(at))) - since;
}

async function ended(pid: number): Promise<void> {
  await eventually(`the end of process ${pid}`, () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
}

/** The pipes, sockets and files that a process holds, as the kernel names them; what every process has of its own left out. */
async function openFiles(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const files = await Promise.all((await readdir(folder)).map((one) => readlink(join(folder, one)).catch(() => '')));
  return files.filter((file) => !/^(|\/dev\/null|anon_inode:.*)$/.test(file));
}

describe('the keeper of a program', () => {
  it('drives the locks safe within 1 s of its death by SIGKILL, and ends', async () => {
    const file = join(folder, 'locks');
    const { parent, keeper } = await given(file);
    const killedMs = Date.now();
    parent.kill('SIGKILL');
    await sees(file, ['locked', 'unlocked', 'locked'], ['unlocked', 'locked', 'unlocked']);
    expect(lastChangeMs(file, killedMs)).toBeLessThanOrEqual(1_000);
    await ended(keeper);
  });

  it('drives the locks safe within 2 s of a stop, and says so when the program goes on', async () => {
    const file = join(folder, 'locks');
    const { parent } = await given(file);
    const stoppedMs = Date.now();
    parent.kill('SIGSTOP');
    await sees(file, ['locked', 'unlocked', 'locked'], ['unlocked', 'locked', 'unlocked']);
    expect(lastChangeMs(file, stoppedMs)).toBeLessThanOrEqual(2_000);
    expect(parent.lines.filter((line) => line.startsWith('lapsed'))).toEqual([]);
    parent.kill('SIGCONT');
    const silentMs = Number((await parent.line(/^lapsed \d+$/)).split(' ')[1]);
    expect(silentMs).toBeGreaterThanOrEqual(1_500);
    parent.write('set shut unlocked\n');
    await sees(file, ['locked', 'unlocked', 'locked', 'unlocked'], ['unlocked', 'locked', 'unlocked']);
    expect(parent.lines.filter((line) => line.startsWith('fault'))).toEqual([]);
  });

  it('takes a loop that does not turn for a stop', async () => {
    const file = join(folder, 'locks');
    const { parent } = await given(file);
    const hungMs = Date.now();
    parent.write('hang 3000\n');
    await sees(file, ['locked', 'unlocked', 'locked'], ['unlocked', 'locked', 'unlocked']);
    expect(lastChangeMs(file, hungMs)).toBeLessThanOrEqual(2_000);
    await parent.line(/^lapsed \d+$/);
  });

  it('is started again when it is killed, and the locks follow what was set last', async () => {
    const file = join(folder, 'locks');
    const { parent, keeper } = await given(file);
    process.kill(keeper, 'SIGKILL');
    await parent.line(/^restored null$/);
    await sees(file, ['locked', 'unlocked', 'locked', 'unlocked'], ['unlocked', 'locked', 'unlocked', 'locked']);
    expect(parent.lines.slice(1)).toEqual(['fault null keeper-died', 'restored null']);
  });

  it('is replaced when it does not answer', async () => {
    const file = join(folder, 'locks');
    const { parent, keeper } = await given(file);
    process.kill(keeper, 'SIGSTOP');
    await parent.line(/^restored null$/);
    await sees(file, ['locked', 'unlocked', 'locked', 'unlocked'], ['unlocked', 'locked', 'unlocked', 'locked']);
    expect(parent.lines.slice(1)).toEqual(['fault null keeper-silent', 'restored null']);
  });

  it('does not heed the signals that ask its program to end', async () => {
    const file = join(folder, 'locks');
    const { parent, keeper } = await given(file);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(keeper, signal);
    parent.write('set shut locked\n');
    await sees(file, ['locked', 'unlocked', 'locked'], ['unlocked', 'locked']);
    expect(parent.lines.slice(1)).toEqual([]);
  });

  it('holds nothing that belongs to its program', async () => {
    const { parent, keeper } = await given(join(folder, 'locks'));
    const [ofParent = [], ofKeeper = [], fromOutside] = await Promise.all(
      [parent.pid, keeper, process.pid].map(openFiles),
    );
    const shared = ofKeeper.filter((file) => ofParent.includes(file));
    expect(shared.filter((file) => !fromOutside?.includes(file))).toEqual([]);
    expect(ofParent.length).toBeGreaterThan(3);
  });

  it('ends by force when it does not heed the close', async () => {
    const { parent, keeper } = await given(join(folder, 'locks'));
    process.kill(keeper, 'SIGSTOP');
    parent.write('close\n');
    expect(await parent.exit).toBe(0);
    await ended(keeper);
  });

  it('ends with a program that closes it', async () => {
    const file = join(folder, 'locks');
    const { parent, keeper } = await given(file);
    parent.write('close\n');
    expect(await parent.exit).toBe(0);
    expect(lockStates(file, 'shut')).toEqual(['locked', 'unlocked', 'locked']);
    expect(lockStates(file, 'free')).toEqual(['unlocked', 'locked', 'unlocked']);
    await ended(keeper);
  });
});

describe('the file of a simulated lock', () => {
  async function link(file: string): Promise<{ link: KeeperLink; log: string[] }> {
    const log: string[] = [];
    const lines = [{ accessPoint: 'shut', failSafe: false, output: { driver: 'simulated', file } as const }];
    const clock = realClock(() => true);
    const opened = new KeeperLink(lines, clock, seededRandom('file'), {
      fault: (accessPoint, { code }) => log.push(`fault ${accessPoint} ${code}`),
      restored: (accessPoint) => log.push(`restored ${accessPoint}`),
      lapsed: () => log.push('lapsed'),
    });
    links.push(opened);
    await opened.ready;
    return { link: opened, log };
  }

  it('gets one line a change, each with its time, after what it held before', async () => {
    const file = join(folder, 'locks');
    const first = await link(file);
    first.link.set('shut', 'unlocked');
    await first.link.close();
    const second = await link(file);
    await second.link.close();
    const records = lockRecords(file);
    expect(records.map(({ state }) => state)).toEqual(['locked', 'unlocked', 'locked', 'locked']);
    expect(Object.keys(records[0] ?? {})).toEqual(['accessPoint', 'state', 'at']);
    for (const { at } of records) expect(new Date(at).toISOString()).toBe(at);
  });

  it('may be a FIFO: nobody reading it holds nothing up, and a reader sees the changes from then on', async () => {
    const file = join(folder, 'fifo');
    await new Program('mkfifo', [file]).exit;
    const held = await link(file);
    held.link.set('shut', 'unlocked');
    const watcher = new Program('cat', [file]);
    programs.push(watcher);
    let next: 'locked' | 'unlocked' = 'locked';
    await eventually('the watcher sees a change', () => {
      held.link.set('shut', next);
      next = next === 'locked' ? 'unlocked' : 'locked';
      return watcher.lines.length > 0;
    });
    await watcher.end();
    const again = new Program('cat', [file]);
    programs.push(again);
    await eventually('the next watcher sees a change', () => {
      held.link.set('shut', next);
      next = next === 'locked' ? 'unlocked' : 'locked';
      return again.lines.length > 0;
    });
    expect(JSON.parse(again.lines[0] ?? '')).toMatchObject({ accessPoint: 'shut' });
    expect(held.log).toEqual([]);
  });

  it('that cannot be written is a fault of its lock, which is tried again', async () => {
    const file = join(folder, 'later', 'locks');
    const held = await link(file);
    await eventually('the fault', () => held.log.length > 0);
    held.link.set('shut', 'unlocked');
    await mkdir(join(folder, 'later'));
    await eventually('the lock follows', () => lockStates(file, 'shut').at(-1) === 'unlocked');
    await eventually('the report', () => held.log.length > 1);
    expect(held.log).toEqual(['fault shut line-stuck', 'restored shut']);
  });
});
