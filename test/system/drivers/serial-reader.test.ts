// The serial reader on real pseudo-terminals: unplugged in the worst moments, flooded, cut to pieces. Where its own waits
// matter the device is real and the clock is virtual.

import { writeFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../access/clock.ts';
import type { SerialReaderConfig } from '../../../config/types.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { realClock } from '../../../daemon/clock/real.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { SerialReader, settleMs } from '../../../drivers/serial/serial-reader.ts';
import { eventually } from '../../support/eventually.ts';
import { SerialPair } from '../../support/serial-pair.ts';

const pairs: SerialPair[] = [];
const readers: SerialReader[] = [];

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  await Promise.all(pairs.splice(0).map((pair) => pair.close()));
});

async function cable(plugged = true): Promise<SerialPair> {
  const pair = await (plugged ? SerialPair.plugged() : SerialPair.unplugged());
  pairs.push(pair);
  return pair;
}

interface Opened {
  readonly reader: SerialReader;
  readonly log: string[];
  /** How many pieces were dropped, by reason. */
  readonly dropped: Map<string, number>;
  seen(entry: string, times?: number): Promise<boolean>;
}

function readerAt(
  path: string,
  clock: Clock = realClock(() => true),
  config: Partial<SerialReaderConfig> = {},
): SerialReader {
  const reader = new SerialReader(
    {
      id: 'front',
      driver: 'serial',
      format: 'line',
      path,
      baudRate: 115200,
      credential: 'card',
      maxLineBytes: 64,
      lineTimeoutMs: 1000,
      feedback: null,
      accessPoint: 'door',
      direction: 'in',
      ...config,
    },
    clock,
    seededRandom('system'),
  );
  readers.push(reader);
  return reader;
}

function opened(path: string, clock?: Clock, config?: Partial<SerialReaderConfig>): Opened {
  const reader = readerAt(path, clock, config);
  const log: string[] = [];
  const dropped = new Map<string, number>();
  reader.open({
    presented: ({ value }) => log.push(value),
    online: () => log.push('online'),
    offline: ({ code }) => log.push(code),
    dropped: (reason, count) => dropped.set(reason, (dropped.get(reason) ?? 0) + count),
  });
  const seen = (entry: string, times = 1): Promise<boolean> =>
    eventually(`${times} times ${entry}`, () => log.filter((one) => one === entry).length >= times);
  return { reader, log, dropped, seen };
}

function waiting(clock: VirtualClock, name: string): Promise<boolean> {
  return eventually(`the wait ${name}`, () => clock.waits().includes(name));
}

async function online(path: string, clock: VirtualClock): Promise<Opened> {
  const it = opened(path, clock);
  await waiting(clock, 'front settle');
  clock.advance(settleMs);
  return it;
}

describe('a serial reader', () => {
  it('takes CR, LF and CRLF for one ending each, cut anywhere', async () => {
    const pair = await cable();
    const { log, dropped, seen } = opened(pair.path);
    await seen('online');
    for (const piece of ['01\r', '02\n0', '3\r', '\n', '04\r\n\r\n\n', '0', '5\r\n']) await pair.write(piece);
    await seen('05');
    expect(log).toEqual(['online', '01', '02', '03', '04', '05']);
    expect([...dropped]).toEqual([]);
  });

  it('presents a hundred cards without a pause between them, in their order', async () => {
    const pair = await cable();
    const { log, seen } = opened(pair.path);
    await seen('online');
    const cards = Array.from({ length: 100 }, (_, index) => `00000${100 + index}`);
    await Promise.all(cards.map((card) => pair.write(`${card}\n`)));
    await seen('00000199');
    expect(log).toEqual(['online', ...cards]);
  });

  it('reads QR texts as they are', async () => {
    const pair = await cable();
    const { seen } = opened(pair.path, undefined, { credential: 'qr', maxLineBytes: 1024 });
    await seen('online');
    await pair.write('Grüße an 東京\r\n');
    await seen('Grüße an 東京');
  });

  it('notices that it was unplugged in the middle of data, every time', async () => {
    const pair = await cable();
    const clock = new VirtualClock(0);
    const { log, seen } = await online(pair.path, clock);
    for (let round = 1; round <= 10; round++) {
      const flood = pair.write('0102030405\n'.repeat(100_000)).catch(() => undefined);
      await seen('0102030405');
      await pair.unplug();
      await flood;
      await seen('device-lost', round);
      await pair.plug();
      await waiting(clock, 'front reopen');
      clock.advance(10_000);
      await waiting(clock, 'front settle');
      clock.advance(settleMs);
      await seen('online', round + 1);
      log.splice(0, log.length, ...log.filter((entry) => entry === 'online' || entry === 'device-lost'));
    }
    expect(log).toEqual(['online', ...Array(10).fill(['device-lost', 'online']).flat()]);
  });

  it('keeps little of a flood without an end, counts it once, and reads the next card', async () => {
    const pair = await cable();
    const { log, dropped, seen } = opened(pair.path);
    await seen('online');
    const megabyte = Buffer.alloc(1_000_000, 'A');
    await pair.write(megabyte);
    const before = heldBytes();
    for (let written = 0; written < 32; written++) await pair.write(megabyte);
    await eventually('the flood is forgotten', () => heldBytes() - before < 4_000_000);
    await pair.write('\n600D\n');
    await seen('600D');
    expect(log).toEqual(['online', '600D']);
    expect([...dropped]).toEqual([['line-too-long', 1]]);
  });

  it('counts megabytes of garbage piece by piece, and presents none of it', async () => {
    const pair = await cable();
    const { log, dropped, seen } = opened(pair.path);
    await seen('online');
    const random = seededRandom('garbage');
    const garbage = Buffer.concat(Array.from({ length: 4_000 }, () => random.bytes(1024)));
    const pieces = Buffer.from(garbage)
      .toString('latin1')
      .split(/[\r\n]+/);
    const longest = 64;
    await pair.write(garbage);
    await pair.write('\n600D\n');
    await seen('600D');
    const cards = log.slice(1, -1);
    expect(cards.filter((card) => !/^([0-9A-F]{2}){1,32}$/.test(card))).toEqual([]);
    expect(cards.length).toBeLessThan(pieces.length / 100);
    const whole = pieces.filter((piece) => piece !== '');
    expect(dropped.get('line-too-long')).toBe(whole.filter((piece) => piece.length > longest).length);
    const short = whole.filter((piece) => piece.length <= longest).length;
    expect((dropped.get('not-a-credential') ?? 0) + cards.length).toBe(short);
  });

  it('reads on, says nothing and ends in order where its device takes nothing of what it is told', async () => {
    const pair = await cable();
    const line = `${'x'.repeat(250)}\n`;
    const { reader, log, seen } = opened(pair.path, undefined, { feedback: { granted: line, held: 'the last\n' } });
    await seen('online');
    const told = { light: 'off', blinks: false, beeps: 0, text: '' } as const;
    // More than the kernel and socat hold for the device, a line in each turn.
    for (let n = 0; n < 2_000; n++) {
      reader.show({ kind: 'granted', ...told });
      await new Promise((resolve) => setImmediate(resolve));
    }
    reader.show({ kind: 'held', ...told });
    // A cable whose device takes nothing may carry nothing the other way either: from here on it takes what there is.
    await eventually('the device hears the last in the end', () => pair.heard().at(-1) === 'the last');
    await pair.write('600D\n');
    await seen('600D');
    expect(log).toEqual(['online', '600D']);
    expect(pair.heard().length).toBeLessThan(2_000);
    await pair.unplug();
    await seen('device-lost');
    reader.show({ kind: 'granted', ...told });
    await pair.plug();
    await seen('online', 2);
    for (let n = 0; n < 2_000; n++) {
      reader.show({ kind: 'granted', ...told });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await reader.close();
  });

  it('reads on while another reader is flooded and then unplugged', async () => {
    const [noisy, quiet] = [await cable(), await cable()];
    const bad = opened(noisy.path);
    const good = opened(quiet.path);
    await Promise.all([bad.seen('online'), good.seen('online')]);
    const flood = noisy.write('\u0001'.repeat(50_000_000)).catch(() => undefined);
    await eventually('the flood', () => bad.dropped.get('line-too-long') === 1);
    await quiet.write('01\n');
    await good.seen('01');
    await noisy.unplug();
    await flood;
    await bad.seen('device-lost');
    await quiet.write('02\n');
    await good.seen('02');
    expect(good.log).toEqual(['online', '01', '02']);
  });

  it('drops the half line from before it was unplugged', async () => {
    const pair = await cable();
    const { log, dropped, seen } = opened(pair.path);
    await seen('online');
    await pair.write('01\n04A1');
    await seen('01');
    await pair.unplug();
    await seen('device-lost');
    await pair.plug();
    await seen('online', 2);
    await pair.write('B2\n');
    await seen('B2');
    expect(log).toEqual(['online', '01', 'device-lost', 'online', 'B2']);
    expect([...dropped]).toEqual([['line-unfinished', 1]]);
  });

  it('drops a line that does not go on', async () => {
    const pair = await cable();
    const clock = new VirtualClock(0);
    const { log, dropped, seen } = await online(pair.path, clock);
    await pair.write('04A1');
    await waiting(clock, 'front line');
    clock.advance(999);
    await pair.write('B2');
    await eventually('the wait begins anew', () => (clock.untilNextMs() ?? 0) > 1);
    clock.advance(999);
    expect([...dropped]).toEqual([]);
    clock.advance(1);
    expect([...dropped]).toEqual([['line-unfinished', 1]]);
    await pair.write('C3\n');
    await seen('C3');
    expect(log).toEqual(['online', 'C3']);
    expect(clock.waits()).toEqual([]);
  });

  it('takes what comes just after opening for old, with the line that has begun then', async () => {
    const pair = await cable();
    const clock = new VirtualClock(0);
    const { log, dropped, seen } = opened(pair.path, clock);
    await waiting(clock, 'front settle');
    await pair.write('0BAD\n0BAD0B');
    await eventually('the old card', () => dropped.get('stale') === 1);
    await waiting(clock, 'front line');
    clock.advance(settleMs);
    expect(log).toEqual(['online']);
    await pair.write('AD\n600D\n');
    await seen('600D');
    expect(log).toEqual(['online', '600D']);
    expect([...dropped]).toEqual([['stale', 2]]);
  });

  it('waits longer and longer for what does not come, and says it once', async () => {
    const pair = await cable(false);
    const clock = new VirtualClock(0);
    const { log, seen } = opened(pair.path, clock);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      await waiting(clock, 'front reopen');
      const wait = clock.untilNextMs() ?? 0;
      waits.push(wait);
      clock.advance(wait);
    }
    const steps = [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000];
    for (const [i, step] of steps.entries()) {
      expect(waits[i]).toBeLessThanOrEqual(step);
      expect(waits[i]).toBeGreaterThanOrEqual(0.75 * step);
    }
    await seen('device-missing');
    expect(log).toEqual(['device-missing']);
  });

  it('waits longer for a device that flaps, not for one that was steady', async () => {
    const pair = await cable();
    const clock = new VirtualClock(0);
    const { seen } = await online(pair.path, clock);
    const waits: number[] = [];
    for (const [round, onlineMs] of [0, 0, 0, 10_000].entries()) {
      clock.advance(onlineMs);
      await pair.unplug();
      await seen('device-lost', round + 1);
      waits.push(clock.untilNextMs() ?? 0);
      await pair.plug();
      clock.advance(waits.at(-1) ?? 0);
      await waiting(clock, 'front settle');
      clock.advance(settleMs);
      await seen('online', round + 2);
    }
    for (const [i, step] of [250, 500, 1000, 250].entries()) {
      expect(waits[i]).toBeLessThanOrEqual(step);
      expect(waits[i]).toBeGreaterThanOrEqual(0.75 * step);
    }
  });

  it('presents nothing more of a chunk once a card in it has closed the reader', async () => {
    const pair = await cable();
    const reader = readerAt(pair.path);
    const log: string[] = [];
    reader.open({
      presented: ({ value }) => {
        log.push(value);
        void reader.close();
      },
      online: () => log.push('online'),
      offline: ({ code }) => log.push(code),
      dropped: (reason) => log.push(reason),
    });
    await eventually('online', () => log.length > 0);
    await pair.write('01\n02\nnoise\n');
    await eventually('a card', () => log.length > 1);
    await reader.close();
    expect(log).toEqual(['online', '01']);
  });

  it('says that another holds the port, and takes it once it is free', async () => {
    const pair = await cable();
    const first = opened(pair.path);
    await first.seen('online');
    const second = opened(pair.path);
    await second.seen('device-busy');
    await first.reader.close();
    await second.seen('online');
    expect(second.log).toEqual(['device-busy', 'online']);
  });

  it('says that a path is no serial port', async () => {
    const pair = await cable(false);
    await writeFile(pair.path, 'no port');
    const { log, seen } = opened(pair.path);
    await seen('device-failed');
    expect(log).toEqual(['device-failed']);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in buffers and on the heap that something still refers to. */
function heldBytes(): number {
  collectGarbage();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}
