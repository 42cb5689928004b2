// docs/asyncapi.yaml is what the program's schemas say, whole in itself, and at one with them on what is let through; and the
// check that the system tests hold messages against is one that can fail.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { eventTypes } from '../../../access/event.ts';
import { commandSchema, replySchema } from '../../../sync/protocol/commands.ts';
import { ackSchema, deltaSchema, manifestSchema, wantSchema } from '../../../sync/protocol/messages.ts';
import { statusSchema } from '../../../sync/protocol/status.ts';
import { controllerTopics } from '../../../sync/protocol/topics.ts';
import { asyncApi, asyncApiText, channels } from '../../asyncapi/document.ts';
import { eventName } from '../../asyncapi/schemas.ts';
import { joseSigner } from '../../support/jose-signer.ts';
import { checkin, JournalMaker } from '../../support/journal-maker.ts';
import { WireCheck } from '../../support/wire-check.ts';

const text = readFileSync(new URL('../../../docs/asyncapi.yaml', import.meta.url), 'utf8');
const protocol = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
const document = parse(text) as Record<string, unknown>;
const base = 'cardea/1/riverside';

function example(name: string): unknown {
  const found = new RegExp(`<!-- example: ${name} -->\\n\`\`\`(?:json)?\\n([\\s\\S]*?)\\n\`\`\``).exec(protocol)?.[1];
  return JSON.parse(found ?? 'null');
}

function at(pointer: string): unknown {
  const parts = pointer.replace(/^#\//, '').split('/');
  return parts.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
}

describe('docs/asyncapi.yaml', () => {
  it('is what `npm run asyncapi` writes', () => {
    expect(text === asyncApiText(), 'run `npm run asyncapi` and commit docs/asyncapi.yaml').toBe(true);
    expect(document).toEqual(JSON.parse(JSON.stringify(asyncApi())));
  });

  it('refers to nothing that it does not have', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => at(ref) === undefined)).toEqual([]);
  });

  it('has every topic, every message and every type of event', () => {
    const addresses = channels.map(({ address }) => address);
    for (const topic of controllerTopics) expect(addresses).toContain(`cardea/1/{site}/{controller}/${topic}`);
    for (const type of eventTypes) expect(at(`#/components/schemas/${eventName(type)}`)).toBeDefined();
    expect(Object.keys(document.operations as object)).toHaveLength(channels.length * 2);
  });

  const messages: readonly [string, string, z.ZodType][] = [
    ['ack', 'ack', ackSchema],
    ['status', 'status', statusSchema],
    ['manifest', 'manifest', manifestSchema],
    ['want', 'want', wantSchema],
    ['want', 'want-missing', wantSchema],
    ['delta', 'delta', deltaSchema],
    ['command', 'command', commandSchema],
    ['reply', 'reply', replySchema],
  ];
  it.each(messages)(
    'says of %s what the program says, of the example %s and of all that is near it',
    (name, from, zod) => {
      const ajv = new Ajv({ strict: false });
      ajvFormats.default(ajv);
      ajv.addSchema({ $id: 'asyncapi', components: document.components });
      const validate = ajv.getSchema(`asyncapi#/components/schemas/${name}`);
      const good = example(from) as Record<string, unknown>;
      expect(validate?.(good)).toBe(true);
      // A command that names what is no id is answered, and not left aside: to the program it is still a command.
      for (const key of Object.keys(good).filter((one) => one !== 'accessPoint')) {
        for (const value of [undefined, null, -1, 1.5, 'x y', '', [], {}, [7], true]) {
          const near = JSON.parse(JSON.stringify({ ...good, [key]: value })) as unknown;
          expect(validate?.(near), `${key}: ${JSON.stringify(value)}`).toBe(zod.safeParse(near).success);
        }
      }
    },
  );
});

describe('the check of messages', () => {
  /** What it finds in a message signed for its topic. */
  async function faultsOf(what: string, payload: object, signedFor = `${base}/${what}`): Promise<string[]> {
    const check = new WireCheck();
    const signer = await joseSigner();
    check.take(`${base}/${what}`, Buffer.from(await signer.sign(signedFor, payload)));
    return check.faults;
  }

  const journal = new JournalMaker('front-desk');
  const event = journal.add('checkin.recorded', checkin({ visit: 'v1' }));
  const { epoch } = journal;

  it('takes what the documents say', async () => {
    expect(await faultsOf('front-desk/events', journal.batch())).toEqual([]);
    for (const name of ['ack', 'status', 'command', 'reply', 'want']) {
      expect(await faultsOf(`front-desk/${name}`, example(name) as object)).toEqual([]);
    }
    expect(await faultsOf('replica/manifest', example('manifest') as object)).toEqual([]);
    const check = new WireCheck();
    check.take(`${base}/front-desk/status`, Buffer.from('{"online":false}'));
    check.take(`${base}/front-desk/status`, Buffer.alloc(0));
    check.end();
    expect(check.seen).toEqual(new Map([['status', 1]]));
  });

  it.each<[string, string, object]>([
    ['a topic that nobody described', 'front-desk/gossip', {}],
    ['an acknowledgement without an epoch', 'front-desk/ack', { through: 17 }],
    ['a batch of nothing', 'front-desk/events', { epoch, events: [] }],
    ['an event of no type that there is', 'front-desk/events', { epoch, events: [{ ...event, type: 'door.melted' }] }],
    ['an event without its data', 'front-desk/events', { epoch, events: [{ ...event, data: { visit: 'v1' } }] }],
    ['an event without a place in the chain', 'front-desk/events', { epoch, events: [{ ...event, prev: undefined }] }],
    ['a status that does not say whether it is online', 'front-desk/status', { since: '2026-03-02T08:00:01.000Z' }],
    ['a manifest without chunks', 'replica/manifest', { ...(example('manifest') as object), chunks: [] }],
  ])('finds %s', async (_, topic, payload) => {
    expect(await faultsOf(topic, payload)).toHaveLength(1);
  });

  it('finds what is not signed, or signed for another topic', async () => {
    const check = new WireCheck();
    check.take(`${base}/front-desk/ack`, Buffer.from(JSON.stringify(example('ack'))));
    expect(check.faults).toHaveLength(1);
    expect(() => check.end()).toThrow('no compact JWS');
    expect(await faultsOf('front-desk/ack', example('ack') as object, `${base}/back-door/ack`)).toHaveLength(1);
  });

  it('looks into chunks', () => {
    const header = '{"format":"cardea-snapshot/1","site":"riverside","revision":42,"counts":{"teams":1}}';
    const found = (n: number, lines: readonly string[]): number => {
      const check = new WireCheck();
      check.take(`${base}/front-desk/replica/chunk/42/${n}`, gzipSync(lines.map((line) => `${line}\n`).join('')));
      return check.faults.length;
    };
    expect(found(0, [header, '["teams",{"id":"acme","name":"Acme","sharesPasses":true}]'])).toBe(0);
    expect(found(1, ['["teams",{"id":"acme","name":"Acme","sharesPasses":true}]'])).toBe(0);
    expect(found(0, ['["teams",{"id":"acme","name":"Acme","sharesPasses":true}]'])).toBe(1);
    expect(found(1, ['["teams",{"id":"acme","name":"Acme"}]'])).toBe(1);
    expect(found(1, [header])).toBe(1);
  });
});
