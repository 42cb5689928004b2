// What a controller says of itself, retained, so that whoever looks sees the last word; and the one message of the wire
// that cannot be signed, its last will.

import { z } from 'zod';
import { countField, idField, textField } from './fields.ts';

/** The last will, word for word: it is unsigned, and the only unsigned payload that a status topic may carry. */
export const lastWillText = '{"online":false}';

export function isLastWill(payload: Uint8Array): boolean {
  return payload.length === lastWillText.length && Buffer.from(payload).toString('latin1') === lastWillText;
}

const clockField = z.object({ synchronised: z.boolean() });
const accessPointField = z.object({
  id: idField,
  mode: textField.nullable(),
  lock: textField.nullable(),
  contact: textField.nullable(),
});
const readerField = z.object({ id: idField, online: z.boolean() });

/** As it is read: `online` is always there, all else may be missing from another implementation. */
export const statusSchema = z.object({
  online: z.boolean(),
  since: textField.nullish(),
  version: textField.nullish(),
  revision: countField.nullish(),
  newestRevision: countField.nullish(),
  replicaConfirmed: textField.nullish(),
  pending: countField.nullish(),
  clock: clockField.nullish(),
  accessPoints: z
    .array(accessPointField.partial().required({ id: true }))
    .max(1024)
    .default([]),
  readers: z.array(readerField).max(1024).default([]),
  issuedAt: textField.nullish(),
});

export type ReadStatus = z.output<typeof statusSchema>;

/** As our controllers say it. */
export interface Status {
  readonly online: boolean;
  /** When this state of `online` began, ISO 8601. */
  readonly since: string;
  readonly version: string;
  /** Of the replica that decides; 0 without one. */
  readonly revision: number;
  /** The highest that the office named; never below `revision`. */
  readonly newestRevision?: number;
  /** Until when the replica is known to be the newest, ISO 8601; null without one. */
  readonly replicaConfirmed?: string | null;
  /** Events that the office has not acknowledged. */
  readonly pending: number;
  readonly clock: { readonly synchronised: boolean };
  readonly accessPoints: readonly {
    readonly id: string;
    readonly mode: string | null;
    readonly lock: string | null;
    readonly contact: string | null;
  }[];
  readonly readers: readonly { readonly id: string; readonly online: boolean }[];
}
