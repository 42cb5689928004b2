// A backup, made while the controller runs: the journal first, the replica after it, so that what the one no longer counts
// the other already does. It is put together aside, checked, and takes its name only when it is whole and on the disk.

import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyJournal, type JournalSummary } from '../../db/backup/copy-journal.ts';
import { DbError } from '../../db/error.ts';
import { earlierFile, withUndelivered } from '../../db/journal/earlier.ts';
import { verifyJournal } from '../../db/journal/verify.ts';
import { openReplica } from '../../db/replica/store.ts';
import { BackupError } from './error.ts';
import { type BackupManifest, journalName, manifestText, replicaName } from './manifest.ts';
import { goOn, type Meter } from './meter.ts';
import { copyFile, describe, pack } from './pack.ts';
import { settingFiles } from './settings.ts';
import { makeStaging, removeStaging, syncFolder } from './staging.ts';

export interface BackupOrder {
  /** The controller's `journal.db`; what else belongs into a backup lies beside it. */
  readonly journal: string;
  readonly to: string;
  /** Also where there is such a file already. */
  readonly overwrite: boolean;
  /** The config whose keys are to be in it too, and it itself; null: neither. */
  readonly keysOf: string | null;
  /** UTC milliseconds. */
  readonly nowMs: number;
  /** Of this program. */
  readonly version: string;
  readonly pid: number;
}

export interface BackupMade {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Omit<BackupManifest, 'format'>;
  /** What is not in it, and why. */
  readonly notes: readonly string[];
}

/** A member and where its bytes are. */
interface Part {
  readonly name: string;
  readonly path: string;
}

const stagingPrefix = '.cardea-backup-';

/** @throws BackupError, DbError, FileError; there is no backup then, and one that was there is as it was */
export async function makeBackup(order: BackupOrder, meter: Meter): Promise<BackupMade> {
  const { to } = order;
  refuseExisting(order);
  const folder = dirname(to);
  let staging: string;
  try {
    staging = makeStaging(folder, stagingPrefix, order.pid);
  } catch (error) {
    throw storageError(`${to} cannot be made`, error);
  }
  try {
    const { text, manifest, parts, notes } = await gather(order, staging, meter);
    const whole = join(staging, 'whole');
    const paths = new Map(parts.map(({ name, path }) => [name, path]));
    await pack(text, manifest, (name) => paths.get(name) ?? '', whole, meter);
    refuseExisting(order);
    const bytes = statSync(whole).size;
    renameSync(whole, to);
    syncFolder(folder);
    return { file: to, bytes, manifest, notes };
  } catch (error) {
    throw storageError(`${to} was not made`, error);
  } finally {
    removeStaging(staging);
  }
}

async function gather(order: BackupOrder, staging: string, meter: Meter) {
  const notes: string[] = [];
  const journal = { name: journalName, path: join(staging, journalName) };
  const summary = await copySound(order.journal, journal.path, meter);
  const replica = { name: replicaName, path: join(staging, replicaName) };
  const revision = await copyReplica(order, replica.path, summary, meter, notes);
  const settings = order.keysOf === null ? [] : settingFiles(order.keysOf);
  const parts: Part[] = [
    journal,
    ...(revision === null ? [] : [replica]),
    ...earlierParts(order.journal, summary, notes),
    ...settings,
  ];
  const files = [];
  for (const { name, path } of parts) files.push(await describe(path, name, meter));
  const { identity, head, schema } = summary;
  const manifest = {
    ...identity,
    head,
    schema,
    revision,
    takenAt: new Date(order.nowMs).toISOString(),
    version: order.version,
    files,
    settings: settings.map(({ name, place }) => ({ name, path: place })),
  };
  return { text: manifestText(manifest), manifest, parts, notes };
}

/** A copy whose every record was checked. */
async function copySound(from: string, to: string, meter: Meter): Promise<JournalSummary> {
  const summary = await copyJournal(from, to, {
    progress: (done, total) => meter.progress('copying the journal', done, total),
    check: () => goOn(meter),
  });
  const found = verifyJournal(to, (done, total) => meter.progress('checking the copy', done, total));
  if (found.ok) return summary;
  const advice = 'earlier backups stay; `cardea verify` says more';
  throw new BackupError(
    'bad-journal',
    `${from} is not sound, so there is no backup of it: ${found.problem?.message}; ${advice}`,
  );
}

/** A replica can be fetched again: one that is not sound is left out. Its file never changes under its name. */
async function copyReplica(
  { journal }: BackupOrder,
  to: string,
  { identity }: JournalSummary,
  meter: Meter,
  notes: string[],
): Promise<number | null> {
  const from = join(dirname(journal), replicaName);
  if (!existsSync(from)) return null;
  await copyFile(from, to, meter);
  try {
    const store = openReplica(to);
    const { siteId, revision } = store;
    store.close();
    if (siteId === identity.site) return revision;
    notes.push(`${from} is of site ${siteId} and was left out: the office sends the right one`);
  } catch (error) {
    if (!(error instanceof DbError)) throw error;
    notes.push(`${from} was left out: ${error.message}`);
  }
  return null;
}

/** The journals before this one of which the office has not all. */
function earlierParts(journal: string, { earlier }: JournalSummary, notes: string[]): Part[] {
  return withUndelivered(earlier).flatMap(({ epoch, last, through }) => {
    const path = earlierFile(journal, epoch);
    if (existsSync(path)) return [{ name: `journal-${epoch}.db`, path }];
    notes.push(
      `${path} is missing: its records ${through + 1} to ${last}, which the office has not, are not in the backup`,
    );
    return [];
  });
}

function refuseExisting({ to, overwrite }: BackupOrder): void {
  if (overwrite || !existsSync(to)) return;
  throw new BackupError('exists', `${to} is there already: name another file, or use --force`);
}

function storageError(attempted: string, error: unknown): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : null;
  if (code === null || !(error instanceof Error)) return error;
  return new BackupError('storage', `${attempted} (${error.message}): check disk, folder and rights`, error);
}
