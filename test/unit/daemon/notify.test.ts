// What a service manager is told, on virtual time, and what counts as a tap path that is dead.

import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { readManagerSettings } from '../../../daemon/notify/environment.ts';
import { Service } from '../../../daemon/notify/service.ts';
import { longestReloadMs, tapPathFault } from '../../../daemon/notify/tap-path.ts';

describe('the environment', () => {
  const socket = '/run/systemd/notify';
  it.each([
    [{}, null],
    [{ NOTIFY_SOCKET: '' }, null],
    [{ WATCHDOG_USEC: '10000000' }, null],
    [{ NOTIFY_SOCKET: socket }, { socket, watchdogMs: null }],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '10000000' },
      { socket, watchdogMs: 10_000 },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '10000000', WATCHDOG_PID: '42' },
      { socket, watchdogMs: 10_000 },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '10000000', WATCHDOG_PID: '43' },
      { socket, watchdogMs: null },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '0' },
      { socket, watchdogMs: null },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '-5' },
      { socket, watchdogMs: null },
    ],
    [
      { NOTIFY_SOCKET: socket, WATCHDOG_USEC: 'soon' },
      { socket, watchdogMs: null },
    ],
  ])('%j', (env, settings) => {
    expect(readManagerSettings(env, 42)).toEqual(settings);
  });
});

describe('the tap path', () => {
  it.each([
    [{ doorsOpen: true, keeperAnswers: true, reloadingMs: null }, null],
    [{ doorsOpen: true, keeperAnswers: false, reloadingMs: null }, /keeper/],
    [{ doorsOpen: false, keeperAnswers: false, reloadingMs: null }, /no door/],
    [{ doorsOpen: false, keeperAnswers: false, reloadingMs: longestReloadMs - 1 }, null],
    [{ doorsOpen: false, keeperAnswers: false, reloadingMs: longestReloadMs }, /for 60 s/],
  ])('%j', (facts, fault) => {
    const found = tapPathFault(facts);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });
});

describe('a service', () => {
  function started(watchdogMs: number | null, atFirst: string | null = null) {
    const clock = new VirtualClock(0);
    const startMs = clock.now().sinceBootMs;
    const said: string[] = [];
    let fault = atFirst;
    const manager = {
      say: (...what: string[]) => said.push(`${clock.now().sinceBootMs - startMs} ${what[0]}`),
      close: () => {},
    };
    const parts = { manager, watchdogMs, clock, log: () => {} };
    const service = new Service(parts, { statusWords: () => 'ready', tapPathFault: () => fault });
    return {
      service,
      clock,
      said,
      breaks: (words: string | null) => {
        fault = words;
      },
    };
  }

  it('feeds at half of what the manager bears', () => {
    const { clock, said } = started(10_000);
    clock.advance(15_000);
    expect(said).toEqual(['0 READY=1', '0 WATCHDOG=1', '5000 WATCHDOG=1', '10000 WATCHDOG=1', '15000 WATCHDOG=1']);
  });

  it('is ready once a tap can open a door, not before, and reloads meanwhile without a word', async () => {
    const { service, clock, said, breaks } = started(10_000, 'the keeper is slow');
    clock.advance(20_000);
    let reloads = 0;
    await service.reloading(async () => {
      reloads++;
    });
    expect([said, reloads]).toEqual([['0 STATUS=not ready: the keeper is slow'], 1]);
    breaks(null);
    clock.advance(250);
    expect(said.slice(1)).toEqual(['20250 READY=1', '20250 WATCHDOG=1']);
  });

  it('that is ended before it is ready never says that it is', () => {
    const { service, clock, said, breaks } = started(10_000, 'the keeper is slow');
    service.stopping();
    breaks(null);
    clock.advance(60_000);
    expect(said).toEqual(['0 STATUS=not ready: the keeper is slow', '0 STOPPING=1']);
    expect(clock.waits()).toEqual([]);
  });

  it('feeds nothing where nobody watches', () => {
    const { clock, said } = started(null);
    clock.advance(60_000);
    expect(said).toEqual(['0 READY=1']);
    expect(clock.waits()).toEqual([]);
  });

  it('says once that it does not feed, and feeds as soon as the path is back, within what the manager bears', () => {
    const { clock, said, breaks } = started(8_000);
    clock.advance(3_999);
    breaks('no door works');
    clock.advance(1_001);
    expect(said.length).toBe(3);
    breaks(null);
    clock.advance(1_000);
    expect(said.slice(2)).toEqual(['4000 STATUS=the watchdog is not fed: no door works', '5500 WATCHDOG=1']);
    breaks('no door works');
    clock.advance(60_000);
    expect(said.slice(4)).toEqual(['9500 STATUS=the watchdog is not fed: no door works']);
  });

  it('says nothing any more once the end has begun, whatever still runs', async () => {
    const { service, clock, said } = started(8_000);
    let finish = (): void => {};
    const reloaded = service.reloading(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    service.stopping();
    finish();
    await reloaded;
    await service.reloading(() => Promise.reject(new Error('not called')));
    clock.advance(60_000);
    expect(said).toEqual(['0 READY=1', '0 WATCHDOG=1', '0 RELOADING=1', '0 STOPPING=1']);
  });
});
