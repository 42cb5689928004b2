// Compact JWS (RFC 7515) with Ed25519 (RFC 8037): one algorithm, the topic inside what is signed. Whatever arrives, the
// answer is a payload that the named key signed for this very topic, or a refusal with its reason; nothing is thrown.

import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';
import { parseBounded } from './json.ts';
import type { KeyFor, Signer } from './keys.ts';

export type JwsReason =
  | 'malformed'
  | 'too-long'
  | 'algorithm'
  | 'unknown-key'
  | 'wrong-topic'
  | 'bad-signature'
  | 'payload';

export interface JwsRefusal {
  readonly ok: false;
  readonly reason: JwsReason;
  /** One short sentence for a log; holds at most 100 characters of what the sender wrote. */
  readonly detail: string;
}

export interface Verified<Payload> {
  readonly ok: true;
  readonly payload: Payload;
  readonly kid: string;
}

export interface VerifyOptions {
  /** The topic that the message arrived on. */
  readonly topic: string;
  readonly keyFor: KeyFor;
  /** Longest message, in bytes; the default is 4 MiB. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 4 * 1024 * 1024;
const maxHeaderChars = 1024;
const signatureBytes = 64;
const dot = '.';

/** Signs a JSON text for a topic. */
export function signText(topic: string, payloadText: string, signer: Signer): string {
  return compact({ alg: 'EdDSA', kid: signer.kid, topic }, payloadText, signer.privateKey);
}

/** RFC 7515 section 7.1 over RFC 8037 section 3.1. */
export function compact(header: object, payloadText: string, privateKey: KeyObject): string {
  const input = `${encodeBase64Url(Buffer.from(JSON.stringify(header)))}.${encodeBase64Url(Buffer.from(payloadText))}`;
  return `${input}.${encodeBase64Url(signBytes(null, Buffer.from(input), privateKey))}`;
}

/** Signs a message for a topic. */
export function sign(topic: string, payload: object, signer: Signer): string {
  return signText(topic, JSON.stringify(payload), signer);
}

/** What a compact JWS says, if one of the known keys signed it for this topic. The payload is JSON, not yet looked at. */
export function verify(message: string | Uint8Array, options: VerifyOptions): Verified<unknown> | JwsRefusal {
  const { length } = message;
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  if (length > maxBytes) return refusal('too-long', `${length} bytes, at most ${maxBytes} are read`);
  const parts = partsOf(bytesOf(message));
  if (parts === null) return refusal('malformed', 'not a compact JWS: three parts in base64url, parted by dots');
  const header = readHeader(parts.header);
  if ('ok' in header) return header;
  const key = options.keyFor(header.kid);
  if (key === undefined) return refusal('unknown-key', `signed with ${excerpt(header.kid)}, which is not trusted here`);
  if (header.topic !== options.topic) return refusal('wrong-topic', `signed for ${excerpt(header.topic)}`);
  if (!verifyBytes(null, parts.input, key, parts.signature)) {
    return refusal('bad-signature', `not what ${excerpt(header.kid)} signed`);
  }
  const payload = parseBounded(parts.payload);
  if (payload === undefined) return refusal('payload', 'signed, but not JSON, or nested too deep');
  return { ok: true, payload, kid: header.kid };
}

interface Parts {
  readonly input: Uint8Array;
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/** In UTF-8: what is more than one byte is nothing of base64url. */
function bytesOf(message: string | Uint8Array): Buffer {
  if (typeof message === 'string') return Buffer.from(message);
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
}

function partsOf(message: Buffer): Parts | null {
  const first = message.indexOf(dot);
  const last = message.lastIndexOf(dot);
  if (first < 1 || last === first || first > maxHeaderChars) return null;
  const header = decodeBase64Url(message.toString('latin1', 0, first));
  const payload = decodeBase64Url(message.toString('latin1', first + 1, last));
  const signature = decodeBase64Url(message.toString('latin1', last + 1));
  if (header === null || payload === null || signature?.length !== signatureBytes) return null;
  return { input: message.subarray(0, last), header, payload, signature };
}

function readHeader(bytes: Buffer): { readonly kid: string; readonly topic: string } | JwsRefusal {
  const header = parseBounded(bytes);
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return refusal('malformed', 'the protected header is no JSON object');
  }
  const { alg, kid, topic, crit } = header as Readonly<Record<string, unknown>>;
  if (alg !== 'EdDSA') return refusal('algorithm', 'alg is not EdDSA');
  if (crit !== undefined) return refusal('algorithm', 'crit asks for extensions, of which there are none');
  if (typeof kid !== 'string' || typeof topic !== 'string') {
    return refusal('malformed', 'the protected header lacks kid or topic');
  }
  return { kid, topic };
}

export function refusal(reason: JwsReason, detail: string): JwsRefusal {
  return { ok: false, reason, detail };
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
