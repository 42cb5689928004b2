// Keys as `cardea keys` makes them, by node:crypto alone.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** A pair to sign with: `path` and `path.pub`. */
export function writeKeys(path) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
}

/** A site's credential key. */
export function writeSiteKey(path) {
  writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
}
