// The broker's configuration that ships, loaded by a real mosquitto: who may say and hear what, each topic for each role, and
// who is let in at all. Both tables are whole: what they do not name is forbidden.

import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readShipped, TestBroker } from '../../support/broker.ts';
import { type IssuedCertificate, TestAuthority } from '../../support/certificates.ts';
import { eventually } from '../../support/eventually.ts';

const base = 'cardea/1/riverside';
const members = ['office', 'front-desk', 'back-door'];
const ofEach = ['events', 'status', 'reply', 'want', 'ack', 'command', 'peers', 'replica/delta', 'replica/chunk/1/0'];
const ofAll = ['replica/manifest', 'replica/delta', 'replica/chunk/1/0'];
const topics = [
  ...members.flatMap((member) => ofEach.map((what) => `${base}/${member}/${what}`)),
  ...ofAll.map((what) => `${base}/${what}`),
  `${base}/front-desk/events/more`,
  `${base}/front-desk`,
  'cardea/1/elsewhere/front-desk/events',
  'cardea/1/elsewhere/replica/manifest',
  'cardea/2/riverside/front-desk/events',
];

const each = (whats: readonly string[], of: readonly string[] = members): string[] =>
  of.flatMap((member) => whats.map((what) => `${base}/${member}/${what}`));
const all = ofAll.map((what) => `${base}/${what}`);
const own = ['events', 'status', 'reply', 'want'];
const toOne = ['ack', 'command', 'peers', 'replica/delta', 'replica/chunk/1/0'];

const maySay: Readonly<Record<string, readonly string[]>> = {
  office: [...each(toOne), ...each(own, ['office']), ...all],
  'front-desk': each(own, ['front-desk']),
  'back-door': each(own, ['back-door']),
};
const mayHear: Readonly<Record<string, readonly string[]>> = {
  office: [...each(own), ...each(toOne, ['office']), ...all],
  'front-desk': [...each(['events']), ...each(toOne, ['front-desk']), ...all],
  'back-door': [...each(['events']), ...each(toOne, ['back-door']), ...all],
};

let broker: TestBroker;
const clients = new Map<string, MqttClient>();
/** By client: `topic payload` of what it heard. */
const heard = new Map<string, string[]>();

function authority(): TestAuthority {
  if (broker.authority === null) throw new Error('no TLS');
  return broker.authority;
}

function filesOf({ certFile, keyFile }: IssuedCertificate): { ca: Buffer; cert: Buffer; key: Buffer } {
  return { ca: readFileSync(authority().caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

function client(name: string): MqttClient {
  const found = clients.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}

beforeAll(async () => {
  // Somebody who hears and says everything, beside the list that ships.
  const acl = ['user witness', 'topic readwrite #'];
  broker = await TestBroker.start({ mutualTls: true, shipped: true, checked: false, acl });
  for (const name of [...members, 'witness']) {
    const options = { ...filesOf(authority().client(name)), clientId: name, reconnectPeriod: 0 };
    const connected = await mqtt.connectAsync(broker.url, options);
    const lines: string[] = [];
    connected.on('message', (topic, payload) => lines.push(`${topic} ${payload.toString()}`));
    heard.set(name, lines);
    clients.set(name, connected);
  }
});

afterAll(async () => {
  for (const one of clients.values()) await one.endAsync(true);
  await broker.close();
});

describe('the access list that ships', () => {
  it('is in words that mosquitto has no complaint about', () => {
    expect(broker.log.filter((line) => /error|unknown|invalid|deprecated/i.test(line))).toEqual([]);
  });

  it.each(members)('lets %s say what is its own, and nothing else', async (name) => {
    await client('witness').subscribeAsync('#', { qos: 1 });
    // The broker answers each when it has dealt with it, whether it passed it on or not.
    for (const topic of topics) await client(name).publishAsync(topic, `said by ${name}`, { qos: 1 });
    await client('witness').publishAsync(`${base}/end`, name, { qos: 1 });
    const lines = heard.get('witness') ?? [];
    await eventually('the end', () => lines.includes(`${base}/end ${name}`));
    const said = lines.filter((line) => line.endsWith(` said by ${name}`)).map((line) => line.split(' ')[0]);
    expect(said.sort()).toEqual([...(maySay[name] ?? [])].sort());
    await client('witness').unsubscribeAsync('#');
  });

  it.each(members)('lets %s hear what is for it, and nothing else', async (name) => {
    await client(name).subscribeAsync([...topics, '#', '$SYS/#'], { qos: 1 });
    for (const topic of topics) await client('witness').publishAsync(topic, `for ${name}`, { qos: 1 });
    await client('witness').publishAsync(`${base}/replica/end`, name, { qos: 1 });
    const lines = heard.get(name) ?? [];
    await eventually('the end', () => lines.includes(`${base}/replica/end ${name}`));
    const got = new Set(lines.filter((line) => line.endsWith(` for ${name}`)).map((line) => line.split(' ')[0]));
    expect([...got].sort()).toEqual([...(mayHear[name] ?? [])].sort());
    expect(lines.filter((line) => line.startsWith('$SYS'))).toEqual([]);
    await client(name).unsubscribeAsync([...topics, '#', '$SYS/#']);
  });
});

describe('the broker that ships', () => {
  it('lets nobody in without a certificate of the site', async () => {
    const stranger = new TestAuthority(broker.folder, 'stranger').client('front-desk');
    const refused = (options: object): Promise<unknown> =>
      mqtt.connectAsync(broker.url, { ca: readFileSync(authority().caFile), reconnectPeriod: 0, ...options }, false);
    await expect(refused({})).rejects.toThrow();
    await expect(refused(filesOf(stranger))).rejects.toThrow();
    await expect(refused({ username: 'office', password: 'office' })).rejects.toThrow();
  });

  it('takes the name from the certificate, whatever a client says that it is', async () => {
    const files = filesOf(authority().client('back-door'));
    const liar = await mqtt.connectAsync(broker.url, { ...files, username: 'office', clientId: 'liar' });
    await client('witness').subscribeAsync(`${base}/#`, { qos: 1 });
    await liar.publishAsync(`${base}/front-desk/ack`, 'a lie', { qos: 1 });
    await liar.publishAsync(`${base}/back-door/status`, 'the truth', { qos: 1 });
    const lines = heard.get('witness') ?? [];
    await eventually('its own word', () => lines.includes(`${base}/back-door/status the truth`));
    expect(lines).not.toContain(`${base}/front-desk/ack a lie`);
    await client('witness').unsubscribeAsync(`${base}/#`);
    await liar.endAsync(true);
  });

  it('takes no message that is longer than anything of ours', async () => {
    const bytes = Number(/^max_packet_size (\d+)$/m.exec(readShipped('mosquitto.conf'))?.[1]);
    const options = { ...filesOf(authority().client('back-door')), clientId: 'flood', reconnectPeriod: 0 };
    const flood = await mqtt.connectAsync(broker.url, options);
    const gone = new Promise((resolve) => flood.on('close', () => resolve('closed')));
    flood.on('error', () => undefined);
    flood.publish(`${base}/back-door/events`, Buffer.alloc(bytes + 1), { qos: 1 }, () => undefined);
    expect(await gone).toBe('closed');
    expect(client('witness').connected).toBe(true);
    await flood.endAsync(true);
  });
});
