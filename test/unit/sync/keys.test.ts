// Keys: their ids against RFC 8037 and jose, the forms that are read, and the files that are made.

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readPrivateKeyFile,
  readPublicKeyFile,
  readSiteKey,
  writeKeyFiles,
  writeSiteKey,
} from '../../../sync/protocol/key-files.ts';
import {
  KeyError,
  keyId,
  keyRing,
  newKeyPair,
  publicKeyBase64,
  readPrivateKey,
  readPublicKey,
  signerOf,
} from '../../../sync/protocol/keys.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof KeyError) return error.code;
    throw error;
  }
  return 'none';
}

// RFC 8037 A.2 as SPKI: the fixed prefix of RFC 8410 and the 32 bytes of x.
const rfcPublicKey = Buffer.concat([
  Buffer.from('302a300506032b6570032100', 'hex'),
  Buffer.from('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', 'base64url'),
]).toString('base64');

describe('key ids', () => {
  it('is the thumbprint of RFC 8037 A.3', () => {
    expect(keyId(readPublicKey(rfcPublicKey))).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('is what jose calculates', async () => {
    const key = readPublicKey(newKeyPair().publicKeyPem);
    expect(keyId(key)).toBe(await calculateJwkThumbprint(await exportJWK(key)));
  });

  it('is the same from PEM, from base64 and from the private half, and finds the key in a ring', () => {
    const pair = newKeyPair();
    const key = readPublicKey(pair.publicKeyPem);
    expect(keyId(readPublicKey(publicKeyBase64(key)))).toBe(keyId(key));
    expect(signerOf(readPrivateKey(pair.privateKeyPem)).kid).toBe(keyId(key));
    const ring = keyRing([key]);
    expect(ring(keyId(key))?.equals(key)).toBe(true);
    expect(ring('another')).toBeUndefined();
  });
});

describe('what is no key', () => {
  it('refuses other kinds of keys', () => {
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    expect(codeOf(() => readPublicKey(rsa.publicKey))).toBe('key-type');
    expect(codeOf(() => readPrivateKey(rsa.privateKey))).toBe('key-type');
  });

  it('refuses a private key where a public one belongs', () => {
    expect(codeOf(() => readPublicKey(newKeyPair().privateKeyPem))).toBe('key-type');
  });

  it.each(['', 'garbage', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'AAAA', '{"kty":"OKP"}'])(
    'refuses %j',
    (text) => {
      expect(codeOf(() => readPublicKey(text))).toBe('key-malformed');
      expect(codeOf(() => readPrivateKey(text))).toBe('key-malformed');
    },
  );
});

describe('key files', () => {
  it('makes a pair, the private half for its owner only, and never writes over one', () => {
    const path = join(folder, 'front');
    const kid = writeKeyFiles(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(signerOf(readPrivateKeyFile(path)).kid).toBe(kid);
    expect(keyId(readPublicKeyFile(`${path}.pub`))).toBe(kid);
    const before = readFileSync(path, 'utf8');
    expect(codeOf(() => writeKeyFiles(path))).toBe('key-exists');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('leaves no private half behind where only the public one is there', () => {
    const path = join(folder, 'half');
    writeFileSync(`${path}.pub`, 'something');
    expect(codeOf(() => writeKeyFiles(path))).toBe('key-exists');
    expect(existsSync(path)).toBe(false);
  });

  it('makes a site key of 32 bytes that is never the same', () => {
    const one = join(folder, 'site-1');
    const two = join(folder, 'site-2');
    writeSiteKey(one);
    writeSiteKey(two);
    expect(statSync(one).mode & 0o777).toBe(0o600);
    expect(readSiteKey(one)).toHaveLength(32);
    expect(readSiteKey(one)).not.toEqual(readSiteKey(two));
    expect(codeOf(() => writeSiteKey(one))).toBe('key-exists');
  });

  it('says what is wrong with a file, by its path', () => {
    const path = join(folder, 'short');
    writeFileSync(path, 'AAAA\n');
    expect(codeOf(() => readSiteKey(path))).toBe('key-malformed');
    writeFileSync(path, 'not base64 at all, of a length that would do');
    expect(codeOf(() => readSiteKey(path))).toBe('key-malformed');
    expect(codeOf(() => readSiteKey(join(folder, 'nowhere')))).toBe('key-missing');
    expect(codeOf(() => readPrivateKeyFile(join(folder, 'nowhere')))).toBe('key-missing');
    expect(codeOf(() => readPublicKeyFile(folder))).toBe('key-unreadable');
    expect(() => readPublicKeyFile(path)).toThrow(path);
  });
});

describe('a key in a folder that is not there', () => {
  it('is made with its folder, which nobody else can look into', () => {
    writeSiteKey(join(folder, 'fresh/keys/site'));
    expect(statSync(join(folder, 'fresh/keys')).mode & 0o777).toBe(0o700);
    expect(readSiteKey(join(folder, 'fresh/keys/site'))).toHaveLength(32);
    writeKeyFiles(join(folder, 'other/keys/front-desk'));
    expect(statSync(join(folder, 'other/keys')).mode & 0o777).toBe(0o700);
  });

  it('leaves the mode of a folder that is there', () => {
    mkdirSync(join(folder, 'open'), { mode: 0o755 });
    writeSiteKey(join(folder, 'open/site'));
    expect(statSync(join(folder, 'open')).mode & 0o777).toBe(0o755);
  });
});
