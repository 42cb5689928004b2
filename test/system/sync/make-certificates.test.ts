// The script that makes a broker's certificates: what it makes lets the site's clients in at a real mosquitto, and nobody else;
// what is there already is never made anew.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestBroker } from '../../support/broker.ts';

const script = join(import.meta.dirname, '../../../config/examples/mosquitto/make-certificates.sh');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-certificates-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function make(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('sh', [script, join(folder, 'made'), ...args], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

function made(name: string): string {
  return join(folder, 'made', name);
}

function texts(): Record<string, string> {
  return Object.fromEntries(readdirSync(join(folder, 'made')).map((name) => [name, readFileSync(made(name), 'utf8')]));
}

it('makes what a broker and its clients believe each other by', async () => {
  expect(make('localhost,127.0.0.1', 'office', 'front-desk').status).toBe(0);
  const lines = [`cafile ${made('ca.pem')}`, `certfile ${made('broker.pem')}`, `keyfile ${made('broker.key')}`];
  const broker = await TestBroker.start({ mutualTls: true, shipped: true, checked: false, lines });
  try {
    const connect = (name: string, host: string, ca = made('ca.pem')): Promise<unknown> => {
      const [cert, key] = [readFileSync(made(`${name}.pem`)), readFileSync(made(`${name}.key`))];
      const options = { ca: readFileSync(ca), cert, key, clientId: name, reconnectPeriod: 0 };
      return mqtt
        .connectAsync(`mqtts://${host}:${broker.port}`, options, false)
        .then((client) => client.endAsync(true));
    };
    await connect('office', 'localhost');
    await connect('front-desk', '127.0.0.1');
    await expect(connect('front-desk', 'localhost', broker.authority?.caFile)).rejects.toThrow();
    // A broker's certificate is none of a client.
    await expect(connect('broker', 'localhost')).rejects.toThrow();
  } finally {
    await broker.close();
  }
});

it('keeps keys to their owner, and adds a client without touching what is there', () => {
  make('localhost', 'office');
  const before = texts();
  for (const name of ['ca.key', 'broker.key', 'office.key']) expect(statSync(made(name)).mode & 0o777).toBe(0o600);
  expect(make('localhost', 'office', 'back-door')).toMatchObject({ status: 0 });
  expect(texts()).toMatchObject(before);
  expect(Object.keys(texts()).sort()).toEqual([
    'back-door.key',
    'back-door.pem',
    'broker.key',
    'broker.pem',
    'ca.key',
    'ca.pem',
    'office.key',
    'office.pem',
  ]);
});

it.each([
  [['localhost'], /usage/],
  [['localhost', 'a b'], /a b: a client is office or the id of a controller/],
  [['localhost', 'ca'], /taken here/],
])('refuses %j', (args, words) => {
  expect(make(...args)).toMatchObject({ status: 2, said: expect.stringMatching(words) });
});

it('makes no second authority beside half of one', () => {
  make('localhost', 'office');
  rmSync(made('ca.key'));
  expect(make('localhost', 'back-door')).toMatchObject({ status: 2, said: expect.stringContaining('bring the other') });
});
