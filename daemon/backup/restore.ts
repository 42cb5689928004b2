// From a backup to a controller that can begin: everything is unpacked and checked aside first, what is there is set aside
// and never deleted, and the journal that decides from then on is a new epoch that says what it goes on from.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { v4 } from 'uuid';
import type { Clock, Random } from '../../access/clock.ts';
import { beginEpoch } from '../../db/backup/begin-epoch.ts';
import { type JournalSummary, journalSummary, makeSingleFile, recordHash } from '../../db/backup/copy-journal.ts';
import { DbError } from '../../db/error.ts';
import { undelivered } from '../../db/journal/earlier.ts';
import { verifyJournal } from '../../db/journal/verify.ts';
import { openReplica } from '../../db/replica/store.ts';
import { openDataDir } from '../run/data-dir.ts';
import { RunError } from '../run/error.ts';
import { BackupError } from './error.ts';
import { type BackupManifest, journalName, replicaName } from './manifest.ts';
import type { Meter } from './meter.ts';
import { moveAll } from './moves.ts';
import { readBackup, unpack } from './pack.ts';
import { planRestore, type RestorePlan } from './plan.ts';
import { earlierJournals, mainJournal, type Present, surveyFolder } from './present.ts';
import { giveTo, makeStaging, removeStaging } from './staging.ts';

export interface RestoreOrder {
  readonly file: string;
  readonly dataDir: string;
  /** Whose backup it has to be; null: anybody's whom the folder does not contradict. */
  readonly owner: { readonly site: string; readonly controller: string } | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly pid: number;
}

export interface RestoreReport {
  readonly manifest: BackupManifest;
  /** Of the journal that begins now. */
  readonly epoch: string;
  /** Where what was there is now; null where nothing was. */
  readonly aside: string | null;
  /** Records of earlier journals that are still to be delivered. */
  readonly toDeliver: number;
  readonly notes: readonly string[];
}

const stagingPrefix = '.cardea-restore-';

/** @throws BackupError, DbError, RunError; the folder is as it was then. */
export async function restore(order: RestoreOrder, meter: Meter): Promise<RestoreReport> {
  const { file, dataDir } = order;
  const manifest = await readBackup(file);
  refuseForeign(order, manifest);
  const lock = lockFolder(dataDir);
  try {
    const staging = makeStaging(dataDir, stagingPrefix, order.pid);
    try {
      const wanted = (name: string): boolean => !name.startsWith('settings-');
      await unpack(file, staging, wanted, meter);
      return putInPlace(order, staging, manifest, meter);
    } finally {
      removeStaging(staging);
    }
  } finally {
    lock.release();
  }
}

function putInPlace(order: RestoreOrder, staging: string, manifest: BackupManifest, meter: Meter): RestoreReport {
  const { dataDir, clock, random } = order;
  const notes: string[] = [];
  const unpacked = join(staging, journalName);
  const summary = checkJournal(order.file, unpacked, manifest, meter);
  const replica = soundReplica(staging, manifest, notes);
  const present = surveyFolder(dataDir, manifest, meter);
  notes.push(...present.notes);
  const restoredAt = new Date(clock.now().wallMs).toISOString();
  const asideFolder = freeName(join(dataDir, `before-restore-${restoredAt.replace(/\.\d+|[-:]/g, '')}`));
  const newJournal = join(staging, 'begun.db');
  const plan = planRestore({
    folder: dataDir,
    asideFolder,
    unpacked: [mainJournal(summary, unpacked), ...earlierJournals(summary, unpacked, notes)],
    newJournal,
    replica,
    present: agreeing(present, manifest, notes),
  });
  const { site, controller } = manifest;
  const epoch = v4({ random: random.bytes(16) });
  const { epoch: previousEpoch, takenAt } = manifest;
  const restored = { previousEpoch, through: manifest.head.seq, takenAt, restoredAt };
  beginEpoch(unpacked, newJournal, { identity: { site, controller, epoch }, restored, earlier: plan.earlier });
  if (present.journal !== null) makeSingleFile(present.journal.path);
  moveAll(dataDir, asideFolder, existing([...plan.aside, ...plan.place]));
  const aside = existsSync(asideFolder) ? asideFolder : null;
  tellReplica(plan, replica === null, present, notes);
  return { manifest, epoch, aside, toDeliver: undelivered(plan.earlier), notes };
}

/** A WAL may be gone by now: its content is in the file that it belonged to. */
function existing(moves: RestorePlan['place']): RestorePlan['place'] {
  return moves.filter(({ from }) => existsSync(from));
}

function checkJournal(file: string, unpacked: string, manifest: BackupManifest, meter: Meter): JournalSummary {
  const found = verifyJournal(unpacked, (done, total) => meter.progress('checking the journal', done, total));
  const summary = found.ok ? journalSummary(unpacked) : null;
  const { site, controller, epoch, head } = manifest;
  const { identity } = summary ?? {};
  if (summary !== null && identity?.site === site && identity.controller === controller && identity.epoch === epoch) {
    if (summary.head.hash === head.hash) return summary;
  }
  const why = found.problem?.message ?? 'it is not the one that the manifest names';
  throw new BackupError('bad-backup', `${file}: its journal is not sound: ${why}; use another backup`);
}

/** A replica can be fetched again: without a sound one nothing is refused. */
function soundReplica(
  staging: string,
  { site }: BackupManifest,
  notes: string[],
): { path: string; revision: number } | null {
  const path = join(staging, replicaName);
  if (!existsSync(path)) return null;
  try {
    const store = openReplica(path);
    const { siteId, revision } = store;
    store.close();
    if (siteId === site) return { path, revision };
    notes.push(`the replica in the backup is of site ${siteId} and was left out`);
  } catch (error) {
    if (!(error instanceof DbError)) throw error;
    notes.push('the replica in the backup is of another version of cardea and was left out');
  }
  return null;
}

/** Two different journals of one epoch are not told apart by the office: only the backup's is delivered then. */
function agreeing(present: Present, { epoch, head }: BackupManifest, notes: string[]): Present {
  const { journal } = present;
  if (journal === null || journal.epoch !== epoch || journal.last < head.seq || head.seq === 0) return present;
  // Of what retention dropped nothing can be compared; it was delivered, or is told of.
  const there = recordHash(journal.path, head.seq);
  if (there === head.hash || there === null) {
    const [from, to] = [head.seq + 1, journal.last];
    if (from <= to) {
      notes.push(
        `records ${from} to ${to} are newer than the backup: the office gets them, the controller forgets them`,
      );
    }
    return present;
  }
  notes.push('the journal that was there differs from the backup in what both have: nothing of it is delivered');
  return { ...present, journal: null };
}

function tellReplica({ keepsReplica }: RestorePlan, none: boolean, { revision }: Present, notes: string[]): void {
  if (keepsReplica)
    notes.push(`replica revision ${revision}, which was there, is not older than the backup's and stays`);
  else if (none) notes.push('there is no replica: nobody is known until the office sends one');
}

function refuseForeign({ file, owner }: RestoreOrder, { site, controller }: BackupManifest): void {
  if (owner === null || (owner.site === site && owner.controller === controller)) return;
  const words = `${file} is a backup of ${site}/${controller}, not of ${owner.site}/${owner.controller}`;
  throw new BackupError('foreign-backup', `${words}: use that one's own`);
}

function lockFolder(dataDir: string): { release(): void } {
  try {
    const lock = openDataDir(dataDir);
    giveTo(dataDir, join(dataDir, 'daemon.lock'));
    return lock;
  } catch (error) {
    if (!(error instanceof RunError) || error.code !== 'data-dir-in-use') throw error;
    const mend = 'stop it first (`sudo systemctl stop cardea`, or Ctrl-C where it runs in a terminal)';
    throw new BackupError('running', `the controller runs on ${dataDir}: ${mend}`, error);
  }
}

function freeName(path: string): string {
  let free = path;
  for (let number = 2; existsSync(free); number++) free = `${path}-${number}`;
  return free;
}
