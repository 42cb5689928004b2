// Who may speak to the office over HTTP, as what. A token is shown once, when it is made; what is kept is a hash of it.

import { hash, timingSafeEqual } from 'node:crypto';
import { RecordsError } from '../records/error.ts';
import type { OfficeStore } from './open.ts';

export const roles = ['read-only', 'staff', 'owner'] as const;
/** Each may what those before it may. */
export type Role = (typeof roles)[number];

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly expiresMs: number | null;
  readonly revokedMs: number | null;
}

const columns = `id, name, role, created_ms AS createdMs, created_by AS createdBy, expires_ms AS expiresMs,
  revoked_ms AS revokedMs`;
const form = /^cardea_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

export function mayAs(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}

/**
 * Makes a token. @param random 40 bytes.
 * @throws RecordsError `conflict` where another one that holds has the name.
 */
export function newToken(
  { db }: OfficeStore,
  made: Pick<Token, 'name' | 'role' | 'createdMs' | 'createdBy' | 'expiresMs'>,
  random: Uint8Array,
): string {
  const bytes = Buffer.from(random);
  const id = bytes.toString('hex', 0, 8);
  const text = `cardea_${id}_${bytes.subarray(8, 40).toString('base64url')}`;
  const { name, role, createdMs, createdBy, expiresMs } = made;
  db.transaction(() => {
    if (db.prepare('SELECT 1 FROM tokens WHERE name = ? AND revoked_ms IS NULL').get(name) !== undefined) {
      throw new RecordsError('conflict', `there is a token named ${name} already: revoke it, or choose another name`);
    }
    db.prepare(
      'INSERT INTO tokens (id, name, role, hash, created_ms, created_by, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(id, name, role, hashOf(text), createdMs, createdBy, expiresMs);
  }).immediate();
  return text;
}

/** Those that hold first, then by name. */
export function listTokens({ db }: OfficeStore): Token[] {
  return db.prepare<[], Token>(`SELECT ${columns} FROM tokens ORDER BY revoked_ms IS NOT NULL, name, created_ms`).all();
}

/** From now on it is refused. @throws RecordsError `not-found` */
export function revokeToken({ db }: OfficeStore, name: string, nowMs: number): void {
  const { changes } = db
    .prepare('UPDATE tokens SET revoked_ms = ? WHERE name = ? AND revoked_ms IS NULL')
    .run(nowMs, name);
  if (changes === 0)
    throw new RecordsError('not-found', `no token that holds is named ${name}: tokens list shows them`);
}

/** The token that a text is; null where it is none, or holds no more. */
export function tokenOf({ db }: OfficeStore, text: string, nowMs: number): Token | null {
  const id = form.exec(text)?.[1];
  if (id === undefined) return null;
  const row = db
    .prepare<[string], Token & { hash: Uint8Array }>(`SELECT ${columns}, hash FROM tokens WHERE id = ?`)
    .get(id);
  if (row === undefined || !timingSafeEqual(row.hash, hashOf(text))) return null;
  const { hash: _hash, ...token } = row;
  const holds = token.revokedMs === null && (token.expiresMs === null || nowMs < token.expiresMs);
  return holds ? token : null;
}

function hashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
