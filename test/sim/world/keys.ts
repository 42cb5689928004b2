// Key pairs from a seed: the same world signs the same messages.

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Dice } from './dice.ts';

/** PKCS#8 of an Ed25519 private key (RFC 8410), before its 32 bytes. */
const head = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface SimKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly privatePem: string;
  readonly publicPem: string;
}

export function seededKeys(dice: Dice): SimKeys {
  const privateKey = createPrivateKey({ key: Buffer.concat([head, dice.bytes(32)]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return {
    privateKey,
    publicKey,
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}
