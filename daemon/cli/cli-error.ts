// How a command says that it failed. Its message is the one line that the user reads: what was attempted, and what to do.

/** Exit status: 1 it failed, 2 wrong usage (interfaces.md section 1). */
export type FailureStatus = 1 | 2;

export class CliError extends Error {
  readonly code: string;
  readonly status: FailureStatus;
  constructor(code: string, message: string, status: FailureStatus = 1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
    this.code = code;
    this.status = status;
  }
}

/** Nobody reads stdout any more (`cardea events | head`): the command ends at once, quietly, with status 0. */
export class OutputClosed extends Error {
  readonly code = 'output-closed';
  constructor() {
    super('stdout was closed by its reader');
    this.name = 'OutputClosed';
  }
}
