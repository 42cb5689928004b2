// What had waited while the daemon stood still: it frees nothing, shuts all the same, and is recorded.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../access/event.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Presses } from '../../../daemon/run/presses.ts';
import { Standstill } from '../../../daemon/run/standstill.ts';
import type { SocketRequest } from '../../../daemon/socket/protocol.ts';
import { GpioInput } from '../../../drivers/gpio/gpio-input.ts';
import type { EdgeEvents } from '../../../drivers/gpio/line.ts';
import { anaCard, DaemonBench, reader } from './daemon-bench.ts';

let bench: DaemonBench;

const door =
  '{ id: front-door, space: riverside, kind: entrance, contact: { driver: simulated }, requestToExit: { driver: simulated }, fire: { driver: simulated }, tamper: { driver: simulated }, lock: { driver: simulated } }';

describe('after a standstill', () => {
  beforeEach(async () => {
    bench = new DaemonBench({ accessPoints: [door], readers: [reader('front-in')] });
    await bench.daemon.start([]);
  });

  afterEach(() => bench.end());

  it.each([
    ['the loop', () => bench.clock.stall(4_000)],
    ['the machine', () => bench.clock.sleep(4_000)],
  ])('of %s no command frees a door, and each is recorded', (_, still) => {
    still();
    expect(command({ type: 'unlock' })).toMatchObject({ outcome: 'refused', reason: 'stale', refused: ['front-door'] });
    bench.clock.advance(300);
    expect(command({ type: 'mode', mode: 'unlocked' })).toMatchObject({ outcome: 'refused', reason: 'stale' });
    expect(bench.door()).toMatchObject({ mode: 'controlled', lock: 'locked' });
    expect(ofType('command.refused').map(({ reason }) => reason)).toEqual(['stale', 'stale']);
    bench.clock.advance(1_000);
    expect(command({ type: 'unlock' })).toMatchObject({ outcome: 'done' });
    expect(bench.door().lock).toBe('unlocked');
  });

  it('a command that shuts is carried out, and one that gives a shut door back is not', () => {
    command({ type: 'unlock' });
    bench.clock.advance(1_000);
    bench.clock.stall(3_500);
    expect(command({ type: 'lock' })).toMatchObject({ outcome: 'done' });
    expect(bench.door().lock).toBe('locked');
    expect(command({ type: 'mode', mode: 'lockdown' })).toMatchObject({ outcome: 'done' });
    expect(command({ type: 'mode', mode: 'controlled' })).toMatchObject({ outcome: 'refused', reason: 'stale' });
    expect(bench.door().mode).toBe('lockdown');
  });

  it('a door that stands open by command is given back', () => {
    command({ type: 'mode', mode: 'unlocked' });
    bench.clock.stall(4_000);
    expect(command({ type: 'mode', mode: 'controlled' })).toMatchObject({ outcome: 'done' });
    expect(bench.door().lock).toBe('locked');
  });

  it('a tap opens nothing, and is recorded with its card', () => {
    bench.clock.stall(4_000);
    expect(() => bench.tap('front-in', anaCard)).toThrow('stood still');
    expect(ofType('access.denied')).toEqual([
      { reason: 'stale', direction: 'in', credential: { type: 'card', hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ]);
    expect(bench.daemon.status().readers[0]?.dropped).toEqual({ stale: 1 });
    bench.clock.advance(1_500);
    expect(bench.tap('front-in', anaCard)).toBe('pass');
  });

  it('a press to leave frees nothing; the levels of all other inputs are taken at once', () => {
    bench.clock.stall(4_000);
    expect(() => move('requestToExit')).toThrow('stood still');
    expect(bench.door().lock).toBe('locked');
    expect(ofType('rex.activated')).toEqual([{ outcome: 'refused', reason: 'stale' }]);
    move('contact');
    move('tamper');
    expect([bench.door().contact, ofType('tamper')]).toEqual(['open', [{ active: true }]]);
    move('fire');
    expect(bench.door().lock).toBe('unlocked');
  });

  it('what waited for 3 s is a slow answer', () => {
    bench.clock.stall(3_000);
    expect(command({ type: 'unlock' })).toMatchObject({ outcome: 'done' });
    expect(bench.tap('front-in', anaCard)).toBe('pass');
  });
});

function command(wanted: Pick<Extract<SocketRequest, { do: 'command' }>, 'type' | 'mode'>): Json {
  return bench.daemon.answer({ do: 'command', ...wanted, accessPoint: 'front-door', by: 'sam' });
}

function move(input: Extract<SocketRequest, { do: 'input' }>['input']): void {
  bench.daemon.answer({ do: 'input', accessPoint: 'front-door', input, active: true });
}

function ofType(type: string) {
  return bench.events().flatMap((event) => (event.type === type ? [event.data] : []));
}

/** A button whose edges wait in the kernel until the loop reads them, with their own times. */
class Button {
  readonly clock = new VirtualClock(0);
  readonly told: string[] = [];
  readonly #standstill = new Standstill(this.clock);
  #level = false;
  #waiting: ((events: EdgeEvents) => void)[] = [];
  #events: EdgeEvents | null = null;

  constructor() {
    const presses = new Presses(this.clock, this.#standstill, {
      press: (_, active) => this.told.push(active ? 'pressed' : 'let go'),
      stale: (_, ageMs) => this.told.push(`stale ${ageMs}`),
    });
    const open = (events: EdgeEvents) => {
      this.#events = events;
      return { drain: () => this.read(), level: () => this.#level, close: () => undefined };
    };
    const input = new GpioInput(open, 30, this.clock, seededRandom('button'));
    input.open(
      (active, atMs = Number.NaN) => presses.told('door', active, atMs, 30),
      () => undefined,
    );
    this.clock.advance(1_000);
    this.told.length = 0;
  }

  edge(active: boolean): void {
    const atMs = this.clock.now().sinceBootMs;
    this.#level = active;
    this.#waiting.push((events) => events.edge(active, atMs));
  }

  read(): void {
    for (const happen of this.#waiting.splice(0)) if (this.#events !== null) happen(this.#events);
  }
}

describe('a press to leave during a standstill', () => {
  it('that is over frees nothing', () => {
    const button = new Button();
    button.edge(true);
    button.clock.stall(200);
    button.edge(false);
    button.clock.stall(10_000);
    button.read();
    button.clock.advance(5_000);
    expect(button.told).toEqual(['stale 10000']);
  });

  it('that lasts frees the door as soon as that is known', () => {
    const button = new Button();
    button.edge(true);
    button.clock.stall(10_000);
    button.read();
    button.clock.advance(80);
    expect(button.told).toEqual(['pressed']);
    button.edge(false);
    button.read();
    button.clock.advance(1_000);
    expect(button.told).toEqual(['pressed', 'let go']);
  });

  it('that came just before its end frees the door at once, however short it is', () => {
    const button = new Button();
    button.clock.stall(10_000);
    button.edge(true);
    button.clock.stall(100);
    button.edge(false);
    button.read();
    button.clock.advance(1_000);
    expect(button.told).toEqual(['pressed', 'let go']);
  });

  it('that is over does not keep one that is new from it', () => {
    const button = new Button();
    button.edge(true);
    button.clock.stall(200);
    button.edge(false);
    button.clock.stall(10_000);
    button.edge(true);
    button.clock.stall(40);
    button.read();
    button.clock.advance(10);
    expect(button.told).toEqual(['stale 10040', 'pressed']);
  });

  it('of a machine that slept is as old as the sleep', () => {
    const button = new Button();
    button.edge(true);
    button.clock.stall(100);
    button.edge(false);
    button.clock.sleep(3_600_000);
    button.read();
    button.clock.advance(1_000);
    expect(button.told).toEqual([expect.stringMatching(/^stale/)]);
  });
});
