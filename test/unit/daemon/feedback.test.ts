// What readers show in the course of time, on a daemon on virtual time: answers, waits, alarms of their door, what cannot be
// trusted, identify. What a simulated reader shows is read as `cardea status --json` tells it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../access/event.ts';
import { kindOfAnswer } from '../../../access/feedback/kind.ts';
import { scenarioConfig } from '../../../config/controller/schema.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { ReaderFeedback } from '../../../daemon/run/reader-feedback.ts';
import type { Display, Reader } from '../../../drivers/port.ts';
import { SimulatedReader } from '../../../drivers/simulated/simulated-reader.ts';
import { anaCard, bobCard, DaemonBench, reader } from './daemon-bench.ts';

let bench: DaemonBench;

beforeEach(async () => {
  bench = new DaemonBench({ readers: [reader('front-in'), reader('front-out', 'front-door', 'out')] });
  bench.replicas.confirmed(bench.clock.now().wallMs);
  await bench.daemon.start([]);
});

afterEach(() => bench.end());

function shown(id = 'front-in'): string | null {
  return bench.daemon.status().readers.find((one) => one.id === id)?.feedback?.shows?.kind ?? null;
}

function contact(active: boolean): void {
  bench.daemon.answer({ do: 'input', accessPoint: 'front-door', input: 'contact', active });
}

function identify(id: string): Json {
  return bench.daemon.answer({ do: 'identify', reader: id });
}

describe('an answer', () => {
  it('is shown at the reader of the tap for its time, and at no other', () => {
    expect(bench.tap('front-in', anaCard)).toBe('pass');
    expect([shown(), shown('front-out')]).toEqual(['granted', null]);
    bench.clock.advance(2_999);
    expect(shown()).toBe('granted');
    bench.clock.advance(1);
    expect(shown()).toBe('idle');
  });

  it('takes the place of the one before it, with a time of its own', () => {
    bench.tap('front-in', anaCard);
    bench.clock.advance(2_000);
    expect(bench.tap('front-in', 'DEADBEEF')).toBe('unknown-credential');
    expect(shown()).toBe('unknown');
    bench.clock.advance(2_000);
    expect(shown()).toBe('unknown');
    bench.clock.advance(1_000);
    expect(shown()).toBe('idle');
  });

  it('comes back with the tap by hand, in words that are configured', async () => {
    const more = ['feedback: { answer: 1s, texts: { granted: "WILLKOMMEN" } }'];
    await bench.reloadWith({ readers: [reader('front-in')], more });
    const answer = bench.daemon.answer({ do: 'tap', reader: 'front-in', credential: `card:${anaCard}` });
    expect(answer).toMatchObject({
      granted: true,
      feedback: { kind: 'granted', light: 'green', blinks: false, beeps: 1, text: 'WILLKOMMEN' },
    });
    bench.clock.advance(1_000);
    expect(shown()).toBe('idle');
  });

  it('of a door that cannot write its records is shown, too', () => {
    bench.failDisk();
    expect(bench.tap('front-in', anaCard)).toBe('pass');
    expect(shown()).toBe('granted');
    bench.mendDisk();
  });
});

describe('a door that stands open', () => {
  it('is shown at all its readers from the warning until it is closed, before and after an answer', () => {
    bench.tap('front-in', anaCard);
    contact(true);
    bench.clock.advance(25_000);
    expect([shown(), shown('front-out')]).toEqual(['pre-alarm', 'pre-alarm']);
    bench.clock.advance(10_000);
    expect([shown(), shown('front-out')]).toEqual(['held', 'held']);
    bench.tap('front-in', 'DEADBEEF');
    expect([shown(), shown('front-out')]).toEqual(['unknown', 'held']);
    bench.clock.advance(3_000);
    expect(shown()).toBe('held');
    contact(false);
    expect([shown(), shown('front-out')]).toEqual(['idle', 'idle']);
  });

  it('is shown no more once it is released again', () => {
    bench.tap('front-in', anaCard);
    contact(true);
    bench.clock.advance(25_000);
    bench.tap('front-out', anaCard);
    expect([shown(), shown('front-out')]).toEqual(['idle', 'granted']);
  });

  it('is shown while the disk fails', () => {
    bench.tap('front-in', anaCard);
    contact(true);
    bench.failDisk();
    bench.clock.advance(60_000);
    expect(shown('front-out')).toBe('held');
    bench.mendDisk();
  });

  it('is silent while a fire frees it, and shown again when the fire is over and it still stands open', async () => {
    const inputs = 'contact: { driver: simulated }, fire: { driver: simulated }';
    const door = `{ id: front-door, space: riverside, kind: entrance, ${inputs}, lock: { driver: simulated } }`;
    await bench.reloadWith({ accessPoints: [door], readers: [reader('front-in')] });
    const fire = (active: boolean): unknown =>
      bench.daemon.answer({ do: 'input', accessPoint: 'front-door', input: 'fire', active });
    bench.tap('front-in', anaCard);
    contact(true);
    bench.clock.advance(60_000);
    expect([shown(), bench.door().alarm]).toEqual(['held', 'held']);
    fire(true);
    expect([shown(), bench.door().alarm]).toEqual(['idle', null]);
    fire(false);
    expect([shown(), bench.door().alarm]).toEqual(['held', 'held']);
  });

  it('that was forced is shown by none', () => {
    contact(true);
    expect(bench.door().alarm).toBe('forced');
    bench.clock.advance(120_000);
    expect(shown()).toBeNull();
  });

  it('is shown by a reader that a reload brings, and by none of a door that it made anew', async () => {
    bench.tap('front-in', anaCard);
    contact(true);
    bench.clock.advance(60_000);
    const third = [reader('front-in'), reader('third')];
    await bench.reloadWith({ readers: third });
    expect(shown('third')).toBe('held');
    await bench.reloadWith({ readers: third, accessPoints: [bench.entrance('front-door', 'unlockTime: 9s')] });
    expect([shown('front-in'), shown('third')]).toEqual(['idle', 'idle']);
  });
});

describe('what cannot be trusted', () => {
  it('is a clock that lost its time, until it has it again', () => {
    bench.clock.step(bench.clock.now().wallMs, false);
    bench.daemon.clockStepped();
    expect([shown(), shown('front-out')]).toEqual(['not-trusted', 'not-trusted']);
    bench.clock.step(bench.clock.now().wallMs, true);
    bench.daemon.clockStepped();
    expect(shown()).toBe('idle');
  });

  it('is data that grew older than the site allows, noticed within half a minute', async () => {
    await bench.reloadWith({ readers: [reader('front-in')], more: ['rules: { staleReplica: 1h }'] });
    bench.clock.advance(3_600_000);
    expect(shown()).toBeNull();
    bench.clock.advance(30_001);
    expect(shown()).toBe('not-trusted');
    expect(bench.tap('front-in', bobCard)).toBe('pass');
    expect(shown()).toBe('granted');
    contact(true);
    bench.clock.advance(60_000);
    expect(shown()).toBe('held');
    contact(false);
    expect(shown()).toBe('not-trusted');
  });
});

describe('identify', () => {
  it('makes one reader show itself for some seconds', () => {
    expect(identify('front-out')).toEqual({ outcome: 'done', reason: null, forMs: 10_000 });
    expect([shown(), shown('front-out')]).toEqual([null, 'identify']);
    bench.clock.advance(9_999);
    expect(shown('front-out')).toBe('identify');
    bench.clock.advance(1);
    expect(shown('front-out')).toBe('idle');
  });

  it('ends with a tap: whoever stands there wants an answer', () => {
    identify('front-in');
    bench.tap('front-in', anaCard);
    expect(shown()).toBe('granted');
    bench.clock.advance(3_000);
    expect(shown()).toBe('idle');
  });

  it('is refused in clear words where there is no such reader, and where it is away or has no means', async () => {
    expect(identify('nowhere')).toMatchObject({
      outcome: 'refused',
      reason: 'unknown-reader',
      message: 'there is no reader nowhere; there is: front-in, front-out',
    });
    const line = `{ id: line, driver: serial, path: ${bench.folder}/none, accessPoint: front-door, direction: in }`;
    await bench.reloadWith({ readers: [line] });
    expect(identify('line')).toMatchObject({
      reason: 'reader-offline',
      message: expect.stringContaining('is offline'),
    });
  });
});

/** A device at the port that keeps all that it was told, and fails where it is to. */
class Told extends SimulatedReader {
  readonly kinds: string[] = [];
  broken = false;

  override show(display: Display): void {
    this.kinds.push(display.kind);
    if (this.broken) throw new Error('broken');
    super.show(display);
  }
}

describe('one reader', () => {
  const door = { id: 'door', space: 's', kind: 'entrance', lock: { driver: 'simulated' } };
  const { feedback: settings } = scenarioConfig.parse({ site: 's', controller: 'c', accessPoints: [door] });

  function given(device: Reader = new Told()): { clock: VirtualClock; feedback: ReaderFeedback; failures: unknown[] } {
    const clock = new VirtualClock(0);
    const failures: unknown[] = [];
    const failed = (error: unknown): void => void failures.push(error);
    const feedback = new ReaderFeedback({ id: 'r', reader: device, clock, settings: () => settings, failed });
    const ignore = (): void => undefined;
    device.open({
      presented: ignore,
      online: () => feedback.online(),
      offline: () => feedback.offline(),
      dropped: ignore,
    });
    return { clock, feedback, failures };
  }

  it.each([
    ['pin-required', 'pin'],
    ['second-person', 'companion'],
  ] as const)('is shown for longer where somebody is waited for: %s', (reason, waitsFor) => {
    const device = new Told();
    const { clock, feedback } = given(device);
    feedback.answer(kindOfAnswer(false, reason, waitsFor));
    clock.advance(9_999);
    expect(device.kinds).toEqual([reason === 'pin-required' ? 'pin' : reason]);
    clock.advance(1);
    expect(device.kinds.at(-1)).toBe('idle');
  });

  it('tells an alarm, and its name, anew while they last, and everything else once', () => {
    const device = new Told();
    const { clock, feedback } = given(device);
    feedback.stand('held');
    clock.advance(6_000);
    expect(device.kinds).toEqual(['held', 'held', 'held', 'held']);
    feedback.answer('granted');
    clock.advance(2_999);
    feedback.stand('not-trusted');
    clock.advance(3_600_000);
    feedback.identify();
    clock.advance(10_000);
    expect(device.kinds.slice(4)).toEqual(['granted', 'not-trusted', ...Array(5).fill('identify'), 'not-trusted']);
    expect(clock.waits()).toEqual([]);
  });

  it('says what stands, and no old answer, when it is back', () => {
    const device = new Told();
    const { clock, feedback } = given(device);
    feedback.stand('pre-alarm');
    feedback.answer('granted');
    device.unplug();
    expect([feedback.shown, clock.waits()]).toEqual([null, []]);
    feedback.stand('held');
    feedback.answer('no-pass');
    device.plug();
    expect(device.kinds).toEqual(['pre-alarm', 'granted', 'held']);
  });

  it('fails nobody with a driver that fails', () => {
    const device = new Told();
    device.broken = true;
    const { clock, feedback, failures } = given(device);
    expect(() => feedback.answer('granted')).not.toThrow();
    clock.advance(3_000);
    expect(failures).toHaveLength(2);
  });

  it('that can show nothing is told nothing and waits for nothing', () => {
    const mute: Reader = { open: (events) => events.online(), close: async () => undefined };
    const { clock, feedback } = given(mute);
    feedback.stand('held');
    feedback.answer('granted');
    feedback.identify();
    expect([feedback.means, feedback.shown, clock.waits()]).toEqual([null, null, []]);
  });
});
