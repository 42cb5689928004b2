// The locks over a change of their lines. The keepers here are stand-ins at the port that `start` is: each says which of
// them lives, and becomes ready when the test says so.

import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { type Keeper, Locks } from '../../../daemon/run/locks.ts';
import type { KeeperLine } from '../../../drivers/keeper/messages.ts';

class Stand implements Keeper {
  lines = '';
  readonly told: string[] = [];
  ready: Promise<void> = Promise.resolve();
  tellReady: () => void = () => {};
  alive = true;
  answers = true;

  constructor(lines: readonly KeeperLine[]) {
    this.hold(lines);
  }

  hold(lines: readonly KeeperLine[]): void {
    this.lines = lines.map(({ accessPoint }) => accessPoint).join(' ');
    this.ready = new Promise((resolve) => {
      this.tellReady = resolve;
    });
  }

  set(accessPoint: string, state: string): void {
    this.told.push(`${accessPoint} ${state}`);
  }

  close(): Promise<void> {
    this.alive = false;
    this.tellReady();
    return Promise.resolve();
  }
}

let clock: VirtualClock;
let keepers: Stand[];
let log: string[];
/** Lines that no keeper can be started for, while it says so. */
let refused: string | null;
/** Lines that were to be found after a death, each time they changed. */
let remembered: string[];
let locks: Locks;

function line(accessPoint: string): KeeperLine {
  return { accessPoint, failSafe: false, output: { driver: 'simulated', file: '/dev/null' } };
}

function safe(accessPoint: string): KeeperLine {
  return { ...line(accessPoint), failSafe: true };
}

async function changed(lines: readonly KeeperLine[]): Promise<void> {
  const change = locks.change(lines);
  last().tellReady();
  await change;
}

function last(): Stand {
  const keeper = keepers.at(-1);
  if (keeper === undefined) throw new Error('no keeper was started');
  return keeper;
}

function living(): string[] {
  return keepers.filter(({ alive }) => alive).map(({ lines }) => lines);
}

/** Until all that is not waiting for the clock or for a keeper is done. */
async function settled(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

beforeEach(() => {
  clock = new VirtualClock(0);
  keepers = [];
  log = [];
  remembered = [];
  refused = null;
  const start = (lines: readonly KeeperLine[]): Stand => {
    const keeper = new Stand(lines);
    if (refused === '' || refused === keeper.lines) throw new Error('no room');
    keepers.push(keeper);
    return keeper;
  };
  const remember = (lines: readonly KeeperLine[]): void => {
    remembered.push(lines.map(({ accessPoint, failSafe }) => `${accessPoint}${failSafe ? ' safe' : ''}`).join());
  };
  const parts = { start, remember, clock, log: (level: string, message: string) => log.push(`${level}: ${message}`) };
  locks = new Locks(parts, [line('a')]);
});

describe('a change of the lock lines', () => {
  it('touches no keeper where they are the same', async () => {
    await locks.change([line('a')]);
    expect([keepers.length, living(), last().told, remembered]).toEqual([1, ['a'], [], ['a']]);
  });

  it('is made in the keeper that runs, which is told what was set of lines that stay, also meanwhile', async () => {
    locks.set('a', 'unlocked');
    const change = locks.change([line('a'), line('b')]);
    await settled();
    locks.set('a', 'locked');
    locks.set('b', 'unlocked');
    last().tellReady();
    await change;
    expect([keepers.length, living()]).toEqual([1, ['a b']]);
    expect(last().told).toEqual(['a unlocked', 'a unlocked', 'a locked', 'b unlocked']);
  });

  it('is made in a new keeper where the one that runs does not answer', async () => {
    locks.set('a', 'unlocked');
    last().answers = false;
    const change = locks.change([line('a'), line('b')]);
    await settled();
    last().tellReady();
    await change;
    expect([keepers.length, living(), last().told]).toEqual([2, ['a b'], ['a unlocked']]);
  });

  it('ends a release at a line that changes, and keeps its door shut', async () => {
    await changed([line('a'), line('b'), line('c')]);
    for (const id of ['a', 'b']) locks.set(id, 'unlocked');
    locks.set('c', 'locked');
    last().told.length = 0;
    await changed([line('a'), safe('b'), safe('c')]);
    expect(last().told).toEqual(['a unlocked', 'c locked']);
    expect(remembered.slice(-2)).toEqual(['a,b safe,c safe,b,c', 'a,b safe,c safe']);
  });

  it('comes back to the lines before, as they were set, where the new ones are not held in time', async () => {
    locks.set('a', 'unlocked');
    const change = locks.change([safe('a'), line('b')]);
    await settled();
    expect(living()).toEqual(['a b']);
    clock.advance(10_000);
    await settled();
    expect([keepers.length, living(), last().told]).toEqual([2, ['a'], ['a unlocked']]);
    last().tellReady();
    await expect(change).rejects.toThrow('not hold');
    expect([clock.waits(), remembered.at(-1)]).toEqual([[], 'a']);
  });

  it('tries again every 5 s where not even those before can be held', async () => {
    refused = '';
    const change = locks.change([line('b')]);
    await settled();
    clock.advance(10_000);
    await expect(change).rejects.toThrow('not hold');
    expect([living(), locks.answers, clock.waits()]).toEqual([[], false, ['keeper again']]);
    expect(log).toEqual([expect.stringContaining('no lock moves now')]);
    clock.advance(5_000);
    locks.set('a', 'unlocked');
    refused = null;
    clock.advance(5_000);
    expect([living(), last().told, clock.waits()]).toEqual([['a'], ['a unlocked'], []]);
  });

  it('in the middle of those 5 s leaves one keeper', async () => {
    refused = '';
    const failing = locks.change([line('b')]);
    await settled();
    clock.advance(10_000);
    await expect(failing).rejects.toThrow('not hold');
    refused = null;
    const change = locks.change([line('a')]);
    clock.advance(5_000);
    await settled();
    last().tellReady();
    await change;
    clock.advance(60_000);
    expect([keepers.length, living(), clock.waits()]).toEqual([2, ['a'], []]);
  });

  it('is refused in the middle of those 5 s where no keeper can be started for the new lines either', async () => {
    refused = '';
    const failing = locks.change([line('b')]);
    await settled();
    clock.advance(10_000);
    await expect(failing).rejects.toThrow('not hold');
    await expect(locks.change([line('c')])).rejects.toMatchObject({
      code: 'locks',
      message: expect.stringContaining('no room'),
    });
    expect(clock.waits()).toEqual(['keeper again']);
  });

  it('is not tried again once the locks are closed', async () => {
    refused = '';
    const change = locks.change([line('b')]);
    await settled();
    clock.advance(10_000);
    await expect(change).rejects.toThrow('not hold');
    refused = null;
    await locks.close();
    clock.advance(60_000);
    expect(living()).toEqual([]);
  });
});
