// The locks over a change of their lines. The keepers here are stand-ins at the port that `start` is: each says which of
// them lives, and becomes ready when the test says so.

import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { type Keeper, Locks } from '../../../daemon/run/locks.ts';
import type { KeeperLine } from '../../../drivers/keeper/messages.ts';

class Stand implements Keeper {
  readonly lines: string;
  readonly told: string[] = [];
  readonly ready: Promise<void>;
  hold: () => void = () => {};
  alive = true;
  answers = true;

  constructor(lines: readonly KeeperLine[]) {
    this.lines = lines.map(({ accessPoint }) => accessPoint).join(' ');
    this.ready = new Promise((resolve) => {
      this.hold = resolve;
    });
  }

  set(accessPoint: string, state: string): void {
    this.told.push(`${accessPoint} ${state}`);
  }

  close(): Promise<void> {
    this.alive = false;
    this.hold();
    return Promise.resolve();
  }
}

let clock: VirtualClock;
let keepers: Stand[];
let log: string[];
/** Lines that no keeper can be started for, while it says so. */
let refused: string | null;
let locks: Locks;

function line(accessPoint: string): KeeperLine {
  return { accessPoint, failSafe: false, output: { driver: 'simulated', file: '/dev/null' } };
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
  refused = null;
  const start = (lines: readonly KeeperLine[]): Stand => {
    const keeper = new Stand(lines);
    if (refused === '' || refused === keeper.lines) throw new Error('no room');
    keepers.push(keeper);
    return keeper;
  };
  locks = new Locks({ start, clock, log: (level, message) => log.push(`${level}: ${message}`) }, [line('a')]);
});

describe('a change of the lock lines', () => {
  it('touches no keeper where they are the same', async () => {
    await locks.change([line('a')]);
    expect([keepers.length, living()]).toEqual([1, ['a']]);
  });

  it('tells the next keeper what was set last, also while there was none', async () => {
    locks.set('a', 'unlocked');
    const change = locks.change([line('a'), line('b')]);
    locks.set('b', 'unlocked');
    await settled();
    last().hold();
    await change;
    expect(living()).toEqual(['a b']);
    expect(last().told.sort()).toEqual(['a unlocked', 'b unlocked']);
  });

  it('comes back to the lines before where no keeper can be started for the new ones', async () => {
    locks.set('a', 'unlocked');
    refused = 'a b';
    const change = locks.change([line('a'), line('b')]);
    await settled();
    last().hold();
    await expect(change).rejects.toMatchObject({ code: 'locks', message: expect.stringContaining('no room') });
    expect([living(), last().told]).toEqual([['a'], ['a unlocked']]);
  });

  it('comes back to the lines before where the new ones are not held in time', async () => {
    const change = locks.change([line('b')]);
    await settled();
    expect(living()).toEqual(['b']);
    clock.advance(10_000);
    await settled();
    expect(living()).toEqual(['a']);
    last().hold();
    await expect(change).rejects.toThrow('not hold');
    expect(clock.waits()).toEqual([]);
  });

  it('tries again every 5 s where not even those before can be held', async () => {
    refused = '';
    await expect(locks.change([line('b')])).rejects.toThrow('no room');
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
    await expect(locks.change([line('b')])).rejects.toThrow('no room');
    refused = null;
    const change = locks.change([line('a')]);
    clock.advance(5_000);
    await settled();
    last().hold();
    await change;
    clock.advance(60_000);
    expect([keepers.length, living(), clock.waits()]).toEqual([2, ['a'], []]);
  });

  it('is not tried again once the locks are closed', async () => {
    refused = '';
    await expect(locks.change([line('b')])).rejects.toThrow('no room');
    refused = null;
    await locks.close();
    clock.advance(60_000);
    expect(living()).toEqual([]);
  });
});
