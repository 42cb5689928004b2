// The folder of one run: keys made by node:crypto, the configs of a controller, an office and a broker, and the members. The
// broker listens on a loopback address of this process's own, so that nobody takes its place while it is down.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const names = { site: 'riverside', controller: 'front-desk', door: 'front-door' };
export const readers = ['in', 'out'];
const memberCount = 120;
const unknownCount = 5;

/** Every card of the run: its number, and the id of its credential, null where the office knows none. */
export const cards = [
  ...Array.from({ length: memberCount }, (_, n) => ({ card: cardOf(n), credential: `c-${n}` })),
  ...Array.from({ length: unknownCount }, (_, n) => ({ card: cardOf(1000 + n), credential: null })),
];

function cardOf(n) {
  return `04A1B2${n.toString(16).padStart(8, '0').toUpperCase()}`;
}

/** @returns where everything of the run is */
export async function makeSite(folder) {
  const at = (...names) => join(folder, ...names);
  mkdirSync(at('keys'), { recursive: true });
  mkdirSync(at('logs'));
  for (const name of ['office', 'front-desk']) writeKeys(at('keys', name));
  writeFileSync(at('keys', 'site'), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const address = ownAddress(process.pid);
  const port = await freePort(address);
  writeFileSync(at('mosquitto.conf'), brokerConfig(address, port));
  writeFileSync(at('office.yaml'), officeConfig(`mqtt://${address}:${port}`));
  writeFileSync(at('controller.yaml'), controllerConfig(folder, `mqtt://${address}:${port}`));
  writeFileSync(at('members.json'), JSON.stringify(members()));
}

function writeKeys(path) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
}

function ownAddress(pid) {
  return `127.${64 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;
}

async function freePort(address) {
  const server = createServer();
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function brokerConfig(address, port) {
  const lines = [`listener ${port} ${address}`, 'allow_anonymous true', 'log_dest stderr', 'persistence false'];
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
