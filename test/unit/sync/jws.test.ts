// Signatures against jose, both ways, the vector of RFC 8037, and every way a message can be wrong.

import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign, compactVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { compact, sign, signText, verify } from '../../../sync/protocol/jws.ts';
import { keyId, keyRing, newKeyPair, readPrivateKey, readPublicKey, signerOf } from '../../../sync/protocol/keys.ts';

const pair = newKeyPair();
const privateKey = readPrivateKey(pair.privateKeyPem);
const publicKey = readPublicKey(pair.publicKeyPem);
const signer = signerOf(privateKey);
const topic = 'cardea/1/riverside/front-desk/ack';
const options = { topic, keyFor: keyRing([publicKey]) };

function reason(message: string | Uint8Array, over: Partial<typeof options & { maxBytes: number }> = {}): string {
  const result = verify(message, { ...options, ...over });
  return result.ok ? 'ok' : result.reason;
}

async function joseSign(header: object, payload: string | Uint8Array): Promise<string> {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const protectedHeader = { alg: 'EdDSA', kid: signer.kid, topic, ...header };
  return new CompactSign(bytes).setProtectedHeader(protectedHeader).sign(privateKey);
}

describe('with jose as the oracle', () => {
  it('reads what jose signs', async () => {
    const message = await joseSign({}, '{"epoch":"e","through":7}');
    expect(verify(message, options)).toEqual({ ok: true, payload: { epoch: 'e', through: 7 }, kid: signer.kid });
    expect(reason(Buffer.from(message))).toBe('ok');
  });

  it('signs what jose reads', async () => {
    const message = sign(topic, { epoch: 'é€😀', through: 7 }, signer);
    const { payload, protectedHeader } = await compactVerify(message, publicKey);
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ epoch: 'é€😀', through: 7 });
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: signer.kid, topic });
  });

  it('signs the vector of RFC 8037 A.4', () => {
    const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' });
    expect(compact({ alg: 'EdDSA' }, 'Example of Ed25519 signing', key)).toBe(
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.' +
        'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
    );
  });
});

describe('refusals', () => {
  const other = newKeyPair();
  const good = signText(topic, '{"epoch":"e","through":7}', signer);

  it('takes the good one', () => expect(reason(good)).toBe('ok'));

  it('too long', () => expect(reason(good, { maxBytes: good.length - 1 })).toBe('too-long'));

  it('another topic', () => {
    expect(reason(good, { topic: 'cardea/1/riverside/back-door/ack' })).toBe('wrong-topic');
  });

  it('a key that is not trusted', () => {
    const message = sign(topic, {}, signerOf(readPrivateKey(other.privateKeyPem)));
    expect(reason(message)).toBe('unknown-key');
  });

  it('the name of a trusted key over the signature of another', () => {
    const forged = { kid: keyId(publicKey), privateKey: readPrivateKey(other.privateKeyPem) };
    expect(reason(sign(topic, {}, forged))).toBe('bad-signature');
  });

  it.each(['none', 'HS256', 'ES256', 'eddsa', 'Ed25519', '', 7, null, undefined, ['EdDSA']])('alg %j', (alg) => {
    expect(reason(compact({ alg, kid: signer.kid, topic }, '{}', privateKey))).toBe('algorithm');
  });

  it('crit, whatever it lists', () => {
    for (const crit of [['b64'], [], 'b64', null]) {
      expect(reason(compact({ alg: 'EdDSA', kid: signer.kid, topic, crit }, '{}', privateKey))).toBe('algorithm');
    }
  });

  it('a header without kid or topic, or that is no object', () => {
    for (const header of [{ alg: 'EdDSA', topic }, { alg: 'EdDSA', kid: signer.kid }, ['EdDSA'], 'EdDSA', 7]) {
      expect(reason(compact(header as object, '{}', privateKey))).toBe('malformed');
    }
  });

  it('a doubled header key: the last one counts, as the signer wrote it', () => {
    const header = Buffer.from(`{"alg":"none","alg":"EdDSA","kid":"${signer.kid}","topic":"${topic}"}`);
    const [, payload = ''] = good.split('.');
    const [, , signature = ''] = good.split('.');
    expect(reason(`${header.toString('base64url')}.${payload}.${signature}`)).toBe('bad-signature');
  });

  it('padding, other alphabets, white space, loose bits', () => {
    const [header = '', payload = '', signature = ''] = good.split('.');
    expect(payload.length % 4).not.toBe(0);
    // 64 bytes leave four bits of the last character unused; they must be zero.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(signature.at(-1) ?? '');
    expect(last % 16).toBe(0);
    const loose = `${signature.slice(0, -1)}${'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last + 1]}`;
    for (const message of [
      `${header}.${payload}==.${signature}`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${loose}`,
      ` ${good}`,
      `${good}\n`,
      `${good}.`,
      `.${good}`,
      `${header}.${payload}`,
      `${header}..${payload}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      `${header}.${payload}.`,
      '',
      '.',
      '..',
    ]) {
      expect(reason(message), message).toBe('malformed');
    }
    const standard = signText(topic, '{"x":"???>>>~~~"}', signer);
    expect(standard).toMatch(/[-_]/);
    expect(reason(standard.replaceAll('-', '+').replaceAll('_', '/'))).toBe('malformed');
  });

  it('a signed payload that is not JSON, not UTF-8, or nested beyond measure', async () => {
    expect(reason(signText(topic, 'hello', signer))).toBe('payload');
    expect(reason(signText(topic, '', signer))).toBe('payload');
    expect(reason(await joseSign({}, Uint8Array.of(0x22, 0xff, 0x22)))).toBe('payload');
    expect(reason(signText(topic, `${'['.repeat(65)}${']'.repeat(65)}`, signer))).toBe('payload');
    expect(reason(signText(topic, `${'['.repeat(64)}${']'.repeat(64)}`, signer))).toBe('ok');
    expect(reason(signText(topic, `"${'['.repeat(1000)}\\"${'{'.repeat(1000)}"`, signer))).toBe('ok');
    expect(reason(signText(topic, '['.repeat(1_000_000), signer))).toBe('payload');
  });

  it('an endless header', () => {
    expect(reason(compact({ alg: 'EdDSA', kid: 'k'.repeat(5000), topic }, '{}', privateKey))).toBe('malformed');
  });
});

describe('properties', () => {
  const good = signText(topic, '{"epoch":"e","through":7,"issuedAt":"2026-03-02T08:10:00.123Z"}', signer);

  it('any flipped bit of a valid message is refused', () => {
    const bytes = Buffer.from(good);
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8((flipped[at] ?? 0) ^ (1 << bit), at);
        expect(reason(flipped), `byte ${at} bit ${bit}`).not.toBe('ok');
      }
    }
  });

  it('any flipped bit inside a part is refused', () => {
    const parts = good.split('.');
    fc.assert(
      fc.property(fc.nat(2), fc.nat(10_000), fc.nat(7), (part, at, bit) => {
        const bytes = Buffer.from(parts[part] ?? '', 'base64url');
        const position = at % bytes.length;
        bytes.writeUInt8((bytes[position] ?? 0) ^ (1 << bit), position);
        const altered = parts.with(part, bytes.toString('base64url')).join('.');
        expect(reason(altered)).not.toBe('ok');
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('garbage is refused, never thrown at', () => {
    const known = ['malformed', 'algorithm', 'unknown-key', 'wrong-topic', 'bad-signature'];
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 })), (garbage) => {
        expect(known).toContain(reason(garbage));
      }),
      { seed: 2, numRuns: 1000 },
    );
    fc.assert(
      fc.property(
        fc.json(),
        fc.json(),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (header, payload, signature) => {
          const message = [header, payload, signature].map((part) => Buffer.from(part).toString('base64url')).join('.');
          expect(known).toContain(reason(message));
        },
      ),
      { seed: 3, numRuns: 1000 },
    );
  });

  it('whatever is signed comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const result = verify(signText(topic, JSON.stringify(value), signer), options);
        expect(result.ok && result.payload).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
