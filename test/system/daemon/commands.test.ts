// Commands on real parts: the office's command line, a broker, the controller's program. Whatever a broker may do to commands,
// nothing of it moves a door; one that was cut off by a death is carried out once or not at all, and answered truly.

import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { TestBroker } from '../../support/broker.ts';
import { eventually } from '../../support/eventually.ts';
import { lockStates } from '../../support/lock-file.ts';
import { keyIdOf, thrown } from './command-parts.ts';
import { DaemonSite } from './site.ts';

let site: DaemonSite;
let broker: TestBroker;
let client: MqttClient | null;
/** Outcomes by id, in the order in which they came. */
let replies: Map<string, string[]>;

const topic = 'cardea/1/riverside/front-desk/command';
/** Fewer than wait for the daemon at once: each is judged by what it is. */
const together = 70;
const reader = '{ id: front-in, driver: simulated, accessPoint: front-door, direction: in }';

beforeEach(async () => {
  site = new DaemonSite();
  broker = await TestBroker.start();
  site.writeConfig([reader], broker.url);
  client = null;
  replies = new Map();
});

afterEach(async () => {
  await client?.endAsync(true);
  await site.close();
  await broker.close();
});

/** A client that may say anything on every topic, and hears the controller's replies. */
async function connected(): Promise<MqttClient> {
  const made = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  client = made;
  made.on('message', (_topic, payload) => {
    const [, body = ''] = payload.toString().split('.');
    const { id, outcome, reason } = JSON.parse(Buffer.from(body, 'base64url').toString());
    replies.set(id, [...(replies.get(id) ?? []), reason === null ? outcome : `${outcome} ${reason}`]);
  });
  await made.subscribeAsync('cardea/1/riverside/front-desk/reply', { qos: 1 });
  return made;
}

function officeKey(): KeyObject {
  return createPrivateKey(readFileSync(join(site.folder, 'keys', 'office')));
}

function signed(payload: object, on: string, key: KeyObject, header: object = {}): string {
  const whole = { alg: 'EdDSA', kid: keyIdOf(key), topic: on, ...header };
  const input = [whole, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

function order(id: string, issuedAtMs: number, lifeMs: number, more: object): object {
  const [issuedAt, expiresAt] = [issuedAtMs, issuedAtMs + lifeMs].map((ms) => new Date(ms).toISOString());
  return { id, by: 'office', accessPoint: 'front-door', issuedAt, expiresAt, ...more };
}

const answered = (id: string): Promise<string> => eventually(`the answer to ${id}`, () => replies.get(id)?.at(-1));
const applied = (): number => site.ofType('command.applied').length;

describe("the office's command line", () => {
  it('opens the door, sets its mode, and tells what became of it', async () => {
    const config = site.writeOffice(broker.url);
    site.importReplica();
    await site.office();
    await site.daemon();
    await site.recorded('replica.applied');
    const said = async (status: number, ...args: string[]): Promise<string> => {
      const program = site.command('office', ...args, '--config', config);
      expect([await program.exit, program.lines]).toEqual([status, program.lines]);
      return program.lines.join('\n');
    };
    const give = (status: number, ...args: string[]): Promise<string> =>
      said(status, 'command', ...args, '--controller', 'front-desk', '--by', 'sam', '--wait', '60s');
    expect(await give(0, 'unlock', '--door', 'front-door')).toBe('front-desk: unlock front-door: done');
    await eventually('the lock open', () => lockStates(site.locks, 'front-door').includes('unlocked'));
    expect(await give(0, 'checkin', '--customer', 'ana', '--space', 'riverside')).toContain('done');
    expect(site.ofType('checkin.recorded')).toMatchObject([{ data: { customer: 'ana', source: 'manual' } }]);
    expect(await give(0, 'mode', 'lockdown', '--space', 'riverside')).toContain('done');
    expect(await give(1, 'unlock', '--door', 'front-door')).toContain('refused: it is in lockdown');
    const listed = (await said(0, 'commands', '--json')).split('\n').map((line) => JSON.parse(line));
    expect(listed.map(({ command, outcome }) => [command.type, outcome])).toEqual([
      ['unlock', 'refused'],
      ['mode', 'done'],
      ['checkin', 'done'],
      ['unlock', 'done'],
    ]);
    await eventually('the check-in at the office', () => site.checkins().some(({ customer }) => customer === 'ana'));
  });
});

describe('a broker that lies', () => {
  it('moves no door with 10,000 commands that were replayed, altered, out of turn, late, of others or kept', async () => {
    const key = officeKey();
    const stand = await connected();
    const kept = signed(order('kept', Date.now(), 3_600_000, { type: 'unlock' }), topic, key);
    await stand.publishAsync(topic, kept, { qos: 1, retain: true });
    const daemon = await site.daemon();
    await daemon.line(/connected to the broker/);
    const nowMs = Date.now();
    const good = [
      order('good-1', nowMs, 3_600_000, { type: 'unlock' }),
      order('good-2', nowMs + 1, 3_600_000, { type: 'lock' }),
      order('good-3', nowMs + 2, 3_600_000, { type: 'mode', mode: 'lockdown' }),
      order('good-4', nowMs + 3, 3_600_000, { type: 'mode', mode: 'controlled' }),
    ].map((one) => signed(one, topic, key));
    for (const [n, message] of good.entries()) {
      await stand.publishAsync(topic, message, { qos: 1 });
      expect(await answered(`good-${n + 1}`)).toBe('done');
    }
    await eventually('the lock shut', () => lockStates(site.locks, 'front-door').at(-1) === 'locked');
    const before = { states: lockStates(site.locks, 'front-door'), records: site.events().length };
    const hostile = thrown({ key, topic, good, kept, nowMs, signed, order, random: seededRandom('hostile 6') }, 10_000);
    for (const { message } of hostile) broker.excuse(message);
    for (let from = 0; from < hostile.length; from += together) {
      const some = hostile.slice(from, from + together);
      await Promise.all(some.map(({ on, message, retain }) => stand.publishAsync(on, message, { qos: 1, retain })));
      // What comes in order and is answered says that all before it was looked at, and nothing was lost on the way.
      const barrier = order(`barrier-${from}`, nowMs - 60_000, 1_000, { type: 'lock' });
      await stand.publishAsync(topic, signed(barrier, topic, key), { qos: 1 });
      expect(await answered(`barrier-${from}`)).toBe('expired expired');
    }
    const last = Date.now();
    await stand.publishAsync(topic, signed(order('last', last, 60_000, { type: 'lock' }), topic, key), { qos: 1 });
    expect(await answered('last')).toBe('done');
    expect(applied()).toBe(5);
    expect(lockStates(site.locks, 'front-door')).toEqual(before.states);
    expect(site.ofType('accesspoint.mode')).toHaveLength(2);
    const reasons = new Set(site.ofType('command.refused').map(({ data }) => String(data.reason)));
    for (const reason of [
      'duplicate',
      'reordered',
      'expired',
      'life-too-long',
      'issued-in-future',
      'bad-signature',
      'unknown-key',
      'wrong-topic',
      'retained',
    ]) {
      expect([...reasons]).toContain(reason);
    }
    expect([...reasons]).not.toContain('busy');
    // One record a minute for each reason; and what the reader, the start and the commands themselves recorded.
    const minutes = Math.ceil((last - nowMs) / 60_000) + 1;
    expect(site.events().length - before.records).toBeLessThanOrEqual(reasons.size * (minutes + 1) + 10);
    expect(replies.get('kept')).toBeUndefined();
    expect(
      [...replies].filter(([id, said]) => !id.startsWith('good') && id !== 'last' && said.includes('done')),
    ).toEqual([]);
    const db = new Database(join(site.data, 'journal.db'), { readonly: true });
    expect(db.prepare('SELECT count(*) FROM commands').pluck().get()).toBeLessThan(200);
    db.close();
  });
});

describe('a program that stood still', () => {
  it('carries nothing out whose time went by meanwhile', async () => {
    const key = officeKey();
    const stand = await connected();
    const daemon = await site.daemon();
    await daemon.line(/connected to the broker/);
    daemon.kill('SIGSTOP');
    const [issuedMs, lifeMs] = [Date.now(), 500];
    const late = [
      signed(order('late-1', issuedMs, lifeMs, { type: 'unlock' }), topic, key),
      signed(order('late-2', issuedMs, lifeMs, { type: 'mode', mode: 'unlocked' }), topic, key),
      signed(order('in-time', issuedMs, 3_600_000, { type: 'lock' }), topic, key),
    ];
    for (const message of late) await stand.publishAsync(topic, message, { qos: 1 });
    await eventually('the end of their time', () => Date.now() > issuedMs + lifeMs);
    daemon.kill('SIGCONT');
    expect(await answered('in-time')).toBe('done');
    expect([await answered('late-1'), await answered('late-2')]).toEqual(['expired expired', 'expired expired']);
    expect(lockStates(site.locks, 'front-door')).not.toContain('unlocked');
    expect(site.ofType('command.refused').map(({ data }) => data.reason)).toEqual(['expired']);
  });
});

describe('a death in the middle', () => {
  it('leaves a command carried out once or not at all, and answered truly', async () => {
    const key = officeKey();
    const stand = await connected();
    const dice = seededRandom('deaths 6');
    let daemon = await site.daemon();
    await daemon.line(/connected to the broker/);
    const given: string[] = [];
    for (let life = 0; life < 4; life++) {
      const batch = Array.from({ length: 30 }, (_, n) => `${life}-${n}`);
      const messages = batch.map((id, n) =>
        signed(
          order(id, Date.now() + n, 3_600_000, { type: 'mode', mode: n % 2 === 0 ? 'locked' : 'controlled' }),
          topic,
          key,
        ),
      );
      const dies = (dice.bytes(1)[0] ?? 0) % batch.length;
      for (const [n, message] of messages.entries()) {
        await stand.publishAsync(topic, message, { qos: 1 });
        if (n === dies) daemon.kill('SIGKILL');
      }
      await daemon.exit;
      daemon = await site.daemon();
      await daemon.line(/connected to the broker/);
      // As an office does with what has no answer: it sends it again.
      await Promise.all(messages.map((message) => stand.publishAsync(topic, message, { qos: 1 })));
      for (const id of batch) await answered(id);
      given.push(...batch);
    }
    const ids = site.ofType('command.applied').map(({ data }) => (data.command as { id: string }).id);
    expect(new Set(ids).size).toBe(ids.length);
    const carriedOut = new Set(ids);
    for (const id of given) {
      const said = replies.get(id) ?? [];
      const done = said.some((one) => one === 'done' || one === 'duplicate done');
      expect([id, said, done]).toEqual([id, said, carriedOut.has(id)]);
      expect(said.filter((one) => one === 'done').length).toBeLessThanOrEqual(1);
    }
    expect(carriedOut.size).toBeGreaterThan(given.length / 2);
  });
});
