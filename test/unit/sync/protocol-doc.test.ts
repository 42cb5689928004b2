// docs/protocol.md is what others build on: each of its examples is read by the code that it describes.

import { createHash, createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { canonicalJson, eventHash, genesisHash } from '../../../access/canonical.ts';
import { oversoldData } from '../../../sync/office/ingest/event-data.ts';
import { commandSchema, replySchema } from '../../../sync/protocol/commands.ts';
import { readOperation } from '../../../sync/protocol/delta.ts';
import { ContentDigest, rowText } from '../../../sync/protocol/digest.ts';
import { readEventBatch } from '../../../sync/protocol/events.ts';
import { sign, verify } from '../../../sync/protocol/jws.ts';
import { keyRing, readPublicKey, signerOf } from '../../../sync/protocol/keys.ts';
import { ackSchema, deltaSchema, manifestSchema, maxChunks, wantSchema } from '../../../sync/protocol/messages.ts';
import { openPeersAnswer, peersWantSchema } from '../../../sync/protocol/peers.ts';
import { replicaKinds } from '../../../sync/protocol/replica-records.ts';
import { type ReplicaRow, readHeaderLine, readRowLine } from '../../../sync/protocol/replica-rows.ts';
import { isLastWill, statusSchema } from '../../../sync/protocol/status.ts';
import { digestOf } from './fake-office.ts';

const doc = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');

function example(name: string): string {
  const found = new RegExp(`<!-- example: ${name} -->\\n\`\`\`(?:json)?\\n([\\s\\S]*?)\\n\`\`\``).exec(doc)?.[1];
  if (found === undefined) throw new Error(`docs/protocol.md has no example ${name}`);
  return found;
}

const json = (name: string) => JSON.parse(example(name));

describe('docs/protocol.md', () => {
  const schemas: readonly [string, z.ZodType][] = [
    ['ack', ackSchema],
    ['status', statusSchema],
    ['manifest', manifestSchema],
    ['want', wantSchema],
    ['want-missing', wantSchema],
    ['peers-want', peersWantSchema],
    ['oversold', oversoldData],
    ['delta', deltaSchema],
    ['command', commandSchema],
    ['reply', replySchema],
  ];
  it.each(schemas)('%s is of its schema', (name, schema) => {
    expect(schema.safeParse(json(name)).error).toBeUndefined();
  });

  it('the signed message verifies, for its topic only', () => {
    const keyFor = keyRing([readPublicKey(example('public-key'))]);
    const result = verify(example('signed'), { topic: 'cardea/1/riverside/front-desk/ack', keyFor });
    expect(result.ok && result.payload).toEqual(json('ack'));
    expect(verify(example('signed'), { topic: 'cardea/1/riverside/back-door/ack', keyFor }).ok).toBe(false);
    expect(
      createPublicKey({ key: Buffer.from(example('public-key'), 'base64'), format: 'der', type: 'spki' }).type,
    ).toBe('public');
  });

  it('the answer about other controllers is one', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const topic = 'cardea/1/riverside/back-door/peers';
    const signed = sign(topic, json('peers-answer'), signerOf(privateKey));
    const opened = openPeersAnswer(signed, 'riverside', { topic, keyFor: keyRing([publicKey]) });
    if (!opened.ok) throw new Error(opened.detail);
    const { controller, asked, after, head, batch } = opened.payload;
    expect([controller, asked, head, batch.events.length]).toEqual(['front-desk', 0, 1, 1]);
    expect(after).toEqual(json('peers-answer').after);
    expect(batch.events[0]?.event.prev).toBe(after.hash);
  });

  it('the chain: genesis, canonical form, hash', () => {
    const genesis = json('genesis');
    const read = readEventBatch(json('batch'), { site: 'riverside', controller: 'front-desk' });
    if (!read.ok) throw new Error(read.detail);
    const [event] = read.batch.events;
    expect(event?.event.prev).toBe(genesisHash(genesis));
    expect(genesisHash(genesis)).toBe(eventHash(canonicalJson(genesis)));
    expect(event?.text).toBe(example('canonical'));
    expect(event?.hash).toBe(createHash('sha256').update(example('canonical')).digest('hex'));
    for (const hash of [event?.event.prev, event?.hash]) expect(doc.split(`\`${hash}\``)).toHaveLength(2);
  });

  it('a stand-in takes its places, and has the hash that the next event names', () => {
    const standIn = json('stand-in');
    const [event] = json('batch').events;
    const next = { ...event, seq: 5, prev: standIn.hash };
    const read = readEventBatch(
      { epoch: event.epoch, events: [event, standIn, next] },
      { site: 'riverside', controller: 'front-desk' },
    );
    expect(read).toMatchObject({ ok: true, batch: { events: [{}, { hash: next.prev, aside: { from: 2 } }, {}] } });
  });

  it('the snapshot is the one of the manifest, and its credential the one that is named', () => {
    const text = `${example('snapshot')}\n`;
    const { sha256, bytes } = manifestSchema.parse(json('manifest'));
    expect(bytes).toBe(Buffer.byteLength(text));
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
    const [header = '', ...lines] = text.trimEnd().split('\n');
    expect(readHeaderLine(header).counts).toEqual({ customers: 1, credentials: 1 });
    const rows = lines.map((line) => readRowLine(line));
    expect(rows.map((row) => row?.[0])).toEqual(['customers', 'credentials']);
    const hash = createHmac('sha256', Buffer.alloc(32)).update('card:04A1B2C3D4E580').digest('hex');
    expect(rows[1]?.[1]).toMatchObject({ hash });
  });

  it('the digest of the manifest is that of the snapshot, and the delta leads to the one that is named', () => {
    const rows = example('snapshot')
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as [string, { id?: string }]);
    expect(digestOf(rows)).toBe(json('manifest').digest);
    const named = /After the deltas above the digest is `([0-9a-f]{64})`/.exec(doc)?.[1];
    const { from, operations } = deltaSchema.parse(json('delta'));
    expect(from).toBe(json('manifest').revision);
    const ours = new ContentDigest(json('manifest').digest);
    for (const operation of operations) {
      const read = readOperation(operation);
      if (read?.does === 'put') {
        rows.push(operation.slice(1) as [string, object]);
        ours.add(read.text);
      } else {
        const [gone] = rows.splice(
          rows.findIndex(([kind, { id }]) => kind === operation[1] && id === operation[2]),
          1,
        );
        ours.remove(rowText(gone as unknown as ReplicaRow));
      }
    }
    expect([digestOf(rows), ours.text()]).toEqual([named, named]);
  });

  it('the last will is the very bytes', () => {
    expect(isLastWill(Buffer.from(example('will')))).toBe(true);
    expect(example('will')).toHaveLength(16);
  });

  it('the kinds, in their order, and the bounds', () => {
    const kinds = replicaKinds.map((kind) => `\`${kind}\``).join(', ');
    expect(doc.replaceAll('\n', ' ')).toContain(`${kinds}.`);
    expect(doc).toContain(`| chunks of a snapshot | ${maxChunks.toLocaleString('en')} |`);
  });
});
