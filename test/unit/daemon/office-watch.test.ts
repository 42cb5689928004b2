// Whether the office hears this controller, told apart from a connection to the broker.

import { beforeEach, describe, expect, it } from 'vitest';
import { statusLines } from '../../../daemon/cli/commands/status.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { OfficeWatch } from '../../../daemon/run/office-watch.ts';
import { DaemonBench } from './daemon-bench.ts';

const startMs = Date.parse('2026-03-02T08:00:00Z');
const dayMs = 86_400_000;

let clock: VirtualClock;
let pending: number;
let said: string[];
let watch: OfficeWatch;

beforeEach(() => {
  clock = new VirtualClock(startMs);
  pending = 0;
  said = [];
  watch = new OfficeWatch({
    clock,
    log: (level, message) => void said.push(`${level}: ${message}`),
    name: 'riverside/front-desk',
    configured: () => true,
    pending: () => pending,
    waitingSinceMs: () => (pending === 0 ? null : startMs),
    known: () => ({ acknowledgement: null, manifest: startMs - dayMs }),
  });
});

function recorded(): void {
  pending += 1;
  watch.recorded();
}

/** As the daemon looks: every 30 s. */
function pass(seconds: number): void {
  for (let left = seconds; left > 0; left -= 30) {
    clock.advance(Math.min(left, 30) * 1000);
    watch.look();
  }
}

describe('the office', () => {
  it('that does not hear a connected controller is silent after a minute, said once, with what to do', () => {
    recorded();
    watch.connection(true, 'connected');
    expect(watch.reach().state).toBe('unheard');
    pass(59);
    expect(watch.reach()).toMatchObject({ state: 'unheard', advice: null });
    pass(1);
    const reach = watch.reach();
    expect(reach).toMatchObject({
      state: 'silent',
      broker: { connected: true, since: '2026-03-02T08:00:00.000Z' },
      last: { what: 'manifest', at: '2026-03-01T08:00:00.000Z' },
      waiting: { events: 1, since: '2026-03-02T08:00:00.000Z' },
    });
    expect(reach.advice).toContain('its config has riverside/front-desk');
    for (let n = 0; n < 10; n++) {
      recorded();
      pass(300);
    }
    expect(said).toEqual([expect.stringMatching(/^warn: connected to the broker .* 1 events wait .*access list/)]);
  });

  it('is not taken for heard because the broker keeps an old manifest of it', () => {
    recorded();
    watch.connection(true, 'connected');
    pass(10);
    watch.heard('manifest', startMs - dayMs);
    expect(watch.reach().state).toBe('unheard');
    pass(60);
    expect(watch.reach().state).toBe('silent');
  });

  it('that acknowledges is heard, also with a backlog that takes long', () => {
    recorded();
    recorded();
    watch.connection(true, 'connected');
    for (let n = 0; n < 10; n++) {
      pass(50);
      watch.heard('acknowledgement');
      expect(watch.reach().state).toBe('heard');
    }
    pending = 0;
    watch.heard('acknowledgement');
    pass(7_200);
    expect(watch.reach()).toMatchObject({ state: 'heard', waiting: { events: 0, since: null } });
    expect(said).toEqual([expect.stringMatching(/^info: the office is heard/)]);
  });

  it('that says nothing for hours is silent, though nothing waits for it; its word ends that', () => {
    watch.connection(true, 'connected');
    watch.heard('manifest', startMs);
    pass(9_000);
    expect(watch.reach().state).toBe('silent');
    watch.heard('manifest', clock.now().wallMs);
    expect(watch.reach().state).toBe('heard');
    expect(said.map((line) => line.slice(0, 4))).toEqual(['info', 'warn', 'info']);
  });

  it('gets its minute again with each connection', () => {
    recorded();
    watch.connection(true, 'connected');
    pass(60);
    watch.connection(false, 'closed');
    expect(watch.reach()).toMatchObject({ state: 'no-broker', broker: { connected: false, detail: 'closed' } });
    watch.connection(true, 'connected');
    expect(watch.reach().state).toBe('unheard');
    pass(60);
    expect(watch.reach().state).toBe('silent');
    expect(said).toHaveLength(2);
  });
});

it('a status says both: the broker, and the office behind it', async () => {
  const bench = new DaemonBench();
  await bench.daemon.start([]);
  const alone = bench.daemon.status();
  expect(alone.upstream.state).toBe('none');
  recorded();
  watch.connection(true, 'connected');
  pass(90);
  const status = { ...alone, office: 'configured' as const, online: true, pending: 1, upstream: watch.reach() };
  const lines = statusLines(status).join('\n');
  expect(lines).toMatch(/^broker +connected since 2026-/m);
  expect(lines).toMatch(/^office +DOES NOT ANSWER; last word .* \(manifest\); 1 events to deliver, the oldest since/m);
  expect(lines).toMatch(/^warning: the office does not answer: see that/m);
  bench.failDisk();
  expect(bench.daemon.status().upstream.waiting.since).toBeNull();
  bench.mendDisk();
  await bench.end();
});
