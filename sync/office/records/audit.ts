// Who changed what: one row for every record that a change touched, written in the transaction of the change and never altered; the
// store itself refuses that. Values of credentials do not stand here, only a print that tells one from another.

import type { OfficeStore } from '../store/open.ts';

/** `office`: it did so itself, as its config says. */
export type Via = 'cli' | 'api' | 'import' | 'office';

export interface Origin {
  /** The person, or the name of the token. */
  readonly by: string;
  readonly via: Via;
  /** What was done at once has one. */
  readonly request: string;
  /** What was meant, as `put`, `block`, `freeze`. */
  readonly action: string;
  readonly reason: string | null;
  /** UTC milliseconds. */
  readonly nowMs: number;
}

export type Did = 'added' | 'changed' | 'removed';

export interface AuditEntry {
  readonly entry: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly via: Via;
  readonly request: string;
  readonly action: string;
  /** null of a whole import. */
  readonly kind: string | null;
  readonly id: string | null;
  readonly did: Did | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  /** What it made; null where it made none. */
  readonly revision: number | null;
  /** Of an import: records added, changed and removed, by kind. */
  readonly counts: unknown;
}

export interface AuditRow {
  readonly kind: string;
  readonly id: string;
  readonly did: Did;
  readonly before: unknown;
  readonly after: unknown;
}

const put = `INSERT INTO audit (at_ms, by, via, request, action, kind, id, did, before, after, reason, revision, counts)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** In the caller's transaction. @param revision null where the change made none. */
export function writeAudit(
  { db }: OfficeStore,
  origin: Origin,
  revision: number | null,
  rows: readonly AuditRow[],
): void {
  const { by, via, request, action, reason, nowMs } = origin;
  const add = db.prepare(put);
  const text = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  for (const { kind, id, did, before, after } of rows) {
    add.run(nowMs, by, via, request, action, kind, id, did, text(before), text(after), reason, revision, null);
  }
}

/** Of an import, ids of so many changed records are kept. */
export const maxAuditIds = 100_000;

/** One entry for a whole import. @param ids of what changed; null where there are too many, or all is new. */
export function writeImportAudit(
  { db }: OfficeStore,
  origin: Origin,
  revision: number,
  counts: unknown,
  ids: Iterable<Pick<AuditRow, 'kind' | 'id' | 'did'>> | null,
): void {
  const { by, via, request, action, reason, nowMs } = origin;
  const facts = JSON.stringify({ kinds: counts, idsKept: ids !== null });
  const none = [null, null, null, null, null] as const;
  const { lastInsertRowid } = db.prepare(put).run(nowMs, by, via, request, action, ...none, reason, revision, facts);
  const add = db.prepare('INSERT INTO audit_ids (kind, id, entry, did) VALUES (?, ?, ?, ?)');
  for (const { kind, id, did } of ids ?? []) add.run(kind, id, lastInsertRowid, did);
}

export interface AuditFilter {
  readonly sinceMs?: number | undefined;
  readonly kind?: string | undefined;
  readonly id?: string | undefined;
  readonly by?: string | undefined;
  /** Only entries before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

interface StoredRow extends Omit<AuditEntry, 'at' | 'before' | 'after' | 'counts'> {
  readonly atMs: number;
  readonly before: string | null;
  readonly after: string | null;
  readonly counts: string | null;
}

const columns = `entry, at_ms AS atMs, by, via, request, action, kind, id, did, before, after, reason, revision, counts`;

/** The latest first. An import is among those of a record that it changed. */
export function readAudit({ db }: OfficeStore, filter: AuditFilter): AuditEntry[] {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const where = (condition: string, ...value: readonly (string | number)[]): void => {
    conditions.push(condition);
    values.push(...value);
  };
  const { sinceMs, kind, id, by, before, limit } = filter;
  if (sinceMs !== undefined) where('at_ms >= ?', sinceMs);
  if (by !== undefined) where('by = ?', by);
  if (before !== undefined) where('entry < ?', before);
  if (id !== undefined) {
    const ofKind = kind === undefined ? '' : ' AND kind = ?';
    const of = kind === undefined ? [id] : [id, kind];
    const rows = `SELECT entry FROM audit WHERE id = ?${ofKind}`;
    where(`entry IN (${rows} UNION ALL SELECT entry FROM audit_ids WHERE id = ?${ofKind})`, ...of, ...of);
  } else if (kind !== undefined) {
    where('(kind = ? OR (kind IS NULL AND entry IN (SELECT entry FROM audit_ids WHERE kind = ?)))', kind, kind);
  }
  const sql = `SELECT ${columns} FROM audit ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
    ORDER BY entry DESC LIMIT ?`;
  return db
    .prepare<(string | number)[], StoredRow>(sql)
    .all(...values, limit)
    .map(({ atMs, ...row }) => ({
      ...row,
      at: new Date(atMs).toISOString(),
      before: parsed(row.before),
      after: parsed(row.after),
      counts: parsed(row.counts),
    }));
}

/** What an import changed, in the order of kinds and ids, after the one that is named. */
export function readAuditIds(
  { db }: OfficeStore,
  entry: number,
  after: { readonly kind: string; readonly id: string },
  limit: number,
): Pick<AuditRow, 'kind' | 'id' | 'did'>[] {
  return db
    .prepare<[number, string, string, number], Pick<AuditRow, 'kind' | 'id' | 'did'>>(
      'SELECT kind, id, did FROM audit_ids WHERE entry = ? AND (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?',
    )
    .all(entry, after.kind, after.id, limit);
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
