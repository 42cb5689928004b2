// Opening the office's store: a file that is damaged, someone else's, another site's or of a newer program is refused by
// name before anything is written to it. Every handle has synchronous=FULL: better-sqlite3 sets NORMAL when it opens a
// file that is in WAL mode already.

import { chmodSync, closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { OfficeError } from '../error.ts';
import { checkTails } from './check.ts';
import { damaged, guarded } from './failure.ts';
import { applicationId, migrations, tables } from './migrations.ts';

/** An open store. Each process has its own; one of them may be held by the running office (`StoreLock`). */
export interface OfficeStore {
  readonly path: string;
  readonly site: string;
  readonly db: Database.Database;
  close(): void;
}

export interface OpenOptions {
  /** A store belongs to one site for ever. */
  readonly site: string;
  /** `write` makes the file where there is none and brings older ones up to date; `read` changes nothing. */
  readonly mode: 'write' | 'read';
  /** How long a statement waits for another process's transaction; default 30 s. */
  readonly busyTimeoutMs?: number;
}

/** Up to this size the whole file is checked at the start; of a larger one its schema and the end of each journal. */
const wholeCheckBytes = 64 * 1024 * 1024;
const fileMode = 0o600;
/** The pages of indexes that every round touches go to the main file once in a while, not each time. */
const checkpointPages = 4_000;
const walKeptBytes = 64 * 1024 * 1024;
const magic = 'SQLite format 3\0';

/** @throws OfficeError `store-*`, `other-site`; what was found is left as it is. */
export function openOfficeStore(path: string, options: OpenOptions): OfficeStore {
  checkFile(path, options.mode);
  return guarded(path, () => {
    const db = new Database(path, {
      readonly: options.mode === 'read',
      fileMustExist: true,
      timeout: options.busyTimeoutMs ?? 30_000,
    });
    try {
      prepare(db, path, options);
    } catch (error) {
      db.close();
      throw error;
    }
    return { path, site: options.site, db, close: () => db.close() };
  });
}

function checkFile(path: string, mode: OpenOptions['mode']): void {
  if (!existsSync(path)) {
    if (mode === 'read') {
      throw new OfficeError('store-missing', `${path}: there is no store yet; \`cardea office import\` makes one`);
    }
    makeFile(path);
    return;
  }
  const head = Buffer.alloc(16);
  const file = fileCall(path, () => openSync(path, 'r'));
  const read = fileCall(path, () => readSync(file, head, 0, 16, 0));
  closeSync(file);
  if (read > 0 && head.toString('latin1', 0, read) !== magic) {
    throw new OfficeError(
      'store-foreign',
      `${path}: not a database; nothing was changed: correct \`store\`, or move it away`,
    );
  }
}

function makeFile(path: string): void {
  closeSync(fileCall(path, () => openSync(path, 'wx', fileMode)));
}

function fileCall<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new OfficeError(
      'store-path',
      `${path}: cannot be opened (${code}): check the folder and its permissions`,
      {},
      error,
    );
  }
}

function prepare(db: Database.Database, path: string, options: OpenOptions): void {
  const found = identify(db, path);
  if (options.mode === 'write') {
    chmodSync(path, fileMode);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    // What is taken out is not left in free pages: people are erased from here.
    db.pragma('secure_delete = ON');
    db.pragma(`journal_size_limit = ${walKeptBytes}`);
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    migrate(db, path, options.site);
  } else if (found < migrations.length) {
    throw new OfficeError(
      'store-older',
      `${path}: of an older program; start \`cardea office run\` once to bring it up to date`,
    );
  }
  checkSchema(db, path);
  const site = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'site'").pluck().get();
  if (site !== options.site) {
    throw new OfficeError(
      'other-site',
      `${path}: the store of site ${site}, not of ${options.site}: correct \`site\` or \`store\``,
    );
  }
  if (options.mode === 'write') checkContent(db, path);
}

function checkContent(db: Database.Database, path: string): void {
  if (statSync(path).size <= wholeCheckBytes) {
    const [verdict] = db.pragma('quick_check(1)') as { quick_check: string }[];
    if (verdict?.quick_check !== 'ok') throw damaged(path, verdict?.quick_check ?? 'no verdict');
  }
  checkTails(db, path);
}

/** The version of a file that is ours or empty. */
function identify(db: Database.Database, path: string): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  const id = Number(db.pragma('application_id', { simple: true }));
  const empty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (id !== applicationId && !(id === 0 && version === 0 && empty)) {
    throw new OfficeError(
      'store-foreign',
      `${path}: a database, but no office's store; nothing was changed: correct \`store\``,
    );
  }
  if (version > migrations.length) {
    throw new OfficeError(
      'store-newer',
      `${path}: made by a newer program (schema ${version}); use that program, or a backup`,
    );
  }
  return version;
}

function migrate(db: Database.Database, path: string, site: string): void {
  db.transaction(() => {
    for (let version = identify(db, path); version < migrations.length; version++) {
      db.exec(migrations[version] ?? '');
      if (version === 0) db.prepare("INSERT INTO meta (key, value) VALUES ('site', ?)").run(site);
      db.pragma(`user_version = ${version + 1}`);
      db.pragma(`application_id = ${applicationId}`);
    }
  }).immediate();
}

function checkSchema(db: Database.Database, path: string): void {
  const there = new Set(db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all());
  const missing = tables.filter((table) => !there.has(table));
  if (missing.length > 0) throw damaged(path, `no table ${missing.join(', ')}`);
}
