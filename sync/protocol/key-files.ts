// Keys on disk: what is secret is made with mode 0600, a missing folder for it with mode 0700, and no file that is there is
// ever written over.

import { generateKeySync, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { KeyError, keyId, newKeyPair, readPrivateKey, readPublicKey } from './keys.ts';

/**
 * Makes a key pair: the private key in `path`, the public one in `path`.pub; gives back the key id.
 * @throws KeyError `key-exists` where either file is there; nothing is left behind then.
 */
export function writeKeyFiles(path: string): string {
  const { privateKeyPem, publicKeyPem } = newKeyPair();
  writeNew(path, privateKeyPem, 0o600);
  try {
    writeNew(`${path}.pub`, publicKeyPem, 0o644);
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
  return keyId(readPublicKey(publicKeyPem));
}

/**
 * Makes a site's credential key: 32 random bytes, base64.
 * @throws KeyError `key-exists`
 */
export function writeSiteKey(path: string): void {
  writeNew(path, `${generateKeySync('hmac', { length: 256 }).export().toString('base64')}\n`, 0o600);
}

/**
 * The site's credential key, 32 bytes.
 * @throws KeyError
 */
export function readSiteKey(path: string): Uint8Array {
  const text = readText(path, 'cardea keys site').trim();
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== text) {
    const found = bytes.toString('base64') === text ? `${bytes.length} bytes` : 'something that is not base64';
    throw new KeyError('key-malformed', path, `a credential key is 32 bytes in base64, here is ${found}`);
  }
  return new Uint8Array(bytes);
}

/** @throws KeyError */
export function readPrivateKeyFile(path: string): KeyObject {
  return readPrivateKey(readText(path, 'cardea keys new'), path);
}

/** @throws KeyError */
export function readPublicKeyFile(path: string): KeyObject {
  return readPublicKey(readText(path, 'cardea keys new'), path);
}

function readText(path: string, maker: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new KeyError('key-missing', path, `there is no such file; \`${maker} FILE\` makes one`, error);
    }
    throw new KeyError('key-unreadable', path, `cannot be read (${codeOf(error)}): check its owner and mode`, error);
  }
}

function writeNew(path: string, text: string, mode: number): void {
  let file: number;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    file = openSync(path, 'wx', mode);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      const message = 'is there already and is not written over: move it away or name another file';
      throw new KeyError('key-exists', path, message, error);
    }
    throw new KeyError('key-unreadable', path, `cannot be made (${codeOf(error)}): check the folder`, error);
  }
  try {
    fchmodSync(file, mode);
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
