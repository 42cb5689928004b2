// The one kind of error that the office throws on purpose: what was attempted, and what to do about it.

import type { JsonObject } from '../../access/event.ts';

export type OfficeErrorCode =
  | 'store-missing'
  | 'store-foreign'
  | 'store-newer'
  | 'store-older'
  | 'store-corrupt'
  | 'store-path'
  | 'store-busy'
  | 'store-in-use'
  | 'other-site'
  | 'duplicate-record'
  | 'import-shrinks'
  | 'import-raced'
  | 'erased'
  | 'replica-too-large'
  | 'too-many-commands'
  | 'act-refused'
  | 'bad-filter'
  | 'unknown-controller'
  | 'controller-key'
  | 'upstream-file'
  | 'webhook'
  | 'listen';

export class OfficeError extends Error {
  readonly code: OfficeErrorCode;
  /** Figures behind the message, for `--json`. */
  readonly details: JsonObject;
  constructor(code: OfficeErrorCode, message: string, details: JsonObject = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OfficeError';
    this.code = code;
    this.details = details;
  }
}
