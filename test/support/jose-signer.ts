// Messages signed and read with jose alone: a controller's or an office's end of the wire that shares no code with ours.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, compactVerify, exportJWK } from 'jose';

export interface JoseSigner {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** PKCS#8 and SPKI PEM. */
  readonly privatePem: string;
  readonly publicPem: string;
  sign(topic: string, payload: object): Promise<string>;
  /** A payload as it stands, JSON or not. */
  signText(topic: string, text: string): Promise<string>;
}

export async function joseSigner(): Promise<JoseSigner> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const kid = await calculateJwkThumbprint(await exportJWK(publicKey));
  const signText = (topic: string, text: string): Promise<string> =>
    new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'EdDSA', kid, topic }).sign(privateKey);
  return {
    kid,
    publicKey,
    privateKey,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (topic, payload) => signText(topic, JSON.stringify(payload)),
    signText,
  };
}

/** The payload, if `signer` signed it for `topic`; throws otherwise. */
export async function joseRead(
  topic: string,
  compact: string | Uint8Array,
  signer: Pick<JoseSigner, 'kid' | 'publicKey'>,
): Promise<Record<string, unknown>> {
  const text = typeof compact === 'string' ? compact : Buffer.from(compact).toString('latin1');
  const { payload, protectedHeader } = await compactVerify(text, signer.publicKey, { algorithms: ['EdDSA'] });
  if (protectedHeader.kid !== signer.kid) throw new Error(`signed with ${protectedHeader.kid}`);
  if (protectedHeader.topic !== topic) throw new Error(`signed for ${String(protectedHeader.topic)}`);
  return JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>;
}
