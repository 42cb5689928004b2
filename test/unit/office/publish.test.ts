import { createHash, createHmac } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplicaDocument } from '../../../config/types.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { currentRevision } from '../../../sync/office/store/revisions.ts';
import { JournalMaker } from '../../support/journal-maker.ts';
import { credential, customer, dump, people, replica, startMs } from './bench.ts';
import { base, OfficeBench, siteKey } from './office-bench.ts';

let b: OfficeBench;
beforeEach(async () => {
  b = await OfficeBench.make();
});
afterEach(() => b.close());

function load(document: ReplicaDocument, force = false): void {
  importReplica(b.bench.open(), document, { force, nowMs: startMs });
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The chunks that were published for a controller, in order. */
function chunks(controller = 'front-desk'): Uint8Array[] {
  return b.broker
    .on(new RegExp(`^${base}/${controller}/replica/chunk/`))
    .map(({ payload }) => (typeof payload === 'string' ? Buffer.from(payload) : payload));
}

describe('the manifest', () => {
  it('fixes the chunks, names the controllers and their keys, and is signed and retained', async () => {
    load(replica(7, { customers: [customer('ana')], credentials: [credential('c1', '04A1B2C3')] }));
    b.start();
    b.run(1_000);
    const [message] = b.broker.on(/manifest$/);
    expect(message?.retain).toBe(true);
    const manifests = await b.manifests();
    expect(manifests).toHaveLength(1);
    const [manifest] = manifests;
    const spki = (key: { export(o: { format: 'der'; type: 'spki' }): Buffer }): string =>
      key.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(manifest).toMatchObject({
      revision: 7,
      shrinkMeant: false,
      controllers: [
        { id: 'front-desk', publicKey: spki(b.front.publicKey) },
        { id: 'back-door', publicKey: spki(b.back.publicKey) },
      ],
    });
    await b.want('front-desk', { have: 0 });
    b.run(0);
    const sent = chunks();
    expect(manifest?.chunks).toEqual(sent.map((body) => ({ sha256: sha256(body), bytes: body.length })));
    const text = Buffer.concat(sent.map((body) => gunzipSync(body)));
    expect(manifest).toMatchObject({ sha256: sha256(text), bytes: text.length });
  });

  it('is not there before anything was imported', async () => {
    b.start();
    b.run(10_000);
    expect(await b.manifests()).toEqual([]);
  });

  it('comes again every hour and at every connection, each time as of then', async () => {
    load(replica(7));
    b.start();
    b.run(3 * 3_600_000);
    b.broker.down();
    b.run(60_000);
    b.broker.up();
    const instants = (await b.manifests()).map(({ issuedAt }) => Date.parse(String(issuedAt)) - startMs);
    expect(instants).toHaveLength(5);
    for (const [n, instant] of instants.slice(0, 4).entries())
      expect(Math.abs(instant - n * 3_600_000)).toBeLessThan(2_000);
    expect(instants[4]).toBe(3 * 3_600_000 + 60_000);
  });

  it('follows an import by another process within a second', async () => {
    load(replica(7));
    b.start();
    b.run(5_000);
    load(replica(8, { customers: people(3) }));
    b.run(1_000);
    expect((await b.manifests()).map(({ revision }) => revision)).toEqual([7, 8]);
  });

  it('says what it said before when the office starts again: a snapshot is encoded once', async () => {
    load(replica(7, { customers: people(50) }));
    b.start();
    b.run(1_000);
    const before = dump(b.store, 'chunks');
    await b.office.stop();
    b.store.db.exec("CREATE TRIGGER once BEFORE INSERT ON chunks BEGIN SELECT raise(ABORT, 'encoded again'); END");
    b.newOffice();
    b.start();
    b.run(1_000);
    const [first, second] = await b.manifests();
    expect(second).toMatchObject({ revision: 7, sha256: first?.sha256, chunks: first?.chunks });
    expect(dump(b.store, 'chunks')).toEqual(before);
  });

  it('has another revision under another site key', async () => {
    load(replica(7, { credentials: [credential('c1', '04A1')] }));
    b.start();
    b.run(1_000);
    await b.office.stop();
    b.newOffice({ siteKey: new Uint8Array(32).fill(8) });
    b.start();
    b.run(1_000);
    const revisions = (await b.manifests()).map(({ revision, sha256 }) => [revision, sha256] as const);
    expect(revisions.at(0)?.[0]).toBe(7);
    expect(revisions.at(-1)?.[0]).toBe(8);
    expect(revisions.at(-1)?.[1]).not.toBe(revisions.at(0)?.[1]);
  });

  it('says that shrinking is meant for as long as a controller may come from before it', async () => {
    load(replica(1, { customers: people(10) }));
    b.start();
    await b.status('front-desk', { online: true, revision: 1 });
    b.run(2_000);
    load(replica(2, { customers: people(1) }), true);
    b.run(2_000);
    load(replica(3, { customers: people(2) }));
    b.run(2_000);
    await b.status('front-desk', { online: true, revision: 3 });
    b.run(2_000);
    load(replica(4, { customers: people(3) }));
    b.run(2_000);
    expect((await b.manifests()).map(({ revision, shrinkMeant }) => [revision, shrinkMeant])).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, false],
    ]);
  });
});

describe('what is published', () => {
  it('holds no value of a credential, only what an independent HMAC gives', async () => {
    const values = ['04A1B2C3D4E580', 'DEADBEEF', 'secret-text-on-a-badge'];
    load(
      replica(7, {
        credentials: [
          credential('c1', '04A1B2C3D4E580'),
          credential('c2', 'DEADBEEF', { status: 'blocked' }),
          credential('c3', 'secret-text-on-a-badge', { type: 'qr' }),
        ],
      }),
    );
    b.start();
    await b.want('front-desk', { have: 0 });
    b.run(1_000);
    await b.want('front-desk', { have: 0 });
    b.run(1_000);
    const text = Buffer.concat(chunks().map((body) => gunzipSync(body))).toString('utf8');
    const everything = [...b.broker.published.map(({ payload }) => Buffer.from(payload).toString('latin1')), text];
    for (const value of values) for (const part of everything) expect(part).not.toContain(value);
    const hmac = (message: string): string => createHmac('sha256', siteKey).update(message).digest('hex');
    expect(text).toContain(hmac('card:04A1B2C3D4E580'));
    expect(text).toContain(hmac('card:DEADBEEF'));
    expect(text).toContain(hmac('qr:secret-text-on-a-badge'));
    const [header] = text.split('\n');
    expect(JSON.parse(header ?? '')).toMatchObject({ site: 'riverside', revision: 7, counts: { credentials: 3 } });
  });
});

describe('a controller that wants the replica', () => {
  beforeEach(() => {
    b.newOffice({ chunkBytes: 500 });
    load(replica(7, { customers: people(20) }));
  });
  const path = (n: number, controller = 'front-desk', revision = 7): string =>
    `${controller}/replica/chunk/${revision}/${n}`;

  it('gets the chunks on topics of its own, one after the other as the broker takes them', async () => {
    b.start();
    b.run(1_000);
    await b.want('front-desk', { have: 0 });
    b.bench.clock.advance(0);
    b.bench.clock.advance(1_000);
    expect(b.chunkTopics()).toEqual([path(0)]);
    b.broker.answer();
    b.bench.clock.advance(0);
    expect(b.chunkTopics()).toEqual([path(0), path(1)]);
    b.run(0);
    const { chunks } = (await b.manifests())[0] as { chunks: unknown[] };
    expect(chunks.length).toBeGreaterThan(3);
    expect(b.chunkTopics()).toEqual(chunks.map((_, n) => path(n)));
  });

  it('gets only what it misses', async () => {
    b.start();
    b.run(1_000);
    await b.want('front-desk', { have: 3, missing: { revision: 7, from: 2 } });
    b.run(0);
    expect(b.chunkTopics()[0]).toBe(path(2));
    b.broker.published.length = 0;
    b.run(5_000);
    await b.want('front-desk', { have: 3, missing: { revision: 6, from: 2 } });
    b.run(0);
    expect(b.chunkTopics()[0]).toBe(path(0));
  });

  it('gets nothing where it has the newest', async () => {
    b.start();
    b.run(1_000);
    await b.want('front-desk', { have: 7 });
    await b.want('front-desk', { have: 8 });
    b.run(10_000);
    expect(b.chunkTopics()).toEqual([]);
  });

  it('gets one answer every five seconds, however often it asks', async () => {
    b.start();
    b.run(1_000);
    const { chunks } = (await b.manifests())[0] as { chunks: unknown[] };
    for (let n = 0; n < 40; n++) {
      await b.want('front-desk', { have: 0 });
      b.run(500);
    }
    expect(b.chunkTopics().length).toBeLessThanOrEqual(5 * chunks.length);
    expect(b.chunkTopics().length).toBeGreaterThanOrEqual(3 * chunks.length);
  });

  it('does not hold up another one, nor the events, where the broker does not take its chunks', async () => {
    b.start();
    b.run(1_000);
    b.broker.published.length = 0;
    b.broker.room = 0;
    await b.want('front-desk', { have: 0 });
    const journal = new JournalMaker('front-desk');
    journal.add('door.opened');
    await b.events(journal);
    b.bench.clock.advance(1_000);
    expect(b.chunkTopics()).toEqual([]);
    expect(dump(b.store, 'events')).toHaveLength(1);
    b.broker.room = 2;
    await b.want('back-door', { have: 0 }, b.back);
    b.run(1_000);
    expect(b.chunkTopics().filter((topic) => topic.startsWith('back-door')).length).toBeGreaterThan(3);
    expect(b.chunkTopics().filter((topic) => topic.startsWith('front-desk')).length).toBeGreaterThan(3);
  });

  it('stops getting a revision that is no longer the newest', async () => {
    b.start();
    b.run(1_000);
    await b.want('front-desk', { have: 0 });
    b.bench.clock.advance(0);
    load(replica(8, { customers: people(21) }));
    b.bench.clock.advance(1_000);
    await b.want('front-desk', { have: 0 });
    b.run(1_000);
    expect(b.chunkTopics().slice(0, 2)).toEqual([path(0), path(0, 'front-desk', 8)]);
  });

  it('asks again after the connection broke', async () => {
    b.start();
    b.run(1_000);
    await b.want('front-desk', { have: 0 });
    b.bench.clock.advance(0);
    b.broker.down();
    b.run(60_000);
    expect(b.chunkTopics()).toEqual([path(0)]);
    b.broker.up();
    await b.want('front-desk', { have: 0 });
    b.run(0);
    expect(b.chunkTopics().slice(0, 3)).toEqual([path(0), path(0), path(1)]);
  });
});

describe('the connection', () => {
  it('refuses a message that is too long by the name that the protocol gives it', () => {
    b.start();
    b.broker.oversized(`${base}/front-desk/events`, 6_000_000);
    expect(b.office.counters().refused).toEqual({ 'too-long': 1 });
    expect(b.log.at(-1)).toContain('refused: too-long: 6000000 bytes on');
  });

  it('is tried again for ever, with growing waits, and each new reason is told once', () => {
    b.office.start();
    for (let n = 0; n < 100; n++) {
      b.broker.down('unreachable');
      b.run(30_000);
    }
    expect(b.broker.requests).toHaveLength(101);
    expect(b.log.filter((line) => line.includes('unreachable'))).toHaveLength(1);
    expect(b.broker.requests[0]).toMatchObject({
      will: null,
      subscriptions: [
        ...['events', 'status', 'want', 'reply'].map((what) => `${base}/+/${what}`),
        `${base}/replica/manifest`,
      ],
    });
  });

  it('is ended with a goodbye', async () => {
    b.start();
    await b.office.stop();
    expect(b.broker.goodbyes).toBe(1);
    expect(b.bench.clock.waits()).toEqual([]);
  });

  it('keeps a snapshot from being half in use when the office stops while it is made', async () => {
    b.newOffice({ chunkBytes: 200 });
    load(replica(7, { customers: people(20) }));
    b.office.start();
    await b.office.stop();
    expect(currentRevision(b.store)?.sha256).toBeNull();
    b.store.db.exec(
      "INSERT INTO chunks (revision, n, sha256, body) VALUES (7, 0, 'half', x'00'), (7, 9, 'half', x'00')",
    );
    b.newOffice({ chunkBytes: 200 });
    b.start();
    b.run(1_000);
    const [manifest] = (await b.manifests()) as { chunks: { sha256: string }[] }[];
    expect(manifest?.chunks.map(({ sha256 }) => sha256)).not.toContain('half');
    expect(manifest?.chunks).toHaveLength(dump(b.store, 'chunks').length);
  });
});
