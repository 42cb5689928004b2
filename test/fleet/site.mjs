// The folder of one run: keys of an office and of every controller, the office's config, and a broker with the bounds of the
// configuration that ships, without its TLS.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerAddress } from '../torture/address.mjs';
import { writeKeys, writeSiteKey } from '../torture/keys.mjs';

export const site = 'riverside';
export const space = 'house';

export const controllerId = (index) => `door-${String(index).padStart(4, '0')}`;

/** @returns the broker's url */
export async function makeSite(folder, controllers) {
  const at = (...names) => join(folder, ...names);
  for (const name of ['keys', 'logs', 'controllers']) mkdirSync(at(name), { recursive: true });
  const ids = Array.from({ length: controllers }, (_, index) => controllerId(index));
  for (const name of ['office', ...ids]) writeKeys(at('keys', name));
  writeSiteKey(at('keys', 'site'));
  const { host, port, url } = await brokerAddress();
  writeFileSync(at('mosquitto.conf'), brokerConfig(host, port));
  const list = ids.map((id) => `  - { id: ${id}, publicKeyFile: keys/${id}.pub }\n`).join('');
  const office = `site: ${site}
store: sqlite:office.db
upstream: { url: "${url}" }
signingKeyFile: keys/office
credentialKeyFile: keys/site
controllers:
${list}`;
  writeFileSync(at('office.yaml'), office);
  return url;
}

function brokerConfig(host, port) {
  const shipped = readFileSync(new URL('../../config/examples/mosquitto/mosquitto.conf', import.meta.url), 'utf8');
  const bounds = shipped.split('\n').filter((line) => /^(max_|set_tcp_nodelay)/.test(line));
  const lines = [`listener ${port} ${host}`, 'allow_anonymous true', 'log_dest stderr', 'persistence false', ...bounds];
  lines.push(
    'log_type error',
    'log_type warning',
    'log_type notice',
    'log_type information',
    'connection_messages false',
  );
  if (process.getuid() === 0) lines.push('user root');
  return `${lines.join('\n')}\n`;
}

/** A document for `cardea office import`: each revision has one member more. */
export function members(revision) {
  const all = Array.from({ length: 500 + revision }, (_, n) => n);
  return JSON.stringify({
    format: 'cardea-replica/1',
    site,
    revision,
    spaces: [{ id: space, timeZone: 'Europe/Berlin', currency: 'EUR' }],
    customers: all.map((n) => ({ id: `m-${n}`, registeredWith: [space] })),
    credentials: all.map((n) => ({ id: `c-${n}`, type: 'card', value: cardOf(n), customer: `m-${n}` })),
  });
}

function cardOf(n) {
  return `04A1B2${n.toString(16).padStart(8, '0').toUpperCase()}`;
}
