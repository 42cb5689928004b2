// The edge on the real clock, over a real mosquitto with mutual TLS, with an office of the test's own making: events arrive
// once the broker is there again, a replica comes in, and the last will tells of a controller that died.

import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { realClock } from '../../../daemon/clock/real.ts';
import { Edge } from '../../../sync/edge/edge.ts';
import { mqttTransport } from '../../../sync/protocol/mqtt-transport.ts';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { base, FakeHost, FakeJournal, FakeSink, own, settings } from '../../unit/sync/edge-world.ts';
import { customersSnapshot, newParty, type Party, readAs, signAs } from '../../unit/sync/fake-office.ts';

const [journal, sink, host] = [new FakeJournal(), new FakeSink(), new FakeHost()];
const report = { version: '1', revision: 0, pending: 0, clock: { synchronised: true }, accessPoints: [], readers: [] };
const snapshot = customersSnapshot(42, 1000, 5);
let broker: TestBroker;
let office: Party;
let controller: Party;
let client: MqttClient | null = null;
let edge: Edge;
/** Last sequence number on the office's disk, and how often each one came. */
const received = new Map<number, number>();
let through = 0;
const statuses: string[] = [];

/** An office comes up: subscribes, says its manifest, answers. */
function startOffice(): void {
  const authority = broker.authority;
  if (authority === null) throw new Error('no TLS');
  const { certFile, keyFile } = authority.client('office');
  const files = { ca: readFileSync(authority.caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
  const started = mqtt.connect(broker.url, { ...files, reconnectPeriod: 50 });
  client = started;
  let turn = Promise.resolve();
  started.on('message', (topic, payload) => {
    turn = turn.then(() => answer(started, topic, payload.toString()));
  });
  const topic = `${base}/replica/manifest`;
  started.on('connect', () => {
    started.subscribe([`${base}/+/events`, `${base}/+/want`, `${base}/+/status`], { qos: 1 }, () => {
      void signAs(office, topic, snapshot.manifest).then((manifest) =>
        started.publish(topic, manifest, { qos: 1, retain: true }),
      );
    });
  });
}

async function answer(started: MqttClient, topic: string, payload: string): Promise<void> {
  if (topic === `${own}/status`) statuses.push(payload);
  else if (topic === `${own}/want`) {
    expect(await readAs(controller, { topic, payload })).toEqual({ have: 0 });
    for (const [n, chunk] of snapshot.chunks.entries()) {
      await started.publishAsync(`${own}/replica/chunk/42/${n}`, Buffer.from(chunk), { qos: 1 });
    }
  } else {
    const { events } = await readAs<{ events: { seq: number }[] }>(controller, { topic, payload });
    for (const { seq } of events) {
      received.set(seq, (received.get(seq) ?? 0) + 1);
      if (seq === through + 1) through = seq;
    }
    const ack = await signAs(office, `${own}/ack`, { epoch: journal.epoch, through });
    await started.publishAsync(`${own}/ack`, ack, { qos: 1 });
  }
}

beforeAll(async () => {
  broker = await TestBroker.start({ mutualTls: true });
  [office, controller] = [await newParty(), await newParty()];
  const authority = broker.authority;
  if (authority === null) throw new Error('no TLS');
  const files = { caFile: authority.caFile, ...authority.client('front-desk') };
  const transport = mqttTransport({ url: broker.url, allowPlain: false, username: null, passwordFile: null, ...files });
  edge = new Edge(
    {
      settings: { ...settings, backoffMinMs: 50, backoffMaxMs: 200 },
      signer: controller,
      officeKeys: [office.publicKey],
      acknowledged: { through: 0, issuedAtMs: null },
      installed: null,
    },
    { clock: realClock(() => true), random: seededRandom('system'), source: journal, sink, transport },
    host,
  );
});
afterAll(async () => {
  await client?.endAsync(true);
  await broker.close();
});

describe('the whole way', () => {
  it('events go out and a replica comes in as soon as there is an office', async () => {
    journal.append(30);
    edge.reportStatus(report);
    edge.start();
    await eventually('online', () => host.connections.length === 1);
    startOffice();
    await eventually('everything acknowledged', () => host.acks.at(-1)?.[0] === 30);
    await eventually('the replica', () => host.ready.length === 1);
    expect(sink.finished[0]?.rows).toHaveLength(1000);
    expect(host.refusals).toEqual([]);
  });

  it('events written while the broker is away arrive after its return, without help', async () => {
    await broker.stop();
    await eventually('offline', () => host.connections.at(-1)?.[0] === false);
    edge.journalGrew(journal.append(10));
    await broker.start();
    await eventually('everything acknowledged', () => host.acks.at(-1)?.[0] === 40);
    expect([...received.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });

  it('events survive a broker that is killed again and again', async () => {
    for (let round = 0; round < 3; round++) {
      edge.journalGrew(journal.append(20));
      await broker.kill();
      edge.journalGrew(journal.append(20));
      await broker.start();
    }
    await eventually('everything acknowledged', () => host.acks.at(-1)?.[0] === 160);
    expect(through).toBe(160);
  });

  it('a clean end says goodbye, signed, and leaves no last will', async () => {
    await eventually('a status since the last start', () => statuses.length > 0);
    const before = statuses.length;
    await edge.stop();
    const last = await eventually('the goodbye', () => statuses.length > before && statuses.at(-1));
    expect(await readAs(controller, { topic: `${own}/status`, payload: last })).toMatchObject({
      online: false,
      version: '1',
    });
    expect(statuses).toHaveLength(before + 1);
  });
});
