// Reloads and the end, one after the other, and devices that do not let go.

import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { released } from '../../../daemon/run/released.ts';
import { Turns } from '../../../daemon/run/turns.ts';

/** Work that ends when it is told to. */
function work(): { readonly begun: () => number; readonly run: () => Promise<void>; end(error?: Error): void } {
  const ends: ((error?: Error) => void)[] = [];
  let begun = 0;
  return {
    begun: () => begun,
    run: () =>
      new Promise((resolve, reject) => {
        begun++;
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
    end: (error) => ends.shift()?.(error),
  };
}

async function settled(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

describe('reloads', () => {
  it('that are asked for while one runs are one more, and no more', async () => {
    const [turns, reload] = [new Turns(), work()];
    const first = turns.reload(reload.run);
    await settled();
    const others = Array.from({ length: 1_000 }, () => turns.reload(reload.run));
    reload.end();
    await first;
    await settled();
    reload.end();
    await Promise.all(others);
    expect(reload.begun()).toBe(2);
  });

  it('that fail keep neither the next one nor the end from coming', async () => {
    const [turns, reload] = [new Turns(), work()];
    const first = turns.reload(reload.run);
    await settled();
    reload.end(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    const second = turns.reload(reload.run);
    await settled();
    reload.end(new Error('again'));
    await expect(second).rejects.toThrow('again');
    let ended = false;
    await turns.end(async () => {
      ended = true;
    });
    expect(ended).toBe(true);
  });

  it('are finished before the end, and none begins after it', async () => {
    const [turns, reload] = [new Turns(), work()];
    const order: string[] = [];
    const first = turns.reload(reload.run).then(() => order.push('reload'));
    await settled();
    const waiting = turns.reload(reload.run);
    const end = turns.end(async () => void order.push('end'));
    reload.end();
    await Promise.all([first, waiting, end]);
    expect([order, reload.begun()]).toEqual([['reload', 'end'], 1]);
  });
});

describe('devices', () => {
  it('that do not let go are waited for 5 s, and those that cannot are told of', async () => {
    const clock = new VirtualClock(0);
    const log: string[] = [];
    let over = false;
    const devices = [new Promise<void>(() => {}), Promise.reject(new Error('stuck')), Promise.resolve()];
    const done = released(devices, clock, (level, message) => log.push(`${level}: ${message}`)).then(() => {
      over = true;
    });
    clock.advance(4_999);
    await settled();
    expect(over).toBe(false);
    clock.advance(1);
    await done;
    expect(log).toEqual([
      'error: a device was not released: stuck',
      'error: not every device was released within 5 s: it goes on without them',
    ]);
    expect(clock.waits()).toEqual([]);
  });

  it('that are released are waited for no longer', async () => {
    const clock = new VirtualClock(0);
    await released([Promise.resolve()], clock, () => {});
    expect(clock.waits()).toEqual([]);
  });
});
