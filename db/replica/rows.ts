// Rows of a replica as records. A row comes as the list of its columns' values: an object for each, made and thrown away,
// costs more than the look-up. Lists are JSON in their column.

import type { HeldCredential, Holder } from '../../access/facts.ts';
import type { Contract, Credential, Customer, DateSpan, Pass, PassSource } from '../../access/model.ts';
import { holderRanks, ownerKinds } from './schema.ts';

/** Of `credentials c` with `holders h`, in the order of `CredentialRow`. */
export const credentialColumns =
  'c.id, c.type, c.customer, c.status, c.valid_from, c.expires, c.extended_unlock, c.duress, h.rank, h.id';

export type CredentialRow = readonly [
  id: string,
  type: Credential['type'],
  customer: string | null,
  status: Credential['status'],
  validFrom: number | null,
  expires: number | null,
  extendedUnlock: number,
  duress: number,
  holderRank: number | null,
  holder: string | null,
];

/** Staff that names it wins, then the customer it names, then a visitor that names it. */
export function credentialOf(row: CredentialRow): HeldCredential {
  return {
    credential: {
      id: row[0],
      type: row[1],
      customer: row[2],
      status: row[3],
      validFrom: row[4],
      expires: row[5],
      extendedUnlock: row[6] === 1,
      duress: row[7] === 1,
    },
    holder: holderOf(row[2], row[8], row[9]),
  };
}

function holderOf(customer: string | null, rank: number | null, holder: string | null): Holder | null {
  if (holder !== null && rank === holderRanks.staff) return { kind: 'staff', id: holder };
  if (customer !== null) return { kind: 'customer', id: customer };
  return holder === null ? null : { kind: 'visitor', id: holder };
}

/** In the order of `CustomerRow`. */
export const customerColumns = 'id, name, registered_with, teams, disabled';

export type CustomerRow = readonly [id: string, name: string, registeredWith: string, teams: string, disabled: number];

export function customerOf(row: CustomerRow): Customer {
  return { id: row[0], name: row[1], registeredWith: list(row[2]), teams: list(row[3]), disabled: row[4] === 1 };
}

/** In the order of `ContractRow`. */
export const contractColumns = 'owner_kind, owner, id, plan, from_date, to_date, frozen';

export type ContractRow = readonly [
  ownerKind: number,
  owner: string,
  id: string,
  plan: string,
  from: string,
  to: string | null,
  frozen: string,
];

export function contractOf(row: ContractRow): Contract {
  const own = row[0] === ownerKinds.customer;
  return {
    id: row[2],
    customer: own ? row[1] : null,
    team: own ? null : row[1],
    plan: row[3],
    from: row[4],
    to: row[5],
    frozen: list<DateSpan>(row[6]),
  };
}

/** In the order of `PassRow`. */
export const passColumns =
  'owner_kind, owner, id, time_pass, source, remaining_minutes, used_on, used_by, valid_from, expires, created_at';

export type PassRow = readonly [
  ownerKind: number,
  owner: string,
  id: string,
  timePass: string,
  source: PassSource,
  remainingMinutes: number | null,
  usedOn: string | null,
  usedBy: string | null,
  validFrom: number | null,
  expires: number | null,
  createdAt: number | null,
];

export function passOf(row: PassRow): Pass {
  const own = row[0] === ownerKinds.customer;
  return {
    id: row[2],
    timePass: row[3],
    customer: own ? row[1] : null,
    team: own ? null : row[1],
    source: row[4],
    remainingMinutes: row[5],
    usedOn: row[6],
    usedBy: row[7],
    validFrom: row[8],
    expires: row[9],
    createdAt: row[10],
  };
}

/** The empty one, which is the usual one, is not parsed. */
function list<T = string>(text: string): T[] {
  return text === '[]' ? [] : (JSON.parse(text) as T[]);
}
