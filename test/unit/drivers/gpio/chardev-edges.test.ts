// An input on the character device, over a line that loses its interrupts and over one that cannot be opened.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../../daemon/clock/virtual.ts';
import { ChardevEdges } from '../../../../drivers/gpio/chardev-edges.ts';
import { GpioInput } from '../../../../drivers/gpio/gpio-input.ts';
import type { EdgeEvents } from '../../../../drivers/gpio/line.ts';
import { eventually } from '../../../support/eventually.ts';
import { type Failure, LineDevice, openDescriptors } from '../../../support/line-device.ts';

const line = { backend: 'chardev', chip: 'expander', line: 3, activeLow: false } as const;

let device: LineDevice;
let clock: VirtualClock;
let told: unknown[];

beforeEach(() => {
  device = new LineDevice();
  clock = new VirtualClock(0);
  told = [];
});

afterEach(() => device.remove());

function edges(events: EdgeEvents): ChardevEdges {
  const chip = { name: 'gpiochip7', label: 'expander', lines: 8, path: device.path };
  return new ChardevEdges(chip, line, 'cardea door', clock, events, device.ioctl);
}

function input(): GpioInput {
  const made = new GpioInput(edges, 30, clock, seededRandom('chardev'));
  made.open(
    (active) => told.push(active),
    (fault) => told.push(fault === null ? 'well' : fault.code),
  );
  return made;
}

const nowMs = (): number => clock.now().sinceBootMs;
const silent: EdgeEvents = { edge: () => {}, lost: () => {}, gone: () => {} };

describe('an input on the character device', () => {
  it('tells a change that came as an event, by the time of the event', async () => {
    const contact = input();
    clock.advance(1_000);
    device.edge(true, nowMs());
    // The main loop turns, and nobody looks: it is epoll that tells.
    const before = clock.waits().length;
    await eventually('the event is read', () => clock.waits().length > before);
    clock.advance(30);
    expect(told).toEqual([false, true]);
    await contact.close();
  });

  it('sees a level that no event told of within a second and its debounce, each way', async () => {
    const contact = input();
    clock.advance(1_500);
    device.level = true;
    clock.advance(1_029);
    device.level = false;
    clock.advance(1_030);
    expect(told).toEqual([false, true, false]);
    clock.advance(60_000);
    expect(told).toEqual([false, true, false]);
    await contact.close();
  });

  it('counts no level whose end no event told of', async () => {
    const contact = input();
    clock.advance(1_500);
    device.edge(true, nowMs());
    clock.advance(10);
    device.level = false;
    clock.advance(60_000);
    expect(told).toEqual([false]);
    await contact.close();
  });

  it('looks at the level where the numbers of the events have a gap', async () => {
    const contact = input();
    clock.advance(500);
    device.loseEvent(true);
    device.loseEvent(false);
    device.edge(true, nowMs());
    device.level = false;
    clock.advance(60_000);
    expect(told).toEqual([false]);
    await contact.close();
  });

  it.each<Failure>(['take', 'nonblocking', 'level', 'watch'])(
    'leaves no descriptor open where it fails at: %s',
    (failure) => {
      // Loads what is loaded once.
      edges(silent).close();
      const before = openDescriptors();
      device.fails = failure;
      for (let time = 0; time < 5; time++) expect(() => edges(silent)).toThrow(/line 3 of expander/);
      expect(openDescriptors()).toBe(before);
      device.fails = null;
      edges(silent).close();
      expect(openDescriptors()).toBe(before);
    },
  );

  it('works again, and says so, once a chip that did not answer answers', async () => {
    device.fails = 'level';
    const contact = input();
    const before = openDescriptors();
    clock.advance(600_000);
    expect(told).toEqual(['gpio-failed']);
    expect(openDescriptors()).toBe(before);
    device.fails = null;
    clock.advance(11_000);
    expect(told).toEqual(['gpio-failed', 'well', false]);
    device.fails = 'level';
    clock.advance(1_000);
    expect(told).toEqual(['gpio-failed', 'well', false, 'gpio-failed']);
    expect(openDescriptors()).toBe(before);
    await contact.close();
  });
});
