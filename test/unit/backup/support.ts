// What the tests of backups share: a folder of their own, a journal in it, and a backup of that.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BackupMade, type BackupOrder, makeBackup } from '../../../daemon/backup/make.ts';
import type { Meter } from '../../../daemon/backup/meter.ts';
import { type RestoreOrder, type RestoreReport, restore } from '../../../daemon/backup/restore.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { install, ReplicaBuilder } from '../../../db/replica/builder.ts';
import { drafts, openAt } from '../db/support.ts';

export const takenMs = Date.UTC(2026, 2, 2, 12);
export const silent: Meter = { progress: () => {}, stopped: () => false };

export function newFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cardea-backup-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An open journal of that many records in the folder. */
export function journalIn(folder: string, records: number): Journal {
  const { journal } = openAt(join(folder, 'journal.db'), { random: seededRandom(folder) });
  if (records > 0) journal.commit(drafts(records), []);
  return journal;
}

export function replicaIn(folder: string, revision: number, site = 'riverside'): void {
  const file = join(folder, 'replica.db');
  const header = { site, revision, counts: {}, sha256: 'a'.repeat(64) };
  install(new ReplicaBuilder(file, header).finish(), file);
}

export function backupOf(folder: string, to: string, more: Partial<BackupOrder> = {}): Promise<BackupMade> {
  const journal = join(folder, 'journal.db');
  const order = { journal, to, overwrite: false, keysOf: null, nowMs: takenMs, version: '0.0.0', pid: process.pid };
  return makeBackup({ ...order, ...more }, silent);
}

export function restoreTo(dataDir: string, file: string, more: Partial<RestoreOrder> = {}): Promise<RestoreReport> {
  const clock = new VirtualClock(takenMs + 60_000);
  const random = seededRandom(`restore ${dataDir}`);
  return restore({ file, dataDir, owner: null, clock, random, pid: process.pid, ...more }, silent);
}
