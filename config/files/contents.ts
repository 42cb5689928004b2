// Whether a file holds what its key says: keys of the right kind, certificates that can be read. Nothing of what a file
// holds is ever repeated.

import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Holds } from './named-file.ts';

/** Why a file's contents are refused. */
export interface ContentFault {
  readonly found: string;
  readonly allowed: string;
}

/** Files that nobody but their owner should be able to read. */
export const secretHolds: readonly Holds[] = ['credential-key', 'signing-key', 'tls-key', 'password', 'reader-key'];

/** Null where the contents are what they should be. */
export function contentFault(holds: Holds, text: string): ContentFault | null {
  switch (holds) {
    case 'credential-key':
      return is32Bytes(text) ? null : refused('something else', '32 bytes in base64: cardea keys site FILE makes one');
    case 'signing-key':
      return keyFault(privateKey(text), 'an Ed25519 private key (PKCS#8 PEM): cardea keys new FILE makes one');
    case 'verifying-key':
      return verifyingKeyFault(text);
    case 'certificates':
      return certificate(text) === null ? refused('no certificate', 'X.509 certificates in PEM') : null;
    case 'tls-key':
      return privateKey(text) === null ? refused('no private key', 'a private key in PEM, without a passphrase') : null;
    case 'password':
      return /^\S/.test(text) ? null : refused('no password', 'the password in the first line');
    default:
      return null;
  }
}

/** Whether a private key belongs to a certificate; true where one of them cannot be read at all. */
export function belongTogether(certificateText: string, keyText: string): boolean {
  const [x509, key] = [certificate(certificateText), privateKey(keyText)];
  return x509 === null || key === null || x509.checkPrivateKey(key);
}

/** The same for every file that holds this public key, however it is written; null where it holds none. */
export function publicKeyMark(text: string): string | null {
  return publicKey(text)?.export({ type: 'spki', format: 'der' }).toString('base64') ?? null;
}

function refused(found: string, allowed: string): ContentFault {
  return { found, allowed };
}

function is32Bytes(text: string): boolean {
  const bytes = Buffer.from(text.trim(), 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text.trim();
}

function verifyingKeyFault(text: string): ContentFault | null {
  const allowed = 'an Ed25519 public key (SPKI PEM): FILE.pub of cardea keys new FILE';
  return text.includes('PRIVATE KEY') ? refused('a private key', allowed) : keyFault(publicKey(text), allowed);
}

function keyFault(key: KeyObject | null, allowed: string): ContentFault | null {
  if (key === null) return refused('no such key', allowed);
  if (key.asymmetricKeyType === 'ed25519') return null;
  return refused(`a key of type ${key.asymmetricKeyType ?? 'unknown'}`, allowed);
}

function privateKey(text: string): KeyObject | null {
  return attempt(() => createPrivateKey({ key: text, format: 'pem' }));
}

/** Only what says that it is a public key: Node would also take the public half out of a certificate. */
function publicKey(text: string): KeyObject | null {
  if (!text.includes('-----BEGIN PUBLIC KEY-----')) return null;
  return attempt(() => createPublicKey({ key: text, format: 'pem' }));
}

function certificate(text: string): X509Certificate | null {
  return attempt(() => new X509Certificate(text));
}

/** Null where node:crypto cannot read what it was given; it has no other way to say so. */
function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
