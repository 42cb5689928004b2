// Rows of a replica as records. Lists are JSON in their column; the empty one, which is the usual one, is not parsed.

import type { HeldCredential, Holder } from '../../access/facts.ts';
import type { Contract, Credential, Customer, DateSpan, Pass, PassSource } from '../../access/model.ts';
import { holderRanks, ownerKinds } from './schema.ts';

export type CredentialRow = Omit<Credential, 'extendedUnlock' | 'duress'> & {
  readonly extendedUnlock: number;
  readonly duress: number;
  readonly holderRank: number | null;
  readonly holder: string | null;
};

/** Staff that names it wins, then the customer it names, then a visitor that names it. */
export function credentialOf(row: CredentialRow): HeldCredential {
  const { id, type, customer, status, validFrom, expires } = row;
  const [extendedUnlock, duress] = [row.extendedUnlock === 1, row.duress === 1];
  return {
    credential: { id, type, customer, status, validFrom, expires, extendedUnlock, duress },
    holder: holderOf(row),
  };
}

function holderOf({ customer, holder, holderRank }: CredentialRow): Holder | null {
  if (holder !== null && holderRank === holderRanks.staff) return { kind: 'staff', id: holder };
  if (customer !== null) return { kind: 'customer', id: customer };
  return holder === null ? null : { kind: 'visitor', id: holder };
}

export interface CustomerRow {
  readonly id: string;
  readonly name: string;
  readonly registeredWith: string;
  readonly teams: string;
  readonly disabled: number;
}

export function customerOf({ id, name, registeredWith, teams, disabled }: CustomerRow): Customer {
  return { id, name, registeredWith: list(registeredWith), teams: list(teams), disabled: disabled === 1 };
}

interface Owned {
  readonly ownerKind: number;
  readonly owner: string;
}

export interface ContractRow extends Owned {
  readonly id: string;
  readonly plan: string;
  readonly from: string;
  readonly to: string | null;
  readonly frozen: string;
}

export function contractOf(row: ContractRow): Contract {
  const { id, plan, from, to } = row;
  const own = row.ownerKind === ownerKinds.customer;
  const [customer, team] = [own ? row.owner : null, own ? null : row.owner];
  return { id, customer, team, plan, from, to, frozen: list<DateSpan>(row.frozen) };
}

export interface PassRow extends Owned {
  readonly id: string;
  readonly timePass: string;
  readonly source: PassSource;
  readonly remainingMinutes: number | null;
  readonly usedOn: string | null;
  readonly usedBy: string | null;
  readonly validFrom: number | null;
  readonly expires: number | null;
  readonly createdAt: number | null;
}

export function passOf(row: PassRow): Pass {
  const { id, timePass, source, remainingMinutes, usedOn, usedBy, validFrom, expires, createdAt } = row;
  const own = row.ownerKind === ownerKinds.customer;
  const [customer, team] = [own ? row.owner : null, own ? null : row.owner];
  return { id, timePass, customer, team, source, remainingMinutes, usedOn, usedBy, validFrom, expires, createdAt };
}

function list<T = string>(text: string): T[] {
  return text === '[]' ? [] : (JSON.parse(text) as T[]);
}
