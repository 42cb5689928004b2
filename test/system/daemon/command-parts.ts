// What a hostile broker throws at a controller: messages made of good ones and of the office's own signatures where it may have
// them (withheld, long ago), and of anybody's where it has not. None of them may have an effect.

import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Random } from '../../../access/clock.ts';

export interface HostileParts {
  readonly key: KeyObject;
  readonly topic: string;
  /** Carried out already. */
  readonly good: readonly string[];
  /** Kept at the broker. */
  readonly kept: string;
  readonly nowMs: number;
  signed(payload: object, on: string, key: KeyObject, header?: object): string;
  order(id: string, issuedAtMs: number, lifeMs: number, more: object): object;
  readonly random: Random;
}

export interface Thrown {
  readonly on: string;
  readonly message: string;
  readonly retain: boolean;
}

const asks = [{ type: 'unlock' }, { type: 'mode', mode: 'unlocked' }, { type: 'mode', mode: 'lockdown' }];
const other = 'cardea/1/riverside/back-door/command';
const dayMs = 86_400_000;

/** RFC 7638 thumbprint, as docs/protocol.md says. */
export function keyIdOf(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}

export function thrown(parts: HostileParts, count: number): Thrown[] {
  const { topic, good, random } = parts;
  const pick = <T>(list: readonly T[]): T => list[below(random, list.length)] as T;
  const pool = messagesOf(parts);
  return Array.from({ length: count }, (): Thrown => {
    const kind = below(random, 10);
    if (kind < 2) return { on: topic, message: pick(good), retain: false };
    if (kind < 5) return { on: topic, message: mutated(pick([...good, ...pool.fresh]), random), retain: false };
    if (kind === 5) return { on: other, message: pick(good), retain: false };
    if (kind === 6) return { on: topic, message: pick(good), retain: true };
    return { on: topic, message: pick(pool.signed), retain: false };
  });
}

function messagesOf({ key, topic, nowMs, signed, order }: HostileParts): { signed: string[]; fresh: string[] } {
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const each = (name: string, make: (id: string, more: object) => string): string[] =>
    Array.from({ length: 12 }, (_, n) => make(`${name}-${n}`, asks[n % asks.length] ?? {}));
  const hourMs = 3_600_000;
  const fresh = each('fresh', (id, more) => signed(order(id, nowMs + 10, hourMs, more), topic, key));
  return {
    fresh,
    signed: [
      ...each('withheld', (id, more) => signed(order(id, nowMs - 5_000, hourMs, more), topic, key)),
      ...each('expired', (id, more) => signed(order(id, nowMs - hourMs, hourMs - 60_000, more), topic, key)),
      ...each('long', (id, more) => signed(order(id, nowMs + 10, dayMs + 1, more), topic, key)),
      ...each('ahead', (id, more) => signed(order(id, nowMs + hourMs, hourMs, more), topic, key)),
      ...each('cross', (id, more) => signed(order(id, nowMs + 10, hourMs, more), other, key)),
      ...each('forged', (id, more) => signed(order(id, nowMs + 10, hourMs, more), topic, stranger)),
      ...each('named', (id, more) =>
        signed(order(id, nowMs + 10, hourMs, more), topic, stranger, { kid: keyIdOf(key) }),
      ),
      ...each('unsigned', (id, more) => signed(order(id, nowMs + 10, hourMs, more), topic, key, { alg: 'none' })),
      ...each('bare', (id, more) => JSON.stringify(order(id, nowMs + 10, hourMs, more))),
      ...each('strange', (id) => signed(order(id, nowMs + 10, hourMs, { type: 'melt' }), topic, key)),
      ...each('half', (id) => signed(order(id, nowMs + 10, hourMs, { type: 'mode', mode: 'ajar' }), topic, key)),
    ],
  };
}

/** One character, or more, is another one: never the same text. */
function mutated(message: string, random: Random): string {
  const at = below(random, message.length);
  const made = String.fromCharCode(33 + below(random, 90));
  const instead = message[at] === made ? `${made}${made}` : made;
  return `${message.slice(0, at)}${instead}${message.slice(at + 1)}`;
}

function below(random: Random, bound: number): number {
  const [a = 0, b = 0, c = 0] = random.bytes(3);
  return (a * 65_536 + b * 256 + c) % bound;
}
