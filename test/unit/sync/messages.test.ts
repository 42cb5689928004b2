// Messages: what is written is read back, unknown keys fall away, everything beyond a bound is refused.

import { describe, expect, it } from 'vitest';
import { canonicalJson, eventHash } from '../../../access/canonical.ts';
import type { JsonObject } from '../../../access/event.ts';
import { replySchema } from '../../../sync/protocol/commands.ts';
import { eventBatchText, readEventBatch } from '../../../sync/protocol/events.ts';
import { sign } from '../../../sync/protocol/jws.ts';
import { keyRing, newKeyPair, readPrivateKey, readPublicKey, signerOf } from '../../../sync/protocol/keys.ts';
import {
  ackMessage,
  ackSchema,
  deltaSchema,
  type Manifest,
  manifestMessage,
  manifestSchema,
  openMessage,
  wantMessage,
  wantSchema,
} from '../../../sync/protocol/messages.ts';
import { isLastWill, lastWillText, statusSchema } from '../../../sync/protocol/status.ts';

const hash = 'a'.repeat(64);
const issuedAtMs = Date.parse('2026-03-02T08:10:00.123Z');

describe('messages', () => {
  it('acknowledgements, with and without their instant', () => {
    for (const ack of [
      { epoch: 'e', through: 7, issuedAtMs },
      { epoch: 'e', through: 0, issuedAtMs: null },
    ]) {
      expect(ackSchema.parse(ackMessage(ack))).toEqual(ack);
    }
    expect(ackMessage({ epoch: 'e', through: 7, issuedAtMs })).toEqual({
      epoch: 'e',
      through: 7,
      issuedAt: '2026-03-02T08:10:00.123Z',
    });
    expect(ackSchema.parse({ epoch: 'e', through: 7, soonToCome: [1] })).toEqual({
      epoch: 'e',
      through: 7,
      issuedAtMs: null,
    });
  });

  it.each([
    {},
    { epoch: 'e' },
    { epoch: '', through: 1 },
    { epoch: 'e', through: -1 },
    { epoch: 'e', through: 1.5 },
    { epoch: 'e', through: '1' },
    { epoch: 'e', through: 2 ** 53 },
    { epoch: 'e', through: 1, issuedAt: 5 },
    { epoch: 'e', through: 1, issuedAt: 'soon' },
    { epoch: 'e', through: 1, issuedAt: '2026-13-02T08:10:00Z' },
    { epoch: 'e', through: 1, issuedAt: '2026-03-02' },
    [],
    null,
    'e',
  ])('%j is no acknowledgement', (payload) => expect(ackSchema.safeParse(payload).success).toBe(false));

  it('instants with an offset', () => {
    const read = ackSchema.parse({ epoch: 'e', through: 1, issuedAt: '2026-03-02T09:10:00.123+01:00' });
    expect(read.issuedAtMs).toBe(issuedAtMs);
  });

  it('wants', () => {
    for (const want of [
      { have: 0, missing: null },
      { have: 41, missing: { revision: 42, from: 3 } },
    ]) {
      expect(wantSchema.parse(wantMessage(want))).toEqual(want);
    }
    expect(wantSchema.safeParse({}).success).toBe(false);
  });

  it('manifests', () => {
    const manifest: Manifest = {
      revision: 42,
      sha256: hash,
      bytes: 1000,
      chunks: [{ sha256: hash, bytes: 100 }],
      controllers: [{ id: 'front-desk', publicKey: 'AAAA' }],
      shrinkMeant: false,
      digest: hash,
      issuedAtMs,
    };
    expect(manifestSchema.parse(manifestMessage({ ...manifest, digest: null })).digest).toBeNull();
    expect(manifestSchema.parse(manifestMessage(manifest))).toEqual(manifest);
    const {
      controllers: _,
      shrinkMeant: __,
      ...least
    } = manifestMessage({ ...manifest, issuedAtMs: null }) as Manifest;
    expect(manifestSchema.parse(least)).toMatchObject({ controllers: [], shrinkMeant: false, issuedAtMs: null });
    expect(manifestSchema.safeParse({ ...least, chunks: [] }).success).toBe(false);
    expect(manifestSchema.safeParse({ ...least, sha256: hash.toUpperCase() }).success).toBe(false);
    const many = Array.from({ length: 16_385 }, () => ({ sha256: hash, bytes: 1 }));
    expect(manifestSchema.safeParse({ ...least, chunks: many }).success).toBe(false);
  });

  it('replies say one of four outcomes', () => {
    expect(replySchema.parse({ id: 'c1', outcome: 'done' })).toEqual({ id: 'c1', outcome: 'done', reason: null });
    expect(replySchema.safeParse({ id: 'c1', outcome: 'maybe' }).success).toBe(false);
  });

  it('deltas have a bound', () => {
    const operations = Array.from({ length: 10_001 }, () => ['delete', 'passes', 'p']);
    expect(deltaSchema.safeParse({ from: 1, to: 2, operations }).success).toBe(false);
    expect(deltaSchema.safeParse({ from: 1, to: 2, operations: operations.slice(1) }).success).toBe(true);
  });

  it('the last will, and only that, is known unsigned', () => {
    expect(isLastWill(Buffer.from(lastWillText))).toBe(true);
    expect(isLastWill(Buffer.from('{"online":true}'))).toBe(false);
    expect(isLastWill(Buffer.from('{"online":false} '))).toBe(false);
    expect(isLastWill(Buffer.alloc(0))).toBe(false);
    expect(statusSchema.parse(JSON.parse(lastWillText))).toEqual({ online: false, accessPoints: [], readers: [] });
  });

  it('open with a signature, and say which key of the payload is wrong', () => {
    const pair = newKeyPair();
    const topic = 'cardea/1/s/c/ack';
    const options = { topic, keyFor: keyRing([readPublicKey(pair.publicKeyPem)]) };
    const signer = signerOf(readPrivateKey(pair.privateKeyPem));
    const opened = openMessage(ackSchema, sign(topic, { epoch: 'e', through: 7 }, signer), options);
    expect(opened.ok && opened.payload).toEqual({ epoch: 'e', through: 7, issuedAtMs: null });
    const refused = openMessage(ackSchema, sign(topic, { epoch: 'e', through: -7 }, signer), options);
    expect(refused).toMatchObject({ ok: false, reason: 'payload', detail: expect.stringContaining('through') });
  });
});

describe('batches of events', () => {
  const from = { site: 'riverside', controller: 'front-desk' };
  const event = (seq: number, over: JsonObject = {}): JsonObject => ({
    id: `e${seq}`,
    ...from,
    epoch: 'e',
    seq,
    type: 'access.granted',
    time: '2026-03-02T08:10:00.123Z',
    clock: { boot: 'b', sinceBootMs: 81234, synchronised: true },
    accessPoint: 'front-door',
    data: { holder: { kind: 'customer', id: 'ana' } },
    prev: hash,
    ...over,
  });
  const batch = (...events: JsonObject[]) =>
    JSON.parse(
      eventBatchText(
        'e',
        events.map((one) => canonicalJson(one)),
      ),
    );
  const problem = (payload: unknown) => {
    const read = readEventBatch(payload, from);
    return read.ok ? 'ok' : read.reason;
  };

  it('give back each event with its canonical text and its hash, unknown keys included', () => {
    const strange = event(3, {
      newKey: { b: 1, a: [null] },
      clock: { synchronised: true, boot: 'b', sinceBootMs: 1.5, drift: 2 },
    });
    const read = readEventBatch(batch(strange, event(4)), from);
    if (!read.ok) throw new Error(read.detail);
    expect(read.batch.events.map(({ event: { seq } }) => seq)).toEqual([3, 4]);
    expect(read.batch.events[0]?.text).toBe(canonicalJson(strange));
    expect(read.batch.events[0]?.hash).toBe(eventHash(canonicalJson(strange)));
  });

  it('take a type that a newer controller made up', () => {
    expect(problem(batch(event(1, { type: 'door.melted' })))).toBe('ok');
  });

  it('refuse gaps, swaps and repetitions', () => {
    expect(problem(batch(event(3), event(5)))).toBe('order');
    expect(problem(batch(event(3), event(2)))).toBe('order');
    expect(problem(batch(event(3), event(3)))).toBe('order');
  });

  it('refuse events of others', () => {
    expect(problem(batch(event(1, { controller: 'back-door' })))).toBe('not-its-own');
    expect(problem(batch(event(1, { site: 'elsewhere' })))).toBe('not-its-own');
    expect(problem(batch(event(1, { epoch: 'f' })))).toBe('not-its-own');
  });

  const wrong: JsonObject[] = [
    { id: 'a b' },
    { type: 'Access Granted' },
    { time: '2026-03-02T08:10:00Z' },
    { clock: null },
    { data: [] },
    { data: null },
    { prev: 'none' },
    { accessPoint: 7 },
    { data: { text: 'x'.repeat(300_000) } },
  ];

  it.each(wrong)('put aside, whole and in its place, %j', (over) => {
    const poisoned = event(2, over);
    const read = readEventBatch(batch(event(1), poisoned, event(3)), from);
    if (!read.ok) throw new Error(read.detail);
    const [, aside] = read.batch.events;
    expect(read.batch.events.map(({ event: { seq } }) => seq)).toEqual([1, 2, 3]);
    expect(aside).toMatchObject({ text: canonicalJson(poisoned), hash: eventHash(canonicalJson(poisoned)) });
    expect(aside?.event).toMatchObject({ type: 'unreadable', seq: 2, data: {} });
    expect(aside?.aside).toMatchObject({ from: 2, whole: true, linked: over.prev === undefined });
    expect(aside?.aside?.reason).toMatch(new RegExp(`^${over.data === undefined ? Object.keys(over)[0] : ''}`));
  });

  it.each([7, null, 'text', [1], {}])('give the place between the others to what is no event at all: %j', (item) => {
    const payload = { epoch: 'e', events: [event(4), item, event(6)] };
    const read = readEventBatch(JSON.parse(JSON.stringify(payload)), from);
    if (!read.ok) throw new Error(read.detail);
    expect(read.batch.events[1]).toMatchObject({ event: { seq: 5 }, text: JSON.stringify(item), aside: { from: 5 } });
  });

  it('take from the next record the hash of one that JSON cannot say, and wait for it', () => {
    const text = (...items: string[]): unknown => JSON.parse(eventBatchText('e', items));
    const endless = canonicalJson(event(2)).replace('{"holder":{"id":"ana","kind":"customer"}}', '{"far":1e999}');
    const read = readEventBatch(text(canonicalJson(event(1)), endless, canonicalJson(event(3))), from);
    expect(read).toMatchObject({ ok: true, batch: { events: [{}, { hash, aside: { whole: false } }, {}] } });
    expect(readEventBatch(text(canonicalJson(event(1)), endless), from)).toMatchObject({
      batch: { events: [{ event: { seq: 1 } }] },
    });
    expect(problem(text(endless))).toBe('payload');
  });

  it('take a stand-in for what a controller lost', () => {
    const standIn = { seq: 2, through: 5, hash, lost: 'gone' };
    const read = readEventBatch({ epoch: 'e', events: [event(1), standIn, event(6)] }, from);
    expect(read).toMatchObject({
      ok: true,
      batch: { events: [{}, { hash, event: { seq: 5 }, aside: { from: 2, whole: false, reason: 'gone' } }, {}] },
    });
    expect(problem({ epoch: 'e', events: [event(1), standIn, event(5)] })).toBe('order');
    const text = '{"whole":true}';
    const kept = { seq: 1, hash: eventHash(text), lost: 'too deep', text };
    expect(readEventBatch({ epoch: 'e', events: [kept] }, from)).toMatchObject({
      batch: { events: [{ text, aside: { whole: true, linked: false } }] },
    });
  });

  it.each([[{ seq: 0 }], [{ seq: '1' }]])('refuse what does not say its place: %j', (over) => {
    expect(problem(batch(event(1, over)))).toBe('payload');
  });

  it('refuse what is no batch', () => {
    for (const payload of [null, [], {}, { epoch: 'e' }, { epoch: 'e', events: [] }, { epoch: 'e', events: {} }]) {
      expect(problem(payload)).toBe('payload');
    }
  });
});
