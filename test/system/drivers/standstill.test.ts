// A process that stood still, and a card that was held to its serial reader meanwhile. The line is real, the clock virtual.

import { afterEach, expect, it } from 'vitest';
import { scenarioConfig } from '../../../config/controller/schema.ts';
import type { SerialReaderConfig } from '../../../config/types.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Readers } from '../../../daemon/run/readers.ts';
import { Standstill } from '../../../daemon/run/standstill.ts';
import { eventually } from '../../support/eventually.ts';
import { SerialPair } from '../../support/serial-pair.ts';

const door = { id: 'door', space: 's', kind: 'entrance', lock: { driver: 'simulated' } };
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('drops what was read before it went on, and takes what comes afterwards', async () => {
  const pair = await SerialPair.plugged();
  ends.push(() => pair.close());
  const clock = new VirtualClock(Date.UTC(2026, 2, 2));
  const taps: string[] = [];
  const stale: string[] = [];
  const config: SerialReaderConfig = {
    id: 'front',
    driver: 'serial',
    format: 'line',
    path: pair.path,
    baudRate: 115200,
    credential: 'card',
    maxLineBytes: 64,
    lineTimeoutMs: 60_000,
    feedback: null,
    accessPoint: 'door',
    direction: 'in',
  };
  const { feedback } = scenarioConfig.parse({ site: 's', controller: 'c', accessPoints: [door] });
  const standstill = new Standstill(clock);
  const tools = { clock, random: seededRandom('standstill') };
  const readers = await Readers.load([config], tools, () => undefined, standstill);
  ends.push(() => readers.close());
  readers.open({
    tap: (_reader, { value }) => {
      taps.push(value);
      return { granted: false, reason: 'unknown', direction: 'in', events: [] };
    },
    stale: (_reader, { value }) => stale.push(value),
    record: () => undefined,
    feedback: () => feedback,
  });
  await eventually('online', () => {
    clock.advance(100);
    return readers.status()[0]?.online === true;
  });

  clock.stall(2_000);
  await pair.write('04A1B2C1\n');
  await eventually('a slow answer', () => taps.length === 1);

  clock.stall(10_000);
  await pair.write('04A1B2C2\n');
  await eventually('dropped before the first beat', () => readers.status()[0]?.dropped.stale === 1);
  clock.advance(250);
  await pair.write('04A1B2C3\n');
  await eventually('dropped right after it', () => readers.status()[0]?.dropped.stale === 2);

  clock.advance(1_000);
  await pair.write('04A1B2C4\n');
  await eventually('read', () => taps.length === 2);
  expect([taps, stale]).toEqual([
    ['04A1B2C1', '04A1B2C4'],
    ['04A1B2C2', '04A1B2C3'],
  ]);
});
