// The site's Ed25519 keys (RFC 8032) in the forms that people and messages carry: PKCS#8 PEM for a private key, SPKI as
// PEM or bare base64 for a public one, and the id that names a key everywhere. A key of another kind never gets in.

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export type KeyErrorCode = 'key-missing' | 'key-exists' | 'key-unreadable' | 'key-malformed' | 'key-type';

/** A key that cannot be used. `path` is the file it stands in, null for a key that came in a message. */
export class KeyError extends Error {
  readonly code: KeyErrorCode;
  readonly path: string | null;
  constructor(code: KeyErrorCode, path: string | null, message: string, cause?: unknown) {
    super(path === null ? message : `${path}: ${message}`, { cause });
    this.name = 'KeyError';
    this.code = code;
    this.path = path;
  }
}

/** A new pair: PKCS#8 PEM and SPKI PEM. */
export function newKeyPair(): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/** RFC 7638 thumbprint of an Ed25519 key (RFC 8037 section 2: the members crv, kty, x): base64url SHA-256, 43 characters. */
export function keyId(publicKey: KeyObject): string {
  const { x } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}

/**
 * Reads a public key, as SPKI PEM or as base64 of the SPKI bytes.
 * @throws KeyError `key-malformed` or `key-type`.
 */
export function readPublicKey(text: string, path: string | null = null): KeyObject {
  const allowed = 'an Ed25519 public key, as SPKI PEM (`cardea keys new FILE` makes one in FILE.pub)';
  if (text.includes('PRIVATE KEY')) {
    throw new KeyError('key-type', path, `holds a private key where a public one belongs: give ${allowed}`);
  }
  const read = (): KeyObject =>
    text.includes('-----BEGIN')
      ? createPublicKey({ key: text, format: 'pem', type: 'spki' })
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  return ed25519(read, path, allowed);
}

/** SPKI bytes in base64: how the manifest carries a controller's key. */
export function publicKeyBase64(publicKey: KeyObject): string {
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}

/**
 * Reads a private key, PKCS#8 PEM.
 * @throws KeyError `key-malformed` or `key-type`.
 */
export function readPrivateKey(pem: string, path: string | null = null): KeyObject {
  const allowed = 'an Ed25519 private key, as PKCS#8 PEM (`cardea keys new FILE` makes one)';
  return ed25519(() => createPrivateKey({ key: pem, format: 'pem', type: 'pkcs8' }), path, allowed);
}

function ed25519(read: () => KeyObject, path: string | null, allowed: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new KeyError('key-malformed', path, `no key can be read here: give ${allowed}`, error);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new KeyError('key-type', path, `holds a key of type ${key.asymmetricKeyType}: give ${allowed}`);
  }
  return key;
}

/** A private key and the id of its public half, ready to sign. */
export interface Signer {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

export function signerOf(privateKey: KeyObject): Signer {
  return { kid: keyId(createPublicKey(privateKey)), privateKey };
}

/** Looks a public key up by its id; undefined for one that is not trusted. */
export type KeyFor = (kid: string) => KeyObject | undefined;

/** The ring of the given public keys, by their ids. */
export function keyRing(publicKeys: Iterable<KeyObject>): KeyFor {
  const ring = new Map<string, KeyObject>();
  for (const key of publicKeys) ring.set(keyId(key), key);
  return (kid) => ring.get(kid);
}
