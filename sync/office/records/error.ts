// Why a change of records is refused: nothing of it was applied. Findings name the record, the key, what was found and what is allowed.

export type RecordsErrorCode =
  /** What is asked for is not of its form. */
  | 'invalid'
  /** Somebody else changed the record in between. */
  | 'version'
  | 'not-found'
  /** It does not fit the state that holds now. */
  | 'conflict';

export interface RecordFinding {
  readonly kind: string;
  readonly id: string;
  /** The way to what is meant inside the record; empty: the record. */
  readonly key: string;
  readonly found: string;
  readonly allowed: string;
}

export class RecordsError extends Error {
  readonly code: RecordsErrorCode;
  readonly findings: readonly RecordFinding[];
  constructor(code: RecordsErrorCode, message: string, findings: readonly RecordFinding[] = []) {
    super(message);
    this.name = 'RecordsError';
    this.code = code;
    this.findings = findings;
  }
}

/** `contracts k1 plan: found X; allowed: Y`. */
export function findingText({ kind, id, key, found, allowed }: RecordFinding): string {
  return `${kind} ${id}${key === '' ? '' : ` ${key}`}: found ${found}; allowed: ${allowed}`;
}

export function refusal(findings: readonly RecordFinding[]): RecordsError {
  return new RecordsError('invalid', `nothing was changed: ${findings.map(findingText).join('; ')}`, findings);
}
