// The inputs on real lines keep the same contract in the virtual machine (test/vm, step gpio).

import { seededRandom } from '../../daemon/clock/random.ts';
import { VirtualClock } from '../../daemon/clock/virtual.ts';
import { GpioInput } from '../../drivers/gpio/gpio-input.ts';
import type { EdgeEvents } from '../../drivers/gpio/line.ts';
import { SimulatedInput } from '../../drivers/simulated/simulated-input.ts';
import { describeContract } from './describe-contract.ts';
import { inputCases } from './input.contract.ts';

describeContract('the input port, kept by the simulated input', inputCases, async () => {
  const input = new SimulatedInput();
  return {
    input,
    move: async (active) => input.move(active),
    flicker: async () => undefined,
    settled: async () => undefined,
    close: () => input.close(),
  };
});

describeContract('the input port, kept by a GPIO input on a line made of edges', inputCases, async () => {
  const clock = new VirtualClock(0);
  const line: { level: boolean; events: EdgeEvents | null } = { level: false, events: null };
  const set = (level: boolean): void => {
    line.level = level;
    line.events?.edge(level, clock.now().sinceBootMs);
  };
  const open = (events: EdgeEvents) => {
    line.events = events;
    return {
      drain: () => undefined,
      level: () => line.level,
      close: () => {
        line.events = null;
      },
    };
  };
  const input = new GpioInput(open, 30, clock, seededRandom('contract'));
  return {
    input,
    move: async (active) => {
      set(active);
      clock.advance(30);
    },
    flicker: async () => {
      for (const shortMs of [1, 29, 15]) {
        set(!line.level);
        clock.advance(shortMs);
        set(!line.level);
        clock.advance(29);
      }
    },
    settled: async () => clock.advance(5_000),
    close: () => input.close(),
  };
});
