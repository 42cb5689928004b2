// An office and a broker for the edge's tests. The office is an implementation of its own, by docs/protocol.md: jose signs,
// zlib packs, nothing of sync/protocol is used. The broker is a switch: what is published is kept, what is delivered arrives.

import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CompactSign, calculateJwkThumbprint, compactVerify, exportJWK } from 'jose';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type {
  Connection,
  ConnectionHandlers,
  ConnectRequest,
  LinkFault,
  Transport,
} from '../../../sync/protocol/transport.ts';

export interface Party {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export async function newParty(): Promise<Party> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey, kid: await calculateJwkThumbprint(await exportJWK(publicKey)) };
}

export function signAs(party: Party, topic: string, payload: unknown, header: object = {}): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', kid: party.kid, topic, ...header })
    .sign(party.privateKey);
}

/** What a message says, if `party` signed it for its topic. */
export async function readAs<T>(party: Party, message: { topic: string; payload: string }): Promise<T> {
  const { payload, protectedHeader } = await compactVerify(message.payload, party.publicKey);
  if (protectedHeader.alg !== 'EdDSA' || protectedHeader.kid !== party.kid || protectedHeader.topic !== message.topic) {
    throw new Error(`header ${JSON.stringify(protectedHeader)} on ${message.topic}`);
  }
  return JSON.parse(new TextDecoder().decode(payload)) as T;
}

const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface FakeSnapshot {
  readonly manifest: {
    revision: number;
    sha256: string;
    bytes: number;
    chunks: { sha256: string; bytes: number }[];
  } & Record<string, unknown>;
  readonly chunks: readonly Uint8Array[];
}

/** A snapshot of `texts`, one chunk each. */
export function snapshotOf(
  revision: number,
  texts: readonly string[],
  more: Record<string, unknown> = {},
): FakeSnapshot {
  const whole = Buffer.from(texts.join(''));
  const chunks = texts.map((text) => gzipSync(text));
  const manifest = {
    revision,
    sha256: hex(whole),
    bytes: whole.length,
    chunks: chunks.map((chunk) => ({ sha256: hex(chunk), bytes: chunk.length })),
    controllers: [],
    shrinkMeant: false,
    ...more,
  };
  return { manifest, chunks };
}

export const customerLine = (id: string): string =>
  `${JSON.stringify(['customers', { id, name: id, registeredWith: [], teams: [], disabled: false }])}\n`;

/** A header and `count` customers, cut into `pieces` chunks. */
export function customersSnapshot(
  revision: number,
  count: number,
  pieces: number,
  more: Record<string, unknown> = {},
): FakeSnapshot {
  const header = { format: 'cardea-snapshot/1', site: 'riverside', revision, counts: { customers: count } };
  const lines = [`${JSON.stringify(header)}\n`, ...Array.from({ length: count }, (_, n) => customerLine(`c${n}`))];
  const size = Math.ceil(lines.length / pieces);
  const texts = Array.from({ length: pieces }, (_, n) => lines.slice(n * size, (n + 1) * size).join(''));
  return snapshotOf(revision, texts, more);
}

/** RFC 8785 as far as the tests' records go. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** Of records, by docs/protocol.md: the sum of their hashes. */
export function digestOf(rows: readonly unknown[]): string {
  const sum = rows.reduce((all: bigint, row) => all + BigInt(`0x${hex(Buffer.from(canonical(row)))}`), 0n);
  return (sum % 2n ** 256n).toString(16).padStart(64, '0');
}

/** A snapshot of records in one chunk, with its digest. */
export function rowsSnapshot(
  revision: number,
  rows: readonly (readonly [string, unknown])[],
  more: Record<string, unknown> = {},
): FakeSnapshot {
  const counts: Record<string, number> = {};
  for (const [kind] of rows) counts[kind] = (counts[kind] ?? 0) + 1;
  const header = { format: 'cardea-snapshot/1', site: 'riverside', revision, counts };
  const text = [header, ...rows].map((line) => `${JSON.stringify(line)}\n`).join('');
  return snapshotOf(revision, [text], { digest: digestOf(rows), ...more });
}

interface Open {
  readonly request: ConnectRequest;
  readonly handlers: ConnectionHandlers;
}

export class MemoryBroker implements Transport {
  reachable = true;
  /** What it says when it is asked for a connection and is not reachable; null: nothing at all. */
  fault: LinkFault | null = { code: 'unreachable', message: 'nobody answers' };
  /** Hands nothing over any more. */
  full = false;
  /** Never says that it closed. */
  silentClose = false;
  readonly published: { topic: string; payload: string; retain: boolean }[] = [];
  /** Milliseconds since boot of each attempt. */
  readonly attempts: number[] = [];
  readonly requests: ConnectRequest[] = [];
  /** Of each attempt, for a connection that speaks after its end. */
  readonly handlers: ConnectionHandlers[] = [];
  ends: ('close' | 'drop')[] = [];
  #open: Open | null = null;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  connect(request: ConnectRequest, handlers: ConnectionHandlers): Connection {
    const open: Open = { request, handlers };
    this.attempts.push(this.#clock.now().sinceBootMs);
    this.requests.push(request);
    this.handlers.push(handlers);
    this.#open = open;
    this.#clock.after('broker answers', 5, () => {
      if (this.#open !== open) return;
      if (this.reachable) handlers.up();
      else if (this.fault !== null) this.break(this.fault);
    });
    const end = (how: 'close' | 'drop'): void => {
      this.ends.push(how);
      if (this.#open === open) this.#open = null;
    };
    return {
      publish: (topic, payload, { retain }) => {
        if (this.#open !== open || !this.reachable || this.full) return false;
        this.published.push({ topic, payload: payload.toString(), retain });
        return true;
      },
      close: (done) => {
        end('close');
        if (!this.silentClose) this.#clock.after('broker closes', 5, done);
      },
      drop: () => end('drop'),
    };
  }

  deliver(topic: string, payload: string | Uint8Array, retained = false): void {
    this.#open?.handlers.message(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, retained);
  }

  oversized(topic: string, bytes: number): void {
    this.#open?.handlers.oversized(topic, bytes);
  }

  break(fault: LinkFault): void {
    const open = this.#open;
    this.#open = null;
    open?.handlers.down(fault);
  }

  /** What was published on a topic that ends so, taken away. */
  take(ending: string): { topic: string; payload: string; retain: boolean }[] {
    const found = this.published.filter(({ topic }) => topic.endsWith(ending));
    for (const message of found) this.published.splice(this.published.indexOf(message), 1);
    return found;
  }
}
