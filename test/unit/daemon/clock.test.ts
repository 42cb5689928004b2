// Whom the clock is believed from, and what counts as a step.

import { describe, expect, it } from 'vitest';
import { ClockTrust } from '../../../daemon/clock/trust.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { watchClock } from '../../../daemon/run/clock-watch.ts';

const in2026 = Date.UTC(2026, 2, 2);

function machine(paths: readonly string[], ntp: boolean, wallMs = in2026) {
  const found = new Set(paths);
  const state = { ntp, wallMs, sinceBootMs: 0 };
  const trust = new ClockTrust({
    wallMs: () => state.wallMs,
    sinceBootMs: () => state.sinceBootMs,
    exists: (path) => found.has(path),
    ntpSynchronised: () => Promise.resolve(state.ntp),
  });
  return { trust, found, state };
}

const systemd = '/run/systemd/system';

describe('trust', () => {
  it('is the host where there is no systemd, and nobody before the first answer', async () => {
    const { trust } = machine([], false);
    expect(trust.synchronised()).toBe(false);
    await trust.start(new VirtualClock(in2026));
    expect([trust.synchronised(), trust.source]).toEqual([true, 'host']);
    trust.stop();
  });

  it('under systemd needs somebody who set the clock', async () => {
    const none = machine([systemd], false);
    await none.trust.start(new VirtualClock(in2026));
    expect([none.trust.synchronised(), none.trust.source]).toEqual([false, 'none']);
    const timesyncd = machine([systemd, '/run/systemd/timesync/synchronized'], false);
    await timesyncd.trust.start(new VirtualClock(in2026));
    expect(timesyncd.trust.source).toBe('timesyncd');
    const chrony = machine([systemd], true);
    await chrony.trust.start(new VirtualClock(in2026));
    expect(chrony.trust.source).toBe('timedatectl');
  });

  it('never believes a clock from before 2026', async () => {
    const { trust, state } = machine([], true, Date.UTC(2025, 11, 31, 23, 59, 59, 999));
    await trust.start(new VirtualClock(in2026));
    expect(trust.synchronised()).toBe(false);
    state.wallMs += 1;
    expect(trust.synchronised()).toBe(true);
  });

  it('stays when the source is lost, as long as nobody moves the clock', async () => {
    const clock = new VirtualClock(in2026);
    const { trust, state } = machine([systemd], true);
    const hour = async () => {
      state.wallMs += 3_600_000;
      state.sinceBootMs += 3_600_000;
      await trust.start(clock);
    };
    await trust.start(clock);
    state.ntp = false;
    await hour();
    expect([trust.synchronised(), trust.source]).toEqual([true, 'none']);
    state.wallMs += 501;
    expect(trust.synchronised()).toBe(false);
    await hour();
    expect(trust.synchronised()).toBe(false);
    state.ntp = true;
    await hour();
    expect(trust.synchronised()).toBe(true);
    trust.stop();
  });

  it('is asked again every 30 s, until it is stopped', async () => {
    const clock = new VirtualClock(in2026);
    const { trust, found } = machine([systemd], false);
    await trust.start(clock);
    found.add('/run/systemd/timesync/synchronized');
    clock.advance(29_999);
    expect(trust.source).toBe('none');
    clock.advance(1);
    await Promise.resolve();
    await Promise.resolve();
    expect(trust.source).toBe('timesyncd');
    trust.stop();
    expect(clock.waits()).toEqual([]);
  });
});

describe('the watch', () => {
  it('tells steps of more than 500 ms within 5 s, each once, in both directions', () => {
    const clock = new VirtualClock(in2026);
    const steps: number[] = [];
    const cancel = watchClock(
      clock,
      (byMs) => steps.push(byMs),
      () => {},
    );
    clock.advance(60_000);
    clock.step(clock.now().wallMs + 500, true);
    clock.advance(5_000);
    expect(steps).toEqual([]);
    clock.step(clock.now().wallMs + 501, true);
    clock.advance(4_999);
    clock.advance(1);
    clock.advance(60_000);
    clock.step(clock.now().wallMs - 3_600_000, true);
    clock.advance(5_000);
    expect(steps).toEqual([501, -3_600_000]);
    cancel();
    expect(clock.waits()).toEqual([]);
  });

  it('tells when the time source is lost and found, without a step', () => {
    const clock = new VirtualClock(in2026);
    let changes = 0;
    watchClock(
      clock,
      () => expect.unreachable(),
      () => changes++,
    );
    clock.step(clock.now().wallMs, false);
    clock.advance(10_000);
    expect(changes).toBe(1);
    clock.step(clock.now().wallMs, true);
    clock.advance(10_000);
    expect(changes).toBe(2);
  });
});
