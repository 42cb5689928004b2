// What a recorded tap is presented as again. A journal has no values of credentials: a known one has its id there, under
// which the other replica may have it; an unknown one only its keyed hash, which the site's key can find again.

import { credentialTypes } from '../../../access/credential.ts';
import { credentialHash } from '../../../access/credential-hash.ts';
import type { CredentialType } from '../../../access/model.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import type { ReplicaDocument } from '../../../config/types.ts';
import type { Presented } from '../../../drivers/port.ts';

export class Presenter {
  readonly #byId = new Map<string, Presented>();
  readonly #byHash = new Map<string, Presented>();

  /** @param siteKey null: an unknown credential stays unknown, whatever the other replica has. */
  constructor({ records }: ReplicaDocument, siteKey: Uint8Array | null) {
    for (const { id, type, value } of records.credentials) {
      this.#byId.set(id, { type, value });
      if (siteKey !== null) this.#byHash.set(credentialHash(siteKey, type, value), { type, value });
    }
  }

  /** @param credential of a record's data: `{type, id}` or `{type, hash}`; null: it says neither. */
  presented(credential: unknown): Presented | null {
    const { type: written, id, hash } = recordOf(credential);
    const type = credentialTypes.find((one) => one === written);
    if (type === undefined) return null;
    const known = textOf(id);
    if (known !== undefined) return this.#byId.get(known) ?? { type, value: nobodys(type, idAsHex(known)) };
    const hashed = textOf(hash);
    if (hashed === undefined || !/^[0-9a-f]{64}$/.test(hashed)) return null;
    return this.#byHash.get(hashed) ?? { type, value: nobodys(type, hashed) };
  }
}

function idAsHex(id: string): string {
  return Buffer.from(id).toString('hex').padEnd(64, '0').slice(0, 64);
}

/** A value in the form of its type that tells unknown credentials apart; nobody has a card with a number so made. */
function nobodys(type: CredentialType, hex: string): string {
  switch (type) {
    case 'card':
      return hex;
    case 'wiegand':
      return `raw:256:${hex}`;
    case 'fob':
      return BigInt(`0x${hex.slice(0, 24)}`).toString();
    case 'pin':
      return BigInt(`0x${hex.slice(0, 13)}`).toString();
    case 'qr':
      return `unknown ${hex}`;
  }
}
