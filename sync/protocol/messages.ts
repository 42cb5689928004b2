// Every message of the wire (interfaces.md section 6): one schema for both ends, a bound on every list and string, unknown
// keys of a newer peer left aside. What is written here is written by the functions, what is read by the schemas.

import { z } from 'zod';
import { controllersSchema } from './controllers.ts';
import { countField, hashField, idField, instantField, instantText } from './fields.ts';
import { type JwsRefusal, refusal, type Verified, type VerifyOptions, verify } from './jws.ts';

/** An acknowledgement: all events of `epoch` up to `through` are on the office's disk. */
export interface Ack {
  readonly epoch: string;
  readonly through: number;
  /** Of the record there; left out before the first, and by an office that does not say. */
  readonly hash?: string;
  /** UTC milliseconds, strictly increasing per office; null from an office that does not say. */
  readonly issuedAtMs: number | null;
}

export const ackSchema = z
  .object({ epoch: idField, through: countField, hash: hashField.optional(), issuedAt: instantField.optional() })
  .transform(({ issuedAt, hash, ...rest }): Ack => {
    return { ...rest, ...(hash === undefined ? {} : { hash }), issuedAtMs: issuedAt ?? null };
  });

export function ackMessage(ack: Ack): object {
  const { epoch, through, hash, issuedAtMs } = ack;
  const known = hash === undefined ? {} : { hash };
  return { epoch, through, ...known, ...(issuedAtMs === null ? {} : { issuedAt: instantText(issuedAtMs) }) };
}

/** A controller asks for a newer replica than `have` (0: it has none, or wants the next one whole). */
export interface Want {
  readonly have: number;
  /** Where it got stuck: the chunks of `revision` from number `from` on are missing. null: all of the newest. */
  readonly missing: { readonly revision: number; readonly from: number } | null;
}

export const wantSchema = z
  .object({ have: countField, missing: z.object({ revision: countField, from: countField }).optional() })
  .transform(({ have, missing }): Want => ({ have, missing: missing ?? null }));

export function wantMessage(want: Want): object {
  return want.missing === null ? { have: want.have } : { have: want.have, missing: want.missing };
}

/** What makes a revision whole. Chunk n (from 0) is the n-th of `chunks`. */
export interface Manifest {
  readonly revision: number;
  /** Of the whole snapshot, uncompressed. */
  readonly sha256: string;
  readonly bytes: number;
  /** Of each chunk as it is sent, compressed. */
  readonly chunks: readonly { readonly sha256: string; readonly bytes: number }[];
  /** The site's controllers and their public keys (SPKI, base64). */
  readonly controllers: readonly { readonly id: string; readonly publicKey: string }[];
  /** true: that customers or credentials become many fewer is intended. */
  readonly shrinkMeant: boolean;
  /** Of all records together (digest.ts); null from an office that gives no deltas. */
  readonly digest: string | null;
  /** UTC milliseconds: when the office said that this is the newest; null where it does not say. */
  readonly issuedAtMs: number | null;
}

/** Most chunks of one snapshot. */
export const maxChunks = 16_384;

export const manifestSchema = z
  .object({
    revision: countField,
    sha256: hashField,
    bytes: countField,
    chunks: z
      .array(z.object({ sha256: hashField, bytes: countField }))
      .min(1)
      .max(maxChunks),
    controllers: controllersSchema.default([]),
    shrinkMeant: z.boolean().default(false),
    digest: hashField.nullish().transform((digest) => digest ?? null),
    issuedAt: instantField.optional(),
  })
  .transform(({ issuedAt, ...rest }): Manifest => ({ ...rest, issuedAtMs: issuedAt ?? null }));

export function manifestMessage(manifest: Manifest): object {
  const { issuedAtMs, digest, ...rest } = manifest;
  return {
    ...rest,
    ...(digest === null ? {} : { digest }),
    ...(issuedAtMs === null ? {} : { issuedAt: instantText(issuedAtMs) }),
  };
}

/** Most operations of one message, and most messages of one delta. */
export const maxOperations = 10_000;
export const maxDeltaParts = 1_024;

/**
 * One part of what turns revision `from` into `to`; an operation is `["put", kind, record]` or `["delete", kind, id or record]`
 * (delta.ts). All deletes of a delta come before its puts, whatever order they stand in.
 */
export interface Delta {
  readonly from: number;
  readonly to: number;
  /** From 0, of `parts`. */
  readonly part: number;
  readonly parts: number;
  readonly operations: readonly (readonly unknown[])[];
}

export const deltaSchema: z.ZodType<Delta> = z
  .object({
    from: countField.min(1),
    to: countField,
    part: countField.default(0),
    parts: z.number().int().min(1).max(maxDeltaParts).default(1),
    operations: z.array(z.array(z.unknown()).min(1).max(8)).max(maxOperations),
  })
  .refine(({ from, to, part, parts }) => from < to && part < parts, 'it leads nowhere, or is no part of itself');

/** The text of a part, of an array of operations that is JSON already. */
export function deltaText({ from, to, part, parts }: Omit<Delta, 'operations'>, operations: string): string {
  return `{"from":${from},"to":${to},"part":${part},"parts":${parts},"operations":${operations}}`;
}

/** A signed message, read: verified for its topic, and of its schema; else why it is refused. */
export function openMessage<Schema extends z.ZodType>(
  schema: Schema,
  compact: string | Uint8Array,
  options: VerifyOptions,
): Verified<z.output<Schema>> | JwsRefusal {
  const verified = verify(compact, options);
  if (!verified.ok) return verified;
  const read = schema.safeParse(verified.payload);
  if (read.success) return { ok: true, payload: read.data, kid: verified.kid };
  const [issue] = read.error.issues;
  const at = (issue?.path.join('.') ?? '').slice(0, 80);
  return refusal('payload', `${at === '' ? 'the payload' : at}: ${issue?.message.slice(0, 100) ?? 'not of its form'}`);
}
