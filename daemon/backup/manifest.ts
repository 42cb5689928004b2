// The first member of a backup: whose it is, of when, and what follows it, byte for byte.

import { z } from 'zod';
import { BackupError } from './error.ts';

export const manifestName = 'cardea-backup.json';
export const journalName = 'journal.db';
export const replicaName = 'replica.db';
/** Longest manifest that is read, in bytes. */
export const maxManifestBytes = 1024 * 1024;

const format = 'cardea-backup/1';
const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** A member of the archive: a name, never a path. */
const settingName = z.string().regex(/^settings-\d{1,3}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.object({
  format: z.literal(format),
  site: id,
  controller: id,
  /** Of the journal, with its last record. */
  epoch: id,
  head: z.object({ seq: count, hash: sha256 }),
  schema: count,
  /** null where the controller had no replica. */
  revision: count.nullable(),
  takenAt: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  /** Of the program that made the backup. */
  version: z.string().max(64),
  files: z
    .array(z.object({ name: z.string().max(100), bytes: count, sha256 }))
    .min(1)
    .max(1000),
  /** Where the config and the files that it names belong, relative to the config's folder; empty without them. */
  settings: z.array(z.object({ name: settingName, path: z.string().min(1).max(4096) })).max(100),
});

export type BackupManifest = z.output<typeof manifestSchema>;
export type BackupFile = BackupManifest['files'][number];

export function manifestText(manifest: Omit<BackupManifest, 'format'>): string {
  return `${JSON.stringify({ format, ...manifest }, null, 2)}\n`;
}

/** @throws BackupError `bad-backup`, `newer-backup` */
export function readManifest(text: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BackupError('bad-backup', 'it is no backup: its first member is not JSON', error);
  }
  const read = manifestSchema.safeParse(value);
  if (read.success) return read.data;
  const named = typeof value === 'object' && value !== null && 'format' in value ? String(value.format) : '';
  if (/^cardea-backup\/\d{1,4}$/.test(named) && named !== format) {
    throw new BackupError('newer-backup', `it is a ${named} of a newer version: restore it with that version`);
  }
  const [issue] = read.error.issues;
  throw new BackupError('bad-backup', `it is no backup: ${issue?.path.join('.')}: ${issue?.message}`);
}
