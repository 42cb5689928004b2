// Snapshots: what is encoded is read back record by record, in chunks that stand alone, with bounds on what comes out.

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  headerLine,
  type ReplicaRow,
  readHeaderLine,
  readRowLine,
  rowLine,
  SnapshotError,
} from '../../../sync/protocol/replica-rows.ts';
import { decodeChunk, encodeSnapshot, linesOf, type SnapshotFacts } from '../../../sync/protocol/snapshot.ts';
import { oneOfEachKind } from './rows.ts';

function encode(rows: readonly ReplicaRow[], chunkBytes?: number): { chunks: Uint8Array[]; facts: SnapshotFacts } {
  const counts: Record<string, number> = {};
  for (const [kind] of rows) counts[kind] = (counts[kind] ?? 0) + 1;
  const generator = encodeSnapshot({ site: 'riverside', revision: 42, counts }, rows, chunkBytes);
  const chunks: Uint8Array[] = [];
  for (let step = generator.next(); ; step = generator.next()) {
    if (step.done) return { chunks, facts: step.value };
    chunks.push(step.value);
  }
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SnapshotError) return error.code;
    throw error;
  }
  return 'none';
}

const customers = (count: number): ReplicaRow[] =>
  Array.from(
    { length: count },
    (_, n): ReplicaRow => [
      'customers',
      { id: `c${n}`, name: `Näme ${n}`, registeredWith: ['riverside'], teams: [], disabled: false },
    ],
  );

describe('snapshots', () => {
  it('bring every kind of record back as it was', () => {
    const { chunks } = encode(oneOfEachKind);
    expect(chunks).toHaveLength(1);
    const [header = '', ...lines] = chunks.flatMap((chunk) => [...linesOf(decodeChunk(chunk))]);
    expect(readHeaderLine(header)).toMatchObject({ site: 'riverside', revision: 42 });
    expect(lines.map((line) => readRowLine(line))).toEqual(oneOfEachKind);
  });

  it('are cut at line ends into chunks that stand alone, with their hashes', () => {
    const { chunks, facts } = encode(customers(1000), 10_000);
    expect(chunks.length).toBeGreaterThan(5);
    const texts = chunks.map((chunk) => gunzipSync(chunk));
    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(10_000);
      expect(text.at(-1)).toBe(0x0a);
    }
    const whole = Buffer.concat(texts);
    expect(facts.bytes).toBe(whole.length);
    expect(facts.sha256).toBe(createHash('sha256').update(whole).digest('hex'));
    expect(facts.chunks).toEqual(
      chunks.map((chunk) => ({ sha256: createHash('sha256').update(chunk).digest('hex'), bytes: chunk.length })),
    );
    expect(whole.toString().split('\n')).toHaveLength(1002);
  });

  it('are the same bytes for the same records', () => {
    expect(encode(customers(100))).toEqual(encode(customers(100)));
  });

  it('never carry the value of a credential', () => {
    const credential = oneOfEachKind.find(([kind]) => kind === 'credentials');
    const leaking = [
      'credentials',
      { ...(credential?.[1] as object), value: '04A1B2C3D4E580' },
    ] as unknown as ReplicaRow;
    expect(codeOf(() => encode([leaking]))).toBe('row');
    expect(readRowLine(JSON.stringify(leaking))).toEqual(credential);
  });

  it('refuse a record beyond all measure', () => {
    const giant: ReplicaRow = ['badgeKeys', 'x'.repeat(2_000_000)];
    expect(codeOf(() => encode([giant]))).toBe('row');
  });
});

describe('chunks', () => {
  it('never unpack to more than they may', () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    expect(codeOf(() => decodeChunk(bomb))).toBe('too-large');
    expect(codeOf(() => decodeChunk(gzipSync(Buffer.alloc(101)), 100))).toBe('too-large');
    expect(decodeChunk(gzipSync(Buffer.alloc(100)), 100)).toHaveLength(100);
  });

  it('are gzip and whole lines', () => {
    expect(codeOf(() => decodeChunk(Buffer.from('hello')))).toBe('chunk');
    expect(codeOf(() => decodeChunk(gzipSync('hello\n').subarray(0, 12)))).toBe('chunk');
    expect(codeOf(() => [...linesOf(Buffer.from('one\ntwo'))])).toBe('chunk');
    expect([...linesOf(Buffer.from('one\ntwo\n'))]).toEqual(['one', 'two']);
    expect([...linesOf(Buffer.alloc(0))]).toEqual([]);
  });
});

describe('lines', () => {
  it('of a newer office: strange kinds are passed over, strange keys fall away', () => {
    expect(readRowLine('["lockers",{"id":"l1"}]')).toBeNull();
    expect(readRowLine('["teams",{"id":"t","name":"T","sharesPasses":true,"colour":"red"},"more"]')).toEqual([
      'teams',
      { id: 't', name: 'T', sharesPasses: true },
    ]);
    const header = { format: 'cardea-snapshot/1', site: 's', revision: 1, counts: { teams: 1, lockers: 2 }, more: 1 };
    expect(readHeaderLine(JSON.stringify(header))).toEqual({ site: 's', revision: 1, counts: { teams: 1 } });
  });

  it.each([
    '',
    '{',
    'null',
    '{}',
    '[]',
    '["teams"]',
    '[7,{}]',
    '["teams",null]',
    '["teams",{"id":"t","name":"T"}]',
    '["teams",{"id":"t/","name":"T","sharesPasses":true}]',
    '["passes",{}]',
    '["credentials",{"id":"c","type":"card","customer":null,"status":"active","validFrom":null,"expires":null,"extendedUnlock":false,"duress":false,"hash":"04A1"}]',
  ])('%j is no record', (line) => expect(codeOf(() => readRowLine(line))).toBe('row'));

  it.each(['__proto__', 'constructor', 'toString'])('a kind named %s is none of ours', (kind) => {
    expect(readRowLine(`["${kind}",{}]`)).toBeNull();
  });

  it.each([
    '',
    '[]',
    '{"format":"cardea-snapshot/2","site":"s","revision":1,"counts":{}}',
    '{"format":"cardea-snapshot/1","site":"s","revision":-1,"counts":{}}',
    '{"format":"cardea-snapshot/1","site":"s","revision":1,"counts":{"teams":-1}}',
    '{"format":"cardea-snapshot/1","site":"s","revision":1}',
  ])('%j is no header', (line) => expect(codeOf(() => readHeaderLine(line))).toBe('header'));

  it('are what they were', () => {
    for (const row of oneOfEachKind) expect(readRowLine(rowLine(row))).toEqual(row);
    const header = { site: 's', revision: 1, counts: { teams: 1 } };
    expect(readHeaderLine(headerLine(header))).toEqual(header);
  });
});
