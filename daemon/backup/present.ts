// What lies in a data folder before something is restored into it: which journals are sound and this controller's, so that
// what the office has not of them is still delivered, and which files there are at all.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalSummary, journalSummary } from '../../db/backup/copy-journal.ts';
import { DbError } from '../../db/error.ts';
import { earlierFile } from '../../db/journal/earlier.ts';
import { verifyJournal } from '../../db/journal/verify.ts';
import { openReplica } from '../../db/replica/store.ts';
import { BackupError } from './error.ts';
import { journalName, replicaName } from './manifest.ts';
import type { Meter } from './meter.ts';
import { isUnfinished } from './moves.ts';

/** Whose backup it is. */
export interface Owner {
  readonly site: string;
  readonly controller: string;
}

/** A journal whose records may have to be delivered. */
export interface KnownJournal {
  readonly epoch: string;
  readonly last: number;
  readonly through: number;
  readonly issuedAtMs: number | null;
  readonly path: string;
}

export interface Present {
  /** The journal in its place, where it is sound and this controller's. */
  readonly journal: KnownJournal | null;
  /** Those before it that it knows of, as far as they are there. */
  readonly earlier: readonly KnownJournal[];
  /** 0 without a sound replica of the site. */
  readonly revision: number;
  /** Paths of the journal and of the replica, with what belongs to them. */
  readonly journalFiles: readonly string[];
  readonly replicaFiles: readonly string[];
  /** Paths of all that is in the folder. */
  readonly files: ReadonlySet<string>;
  /** What a person should know. */
  readonly notes: readonly string[];
}

/** @throws BackupError `foreign-backup`, DbError `storage-failed` */
export function surveyFolder(folder: string, owner: Owner, meter: Meter): Present {
  const names = readdirSync(folder);
  const filesOf = (name: string): string[] =>
    names.filter((one) => one === name || one.startsWith(`${name}-`)).map((one) => join(folder, one));
  const notes: string[] = [];
  const file = join(folder, journalName);
  const summary = existsSync(file) ? soundJournal(file, meter, notes) : null;
  if (summary !== null) refuseForeign(file, summary, owner);
  return {
    journal: summary === null ? null : mainJournal(summary, file),
    earlier: [
      ...(summary === null ? [] : earlierJournals(summary, file, notes)),
      ...(isUnfinished(folder) ? looseJournals(folder, names, owner) : []),
    ],
    revision: revisionOf(join(folder, replicaName), owner.site),
    journalFiles: filesOf(journalName),
    replicaFiles: filesOf(replicaName),
    files: new Set(names.map((name) => join(folder, name))),
    notes,
  };
}

/** The journal that a summary is of, as one whose records may have to be delivered. */
export function mainJournal({ identity, head, acknowledged }: JournalSummary, path: string): KnownJournal {
  return { epoch: identity.epoch, last: head.seq, ...acknowledged, path };
}

/** The journals before it that lie beside it; what is missing is told of. */
export function earlierJournals({ earlier }: JournalSummary, file: string, notes: string[]): KnownJournal[] {
  return earlier.flatMap((one) => {
    const path = earlierFile(file, one.epoch);
    if (existsSync(path)) return [{ ...one, path }];
    const [from, to] = [one.through + 1, one.last];
    if (from <= to) notes.push(`${path} is missing: its records ${from} to ${to} never reached the office`);
    return [];
  });
}

/** After a restore that was cut short: journals whose cursors are only in themselves. */
function looseJournals(folder: string, names: readonly string[], owner: Owner): KnownJournal[] {
  return names
    .filter((name) => /^journal-.+\.db$/.test(name))
    .flatMap((name) => {
      const path = join(folder, name);
      try {
        const summary = journalSummary(path);
        const { site, controller } = summary.identity;
        return site === owner.site && controller === owner.controller ? [mainJournal(summary, path)] : [];
      } catch (error) {
        if (error instanceof DbError && error.code !== 'storage-failed') return [];
        throw error;
      }
    });
}

function soundJournal(file: string, meter: Meter, notes: string[]): JournalSummary | null {
  try {
    const found = verifyJournal(file, (done, total) => meter.progress('checking what is there', done, total));
    if (found.ok) return journalSummary(file);
    notes.push(`the journal that was there is not sound (${found.problem?.message}): nothing of it is delivered`);
  } catch (error) {
    if (!(error instanceof DbError) || error.code === 'storage-failed') throw error;
    notes.push(`the journal that was there cannot be read, so nothing of it is delivered: ${error.message}`);
  }
  return null;
}

function refuseForeign(file: string, { identity }: JournalSummary, owner: Owner): void {
  if (identity.site === owner.site && identity.controller === owner.controller) return;
  const [is, asked] = [`${identity.site}/${identity.controller}`, `${owner.site}/${owner.controller}`];
  throw new BackupError(
    'foreign-backup',
    `${file} is the journal of ${is}, and the backup is of ${asked}: check dataDir`,
  );
}

function revisionOf(file: string, site: string): number {
  try {
    const store = openReplica(file);
    const { siteId, revision } = store;
    store.close();
    return siteId === site ? revision : 0;
  } catch (error) {
    if (error instanceof DbError && error.code !== 'storage-failed') return 0;
    throw error;
  }
}
