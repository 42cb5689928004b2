// The folder of one run: keys, the configs of a controller, an office and a broker, and the members.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerAddress } from './address.mjs';
import { writeKeys, writeSiteKey } from './keys.mjs';

export const names = { site: 'riverside', controller: 'front-desk', door: 'front-door' };
export const readers = ['in', 'out'];
const memberCount = 120;
const unknownCount = 5;

/** Every card of the run: its number, and the id of its credential, null where the office knows none. */
export const cards = [
  ...Array.from({ length: memberCount }, (_, n) => ({ card: cardOf(n), credential: `c-${n}` })),
  ...Array.from({ length: unknownCount }, (_, n) => ({ card: cardOf(1000 + n), credential: null })),
];

/** Held to each reader after all others, until it is on record: what came before it on the line was read then. */
export const lastCard = { card: cardOf(2000), credential: null };

function cardOf(n) {
  return `04A1B2${n.toString(16).padStart(8, '0').toUpperCase()}`;
}

/** @returns where everything of the run is */
export async function makeSite(folder) {
  const at = (...names) => join(folder, ...names);
  mkdirSync(at('keys'), { recursive: true });
  mkdirSync(at('logs'));
  for (const name of ['office', 'front-desk']) writeKeys(at('keys', name));
  writeSiteKey(at('keys', 'site'));
  const { host, port, url } = await brokerAddress();
  writeFileSync(at('mosquitto.conf'), brokerConfig(host, port));
  writeFileSync(at('office.yaml'), officeConfig(url));
  writeFileSync(at('controller.yaml'), controllerConfig(folder, url));
  writeFileSync(at('members.json'), JSON.stringify(members()));
}

function brokerConfig(host, port) {
  const lines = [`listener ${port} ${host}`, 'allow_anonymous true', 'log_dest stderr', 'persistence false'];
  if (process.getuid() === 0) lines.push('user root');
  return `${lines.join('\n')}\n`;
}

function officeConfig(url) {
  return `site: ${names.site}
store: sqlite:office.db
upstream: { url: "${url}" }
signingKeyFile: keys/office
credentialKeyFile: keys/site
controllers: [{ id: ${names.controller}, publicKeyFile: keys/front-desk.pub }]
`;
}

/** Short waits: after each death everything is soon on its way again, and so in danger again. */
function controllerConfig(folder, url) {
  const reader = (id) =>
    `  - { id: ${id}, driver: serial, path: ${join(folder, id)}, baudRate: 9600, credential: card, accessPoint: ${names.door}, direction: ${id} }`;
  return `site: ${names.site}
controller: ${names.controller}
credentialKeyFile: keys/site
dataDir: data
upstream:
  url: "${url}"
  signingKeyFile: keys/front-desk
  officeKeys: [keys/office.pub]
  ackTimeout: 500ms
  backoffMin: 50ms
  backoffMax: 500ms
accessPoints:
  - id: ${names.door}
    space: house
    kind: entrance
    lock: { driver: simulated, file: ${join(folder, 'locks.jsonl')}, unlockTime: 100ms }
readers:
${readers.map(reader).join('\n')}
`;
}

/** A third has a day pass, a third a plan without passes, a third nothing. */
function members() {
  const all = Array.from({ length: memberCount }, (_, n) => n);
  return {
    format: 'cardea-replica/1',
    site: names.site,
    revision: 1,
    spaces: [{ id: 'house', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    plans: [{ id: 'resident', usesTimePasses: false }],
    timePasses: [{ id: 'day', price: '20.00', currency: 'EUR' }],
    customers: all.map((n) => ({ id: `m-${n}`, registeredWith: ['house'] })),
    contracts: all
      .filter((n) => n % 3 === 1)
      .map((n) => ({ id: `k-${n}`, customer: `m-${n}`, plan: 'resident', from: '2020-01-01' })),
    passes: all
      .filter((n) => n % 3 === 0)
      .map((n) => ({ id: `p-${n}`, timePass: 'day', customer: `m-${n}`, source: 'sold' })),
    credentials: all.map((n) => ({ id: `c-${n}`, type: 'card', value: cardOf(n), customer: `m-${n}` })),
  };
}
