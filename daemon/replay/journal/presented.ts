// What a recorded tap is presented as again. A journal has no values of credentials: a known one has its id there, under
// which the other replica may have it; an unknown one only its keyed hash, which the site's key can find again.

import { createHash } from 'node:crypto';
import { credentialTypes } from '../../../access/credential.ts';
import type { CredentialType } from '../../../access/model.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import type { Presented } from '../../../drivers/port.ts';

/** A credential of the other replica, and what it is presented as. */
export interface Known {
  readonly id: string;
  readonly presented: Presented;
  /** Under the site's key, as a journal has the unknown ones, lower-case hex; null: not known. */
  readonly hash: string | null;
}

export class Presenter {
  readonly #byId = new Map<string, Presented>();
  readonly #byHash = new Map<string, Presented>();

  constructor(known: Iterable<Known>) {
    for (const { id, presented, hash } of known) {
      this.#byId.set(id, presented);
      if (hash !== null) this.#byHash.set(hash, presented);
    }
  }

  /** @param credential of a record's data: `{type, id}` or `{type, hash}`; null: it says neither. */
  presented(credential: unknown): Presented | null {
    const { type: written, id, hash } = recordOf(credential);
    const type = credentialTypes.find((one) => one === written);
    if (type === undefined) return null;
    const known = textOf(id);
    if (known !== undefined) return this.#byId.get(known) ?? standIn(type, known);
    const hashed = textOf(hash);
    if (hashed === undefined || !/^[0-9a-f]{64}$/.test(hashed)) return null;
    return this.#byHash.get(hashed) ?? { type, value: nobodys(type, hashed) };
  }
}

/** Of a credential whose value nobody knows: another one for each id. */
export function standIn(type: CredentialType, id: string): Presented {
  return { type, value: nobodys(type, createHash('sha256').update(id).digest('hex')) };
}

/** A value in the form of its type that tells unknown credentials apart; nobody has a card with a number so made. */
function nobodys(type: CredentialType, hex: string): string {
  switch (type) {
    case 'card':
      return hex.toUpperCase();
    case 'wiegand':
      return `raw:256:${hex.toUpperCase()}`;
    case 'fob':
      return BigInt(`0x${hex.slice(0, 24)}`).toString();
    case 'pin':
      return BigInt(`0x${hex.slice(0, 13)}`).toString();
    case 'qr':
      return `unknown ${hex}`;
  }
}
