// What an answer says that is no success (RFC 9457): the kind of fault, what was attempted, what to do, and where in the request.

import { OfficeError } from '../error.ts';
import { type RecordFinding, RecordsError, type RecordsErrorCode } from '../records/error.ts';
import { isBusy } from '../store/failure.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly RecordFinding[];
  /** Seconds until it is worth another try. */
  readonly retryAfterS?: number;
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'No valid token',
  403: 'The token may not do this',
  404: 'Not there',
  409: 'It does not fit the state that holds',
  412: 'Changed in between',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Not allowed so',
  428: 'Which version is meant?',
  429: 'Too many attempts',
  500: 'The office failed',
  503: 'The office is busy',
};

const statuses: Readonly<Record<RecordsErrorCode, number>> = {
  invalid: 422,
  version: 412,
  'not-found': 404,
  conflict: 409,
};

/** Refuses a request. */
export class HttpProblem extends Error {
  readonly problem: Problem;
  constructor(status: number, code: string, detail: string, more: Pick<Problem, 'errors' | 'retryAfterS'> = {}) {
    super(detail);
    this.name = 'HttpProblem';
    this.problem = problemOf(status, code, detail, more);
  }
}

export function problemOf(
  status: number,
  code: string,
  detail: string,
  more: Pick<Problem, 'errors' | 'retryAfterS'> = {},
): Problem {
  return { type: `urn:cardea:problem:${code}`, title: titles[status] ?? 'Refused', status, detail, ...more };
}

/** null for what nobody could expect. */
export function problemFor(error: unknown): Problem | null {
  if (error instanceof HttpProblem) return error.problem;
  if (error instanceof RecordsError) {
    const more = error.findings.length > 0 ? { errors: error.findings } : {};
    return problemOf(statuses[error.code], error.code, error.message, more);
  }
  if (error instanceof OfficeError && (error.code === 'act-refused' || error.code === 'too-many-commands')) {
    const { reason } = error.details;
    const missing = typeof reason === 'string' && reason.startsWith('unknown-');
    return problemOf(missing ? 404 : 409, typeof reason === 'string' ? reason : error.code, error.message);
  }
  if (waits(error)) {
    return problemOf(503, 'store-busy', 'another process is writing to the store: try again', { retryAfterS: 1 });
  }
  return null;
}

/** The same again, a little later, may do. */
export function waits(error: unknown): boolean {
  return isBusy(error) || (error instanceof OfficeError && error.code === 'store-busy');
}
