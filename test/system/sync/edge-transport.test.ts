// The real MQTT transport against a real mosquitto with mutual TLS.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../../config/types.ts';
import { mqttTransport } from '../../../sync/protocol/mqtt-transport.ts';
import type { Connection, ConnectRequest, LinkFault } from '../../../sync/protocol/transport.ts';
import { TestBroker } from '../../support/broker.ts';
import { type IssuedCertificate, TestAuthority } from '../../support/certificates.ts';
import { eventually } from '../../support/eventually.ts';

interface Seen {
  up: number;
  messages: { topic: string; payload: string }[];
  oversized: { topic: string; bytes: number }[];
  down: LinkFault[];
}

let broker: TestBroker;
let own: IssuedCertificate;
let witnessFiles: IssuedCertificate;
const open: Connection[] = [];
const witnesses: MqttClient[] = [];
const strictBrokers: TestBroker[] = [];

beforeAll(async () => {
  broker = await TestBroker.start({ mutualTls: true, checked: false });
  own = authority().client('front-desk');
  witnessFiles = authority().client('witness');
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.drop();
  for (const witness of witnesses.splice(0)) await witness.endAsync(true);
  for (const strict of strictBrokers.splice(0)) await strict.close();
});
afterAll(() => broker.close());

function authority(): TestAuthority {
  if (broker.authority === null) throw new Error('no TLS');
  return broker.authority;
}

function config(over: Partial<BrokerConfig> = {}): BrokerConfig {
  const { caFile } = authority();
  return { url: broker.url, allowPlain: false, caFile, ...own, username: null, passwordFile: null, ...over };
}

function attempt(
  over: Partial<BrokerConfig> = {},
  request: Partial<ConnectRequest> = {},
): { connection: Connection; seen: Seen } {
  const seen: Seen = { up: 0, messages: [], oversized: [], down: [] };
  const connection = mqttTransport(config(over)).connect(
    {
      clientId: `cardea:riverside:test-${open.length}-${process.pid}`,
      will: { topic: 'cardea/1/riverside/front-desk/status', payload: '{"online":false}' },
      subscriptions: ['cardea/1/riverside/front-desk/ack'],
      maxMessageBytes: 10_000,
      ...request,
    },
    {
      up: () => {
        seen.up++;
      },
      message: (topic, payload) => seen.messages.push({ topic, payload: Buffer.from(payload).toString() }),
      oversized: (topic, bytes) => seen.oversized.push({ topic, bytes }),
      down: (fault) => seen.down.push(fault),
    },
  );
  open.push(connection);
  return { connection, seen };
}

/** A client that is not ours, and what it hears. */
async function witness(
  ...topics: string[]
): Promise<{ client: MqttClient; heard: { topic: string; payload: string; retain: boolean }[] }> {
  const client = await mqtt.connectAsync(broker.url, {
    ca: readFileSync(authority().caFile),
    cert: readFileSync(witnessFiles.certFile),
    key: readFileSync(witnessFiles.keyFile),
  });
  witnesses.push(client);
  const heard: { topic: string; payload: string; retain: boolean }[] = [];
  client.on('message', (topic, payload, { retain }) => heard.push({ topic, payload: payload.toString(), retain }));
  for (const topic of topics) await client.subscribeAsync(topic, { qos: 1 });
  return { client, heard };
}

describe('a connection', () => {
  it('publishes, retained too, and hears what it subscribed to', async () => {
    const { connection, seen } = attempt();
    await eventually('up', () => seen.up === 1);
    expect(connection.publish('cardea/1/riverside/front-desk/status', '{"online":true}', { retain: true })).toBe(true);
    const { client, heard } = await witness('cardea/1/riverside/front-desk/status');
    await eventually('the retained status', () => heard.length === 1);
    expect(heard[0]).toEqual({
      topic: 'cardea/1/riverside/front-desk/status',
      payload: '{"online":true}',
      retain: true,
    });
    await client.publishAsync('cardea/1/riverside/front-desk/ack', 'hello', { qos: 1 });
    await eventually('the message', () => seen.messages.length === 1);
    expect(seen.messages[0]).toEqual({ topic: 'cardea/1/riverside/front-desk/ack', payload: 'hello' });
    expect(seen.down).toEqual([]);
  });

  it('leaves its last will when it breaks, none when it closes', async () => {
    const { heard } = await witness('cardea/1/riverside/front-desk/status');
    const first = attempt();
    await eventually('up', () => first.seen.up === 1);
    const before = heard.length;
    await new Promise<void>((resolve) => first.connection.close(resolve));
    const second = attempt();
    await eventually('up', () => second.seen.up === 1);
    expect(heard.length).toBe(before);
    second.connection.drop();
    await eventually('the last will', () => heard.length === before + 1);
    expect(heard.at(-1)?.payload).toBe('{"online":false}');
    expect(second.seen.down).toEqual([]);
    expect(second.connection.publish('cardea/1/riverside/front-desk/reply', 'x', { retain: false })).toBe(false);
  });

  it('drops an over-long message unread, says so, and goes on', async () => {
    const { seen } = attempt();
    await eventually('up', () => seen.up === 1);
    const { client } = await witness();
    const topic = 'cardea/1/riverside/front-desk/ack';
    for (const payload of ['before', 'x'.repeat(5_000_000), 'y'.repeat(10_001), 'z'.repeat(10_000), 'after']) {
      await client.publishAsync(topic, payload, { qos: 1 });
    }
    await eventually('the last message', () => seen.messages.at(-1)?.payload === 'after');
    expect(seen.messages.map(({ payload }) => payload.length)).toEqual([6, 0, 0, 10_000, 5]);
    expect(seen.oversized).toEqual([
      { topic, bytes: 5_000_000 },
      { topic, bytes: 10_001 },
    ]);
    expect(seen.down).toEqual([]);
  });

  it('bounds what waits for the broker', async () => {
    const { connection, seen } = attempt();
    await eventually('up', () => seen.up === 1);
    const big = 'x'.repeat(1024 * 1024);
    const taken = Array.from({ length: 20 }, () =>
      connection.publish('cardea/1/riverside/front-desk/events', big, { retain: false }),
    );
    expect(taken.filter((one) => one)).toHaveLength(8);
    await eventually('room again', () =>
      connection.publish('cardea/1/riverside/front-desk/events', 'x', { retain: false }),
    );
  });
});

describe('a broker that goes', () => {
  it('is reported once, and the next attempt after its return succeeds', async () => {
    const first = attempt();
    await eventually('up', () => first.seen.up === 1);
    await broker.stop();
    await eventually('down', () => first.seen.down.length === 1);
    expect(first.seen.down[0]?.code).toBe('closed');
    const second = attempt();
    await eventually('down', () => second.seen.down.length === 1);
    expect(second.seen.down[0]).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('upstream.url'),
    });
    await broker.start();
    const third = attempt();
    await eventually('up', () => third.seen.up === 1);
    expect([first.seen.down.length, second.seen.down.length, third.seen.down.length]).toEqual([1, 1, 0]);
  });
});

describe('refusals', () => {
  async function faultOf(over: Partial<BrokerConfig>, request: Partial<ConnectRequest> = {}): Promise<LinkFault> {
    const { seen } = attempt(over, request);
    const fault = await eventually('down', () => seen.down[0] ?? false);
    expect(seen.up).toBe(0);
    return fault;
  }

  it('no certificate', async () => {
    const fault = await faultOf({ certFile: null, keyFile: null });
    expect(fault).toMatchObject({ code: 'certificate-required', message: expect.stringContaining('certFile') });
  });

  it('a certificate of a stranger', async () => {
    const stranger = new TestAuthority(broker.folder, 'stranger').client('front-desk');
    expect((await faultOf(stranger)).code).toBe('certificate-refused');
  });

  it('a broker that our CA does not know, or under another name', async () => {
    const { caFile } = new TestAuthority(broker.folder, 'other');
    expect((await faultOf({ caFile })).code).toBe('broker-certificate');
    expect((await faultOf({ caFile: null })).code).toBe('broker-certificate');
    const wrongName = new TestAuthority(broker.folder, 'third');
    expect((await faultOf({ caFile: wrongName.caFile, url: `mqtts://127.0.0.1:${broker.port}` })).code).toBe(
      'broker-certificate',
    );
  });

  it('files that are not there, or not what they should be', async () => {
    const missing = join(broker.folder, 'nowhere.pem');
    expect(await faultOf({ certFile: missing })).toMatchObject({
      code: 'file',
      message: expect.stringContaining(missing),
    });
    expect((await faultOf({ keyFile: own.certFile })).code).toBe('tls');
  });

  it('plain MQTT to another machine', async () => {
    expect((await faultOf({ url: 'mqtt://broker.example.org' })).code).toBe('plain');
    expect((await faultOf({ url: 'https://broker.example.org' })).code).toBe('url');
  });

  it('plain MQTT where TLS is spoken', async () => {
    expect((await faultOf({ url: `mqtt://127.0.0.1:${broker.port}` })).code).toBe('closed');
  });

  it('wrong password, and topics that are not granted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cardea-acl-'));
    execFileSync('mosquitto_passwd', ['-b', '-c', join(folder, 'passwords'), 'front-desk', 'right']);
    writeFileSync(join(folder, 'password'), 'wrong\n');
    const strict = await TestBroker.start({
      checked: false,
      lines: [`password_file ${join(folder, 'passwords')}`, 'allow_anonymous false'],
    });
    strictBrokers.push(strict);
    const plain = { url: strict.url, caFile: null, certFile: null, keyFile: null, username: 'front-desk' };
    expect((await faultOf({ ...plain, passwordFile: join(folder, 'password') })).code).toBe('not-authorised');
    writeFileSync(join(folder, 'password'), 'right\n');
    const { seen } = attempt({ ...plain, passwordFile: join(folder, 'password') });
    await eventually('up', () => seen.up === 1);
    rmSync(folder, { recursive: true });
  });

  it('something that is no broker', async () => {
    const server = createServer((socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const fault = await faultOf({ url: `mqtt://127.0.0.1:${address.port}` });
    expect(fault.code).toBe('not-mqtt');
    server.close();
  });
});
