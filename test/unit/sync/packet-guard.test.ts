// The guard in front of the MQTT parser, with packets made by mqtt-packet (an independent encoder) and cut anywhere.

import fc from 'fast-check';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { PacketError, PacketGuard } from '../../../sync/protocol/packet-guard.ts';

const connack = mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false });

function publish(topic: string, bytes: number, qos: 0 | 1): Buffer {
  return mqttPacket.generate({
    cmd: 'publish',
    topic,
    payload: Buffer.alloc(bytes, 'x'),
    qos,
    retain: qos === 1,
    dup: false,
    ...(qos === 1 ? { messageId: 77 } : {}),
  });
}

function parsed(bytes: Buffer): Packet[] {
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  const packets: Packet[] = [];
  parser.on('packet', (packet) => packets.push(packet));
  parser.parse(bytes);
  return packets;
}

interface Result {
  readonly out: Buffer;
  readonly oversized: readonly [string, number][];
}

function through(maxPayloadBytes: number, pieces: readonly Buffer[]): Result {
  const oversized: [string, number][] = [];
  const guard = new PacketGuard(maxPayloadBytes, (topic, bytes) => oversized.push([topic, bytes]));
  return { out: Buffer.concat(pieces.flatMap((piece) => guard.feed(piece))), oversized };
}

describe('the packet guard', () => {
  it('lets everything within the bound pass as it is, however it is cut', () => {
    const stream = Buffer.concat([
      connack,
      mqttPacket.generate({ cmd: 'suback', messageId: 1, granted: [1, 1, 128] }),
      publish('a/b', 0, 0),
      publish('a/b', 100, 1),
      mqttPacket.generate({ cmd: 'puback', messageId: 3 }),
      publish('a/ü', 99, 0),
      mqttPacket.generate({ cmd: 'pingresp' }),
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 20 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const pieces = at.slice(1).map((end, n) => stream.subarray(at[n], end));
        expect(through(100, pieces)).toEqual({ out: stream, oversized: [] });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('empties what is longer, keeps its topic, flags and message id, and goes on behind it', () => {
    const stream = Buffer.concat([connack, publish('a/b', 101, 1), publish('c', 5_000, 0), publish('d', 100, 1)]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 50 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const { out, oversized } = through(
          100,
          at.slice(1).map((end, n) => stream.subarray(at[n], end)),
        );
        expect(oversized).toEqual([
          ['a/b', 101],
          ['c', 5_000],
        ]);
        const [, first, second, third] = parsed(out);
        expect(first).toMatchObject({ cmd: 'publish', topic: 'a/b', qos: 1, retain: true, messageId: 77 });
        expect(first).toMatchObject({ payload: Buffer.alloc(0) });
        expect(second).toMatchObject({ cmd: 'publish', topic: 'c', qos: 0, payload: Buffer.alloc(0) });
        expect(third).toMatchObject({ topic: 'd', payload: Buffer.alloc(100, 'x') });
        expect(parsed(out)).toHaveLength(4);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('holds no more than the beginning of a message of the greatest length', () => {
    const guard = new PacketGuard(1_000, () => {});
    guard.feed(connack);
    guard.feed(Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61, 0, 7]));
    const piece = Buffer.alloc(1024 * 1024);
    for (let n = 0; n < 200; n++) expect(guard.feed(piece)).toEqual([]);
  });

  it.each([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
    ['a message before the answer', publish('a', 1, 0)],
    ['a length without end', Buffer.concat([connack, Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])])],
    ['a giant that is no message', Buffer.concat([connack, Buffer.from([0x90, 0xff, 0xff, 0xff, 0x7f])])],
    ['a message shorter than its topic', Buffer.concat([connack, Buffer.from([0x30, 0x80, 0x10, 0xff, 0xff])])],
  ])('refuses %s', (_name, bytes) => {
    expect(() => through(100, [bytes])).toThrow(PacketError);
  });

  it('never throws anything else, and never lets more pass than it took', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (pieces) => {
        const buffers = [connack, ...pieces.map((piece) => Buffer.from(piece))];
        try {
          expect(through(10, buffers).out.length).toBeLessThanOrEqual(Buffer.concat(buffers).length);
        } catch (error) {
          if (!(error instanceof PacketError)) throw error;
        }
      }),
      { seed: 3, numRuns: 1000 },
    );
  });
});
