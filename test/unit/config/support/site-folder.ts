// A folder with every key file that a site's configs name, made with node:crypto and openssl: nothing of ours is used.

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the folder and gives its path; whoever made it removes it. */
export function siteFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-config-'));
  mkdirSync(join(folder, 'keys'));
  for (const name of ['office', 'front-desk']) signingKey(join(folder, 'keys', name));
  secret(join(folder, 'keys', 'site'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
  secret(join(folder, 'keys', 'back-out.scbk'), '000102030405060708090A0B0C0D0E0F\n');
  for (const name of ['front-desk', 'office']) certificate(folder, name);
  writeFileSync(join(folder, 'ca.pem'), execFileSync('cat', [join(folder, 'office.pem')]));
  return folder;
}

export function secret(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o600);
}

function signingKey(file: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  secret(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  writeFileSync(`${file}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
}

function certificate(folder: string, name: string): void {
  const [key, pem] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const asked = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  ];
  execFileSync('openssl', ['req', '-x509', ...asked, '-keyout', key, '-out', pem], { stdio: 'ignore' });
  chmodSync(key, 0o600);
}
