// What can go wrong with a database: one class, whose codes the daemon and the command line act on.

export type DbErrorCode =
  /** The disk or the file system refused; nothing was changed. */
  | 'storage-failed'
  /** There is no such file. */
  | 'not-found'
  /** The file is not a database of this kind, or is damaged. */
  | 'damaged'
  /** The journal belongs to another site or controller. */
  | 'foreign-journal'
  /** The file was written by a newer version of this program. */
  | 'newer-schema'
  /** A record is longer than `maxEventBytes`, or a kept value longer than `maxKeptBytes`; nothing was written. */
  | 'too-large'
  /** The replica that is opened is not whole. */
  | 'replica-damaged'
  /** The replica that is built has a doubled id, a wrong count, or cannot be written. */
  | 'replica-build'
  /** A change does not fit the replica that it is for: an id, a hash or a record is there already, or names nobody. */
  | 'replica-conflict';

export class DbError extends Error {
  readonly code: DbErrorCode;
  readonly file: string;
  constructor(code: DbErrorCode, file: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DbError';
    this.code = code;
    this.file = file;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether SQLite says that the file itself is bad, and not that it could not be reached. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  const { code } = error;
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_FORMAT';
}
