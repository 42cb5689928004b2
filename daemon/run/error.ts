// Why a controller does not start, or does not take a new config: a stable code, and what to do.

export type RunErrorCode =
  /** Another daemon has the data folder. */
  | 'data-dir-in-use'
  /** The data folder cannot be made or written. */
  | 'data-dir'
  /** The config names a driver that is not built, or leaves out what only a running daemon needs. */
  | 'config'
  /** The new config differs in what only a restart can change. */
  | 'needs-restart'
  /** The lock lines of the new config cannot be held. */
  | 'locks';

export class RunError extends Error {
  readonly code: RunErrorCode;
  constructor(code: RunErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RunError';
    this.code = code;
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
