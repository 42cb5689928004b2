// Who may import whom (docs/architecture.md): between the rooms, and of the packages.

import { posix } from 'node:path';
import type { SourceFile } from './files.ts';

/** For every room, the rooms that it may import besides itself. The longest name that fits a path is its room. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  access: [],
  config: ['access'],
  db: ['access'],
  drivers: ['config', 'access'],
  'sync/protocol': ['access', 'config', 'db'],
  'sync/edge': ['access', 'config', 'db', 'sync/protocol'],
  'sync/office': ['access', 'config', 'db', 'sync/protocol'],
  // Between tap and relay: nothing here waits for the network.
  'daemon/controller': ['access', 'config', 'db', 'drivers', 'daemon'],
  daemon: ['access', 'config', 'db', 'drivers', 'sync/protocol', 'sync/edge', 'sync/office', 'daemon/controller'],
};

/** Packages that only some places may import. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'temporal-polyfill': ['access/time/zone.ts'],
  mqtt: ['sync/'],
  aedes: ['daemon/demo/'],
  // A transaction of SQLite is also what keeps a second daemon out of a folder.
  'better-sqlite3': ['db/', 'sync/office/', 'daemon/run/data-dir.ts'],
  onoff: ['drivers/gpio/'],
  ioctl: ['drivers/gpio/'],
  epoll: ['drivers/gpio/'],
  serialport: ['drivers/'],
  '@serialport/parser-readline': ['drivers/'],
  'nfc-pcsc': ['drivers/pcsc/'],
  commander: ['daemon/cli/'],
  hono: ['sync/office/http/'],
  qrcode: ['sync/office/visitors/badge.ts'],
  '@hono/node-server': ['sync/office/http/'],
  '@hono/node-server/conninfo': ['sync/office/http/'],
  '@hono/zod-openapi': ['sync/office/http/'],
  'node-unix-socket': ['daemon/notify/'],
  yaml: ['config/'],
};

/** What the rules, which do nothing, may use of Node. */
const pureNode = ['node:crypto'];

export function importFaults(file: SourceFile): string[] {
  return file.imports.flatMap(({ from, typeOnly }) => {
    const fault = from.startsWith('.') ? roomFault(file.path, from, typeOnly) : packageFault(file.path, from);
    return fault === null ? [] : [`${file.path}: imports ${from}: ${fault}`];
  });
}

function roomFault(path: string, from: string, typeOnly: boolean): string | null {
  const target = posix.normalize(posix.join(posix.dirname(path), from));
  const [own, other] = [roomOf(path), roomOf(target)];
  if (own === null || other === null) return 'not a room of this house';
  if (own === other) return null;
  if (!(rooms[own] ?? []).includes(other)) return `${own} may not import ${other}`;
  if (own === 'drivers' && other === 'access' && !typeOnly && target !== 'access/credential.ts') {
    return 'of access, drivers may import types and credential.ts';
  }
  return null;
}

function roomOf(path: string): string | null {
  const names = Object.keys(rooms).filter((name) => path.startsWith(`${name}/`));
  return names.sort((a, b) => b.length - a.length)[0] ?? null;
}

function packageFault(path: string, from: string): string | null {
  const places = Object.hasOwn(packages, from) ? packages[from] : undefined;
  if (places !== undefined && !places.some((place) => path.startsWith(place))) return `only ${places.join(', ')} may`;
  if (path.startsWith('access/') && places === undefined && !pureNode.includes(from))
    return 'access does nothing but decide';
  return null;
}
