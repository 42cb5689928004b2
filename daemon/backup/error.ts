// Why there is no backup, or why nothing was restored: a stable code, and what to do.

export type BackupErrorCode =
  /** There is a file already where the backup was to go. */
  | 'exists'
  /** The journal is not sound: a copy of it would be none to go back to. */
  | 'bad-journal'
  /** The disk or the file system refused. */
  | 'storage'
  /** A file was changed while the backup was made. */
  | 'changed'
  /** It was told to end. */
  | 'interrupted'
  /** The file is no backup, is cut short, or was altered. */
  | 'bad-backup'
  /** The backup was made by a newer version of this program. */
  | 'newer-backup'
  /** The backup is of another site or controller. */
  | 'foreign-backup'
  /** The controller runs. */
  | 'running'
  /** Something that a backup cannot hold: too large, too many. */
  | 'too-large'
  /** A key or config that is to be restored is there already, with other contents. */
  | 'settings';

export class BackupError extends Error {
  readonly code: BackupErrorCode;
  constructor(code: BackupErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BackupError';
    this.code = code;
  }
}
