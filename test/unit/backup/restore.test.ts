// What a restore finds, moves and leaves: everything together or nothing, never a file deleted, and an epoch never twice.

import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newName, prune } from '../../../daemon/backup/folder.ts';
import { moveAll, refuseUnfinished } from '../../../daemon/backup/moves.ts';
import { journalSummary, makeSingleFile } from '../../../db/backup/copy-journal.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { openReplica } from '../../../db/replica/store.ts';
import { drafts, openAt } from '../db/support.ts';
import { backupOf, journalIn, newFolder, replicaIn, restoreTo, takenMs } from './support.ts';

const asides = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('before-restore-'));

function revisionIn(folder: string): number {
  const store = openReplica(join(folder, 'replica.db'));
  store.close();
  return store.revision;
}

describe('restoring', () => {
  it('goes on in an empty folder, and keeps the old records readable', async () => {
    const folder = newFolder();
    const journal = journalIn(folder, 12);
    replicaIn(folder, 7);
    journal.acknowledge(10, null);
    journal.flush();
    const file = join(folder, 'b.tar.gz');
    await backupOf(folder, file);
    const dataDir = join(newFolder(), 'new');
    const report = await restoreTo(dataDir, file);
    expect(report).toMatchObject({ aside: null, toDeliver: 2, notes: [] });
    const { journal: restored } = openAt(join(dataDir, 'journal.db'));
    expect(restored.epoch).toBe(report.epoch);
    expect(restored.restored).toMatchObject({ previousEpoch: journal.epoch, through: 12 });
    expect(restored.earlier).toEqual([{ epoch: journal.epoch, last: 12, through: 10, issuedAtMs: null }]);
    const reader = openJournalReader(join(dataDir, `journal-${journal.epoch}.db`));
    expect([...reader.events()]).toHaveLength(12);
    reader.close();
    restored.close();
    journal.close();
    expect(revisionIn(dataDir)).toBe(7);
  });

  it('leaves a journal that can be backed up at once, also before the controller has begun', async () => {
    const folder = newFolder();
    journalIn(folder, 3).close();
    const file = join(folder, 'b.tar.gz');
    await backupOf(folder, file);
    const dataDir = newFolder();
    const { epoch } = await restoreTo(dataDir, file);
    expect(readdirSync(dataDir).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
    const { manifest } = await backupOf(dataDir, join(dataDir, 'c.tar.gz'));
    expect(manifest.epoch).toBe(epoch);
  });

  it('carries what an earlier restore left undelivered through the next backup', async () => {
    const folder = newFolder();
    const journal = journalIn(folder, 5);
    const file = join(folder, 'b.tar.gz');
    await backupOf(folder, file);
    const [second, third] = [newFolder(), newFolder()];
    await restoreTo(second, file);
    const { journal: two } = openAt(join(second, 'journal.db'));
    two.commit(drafts(3), []);
    const { manifest } = await backupOf(second, join(second, 'c.tar.gz'));
    expect(manifest.files.map(({ name }) => name)).toEqual(['journal.db', `journal-${journal.epoch}.db`]);
    const { toDeliver } = await restoreTo(third, join(second, 'c.tar.gz'));
    expect(toDeliver).toBe(8);
    for (const { epoch } of [journal, two]) expect(existsSync(join(third, `journal-${epoch}.db`))).toBe(true);
    two.close();
    journal.close();
  });

  it('leaves a replica that is not older, and sets an older one aside', async () => {
    const folder = newFolder();
    const journal = journalIn(folder, 1);
    replicaIn(folder, 7);
    const file = join(folder, 'b.tar.gz');
    await backupOf(folder, file);
    const [newer, older] = [newFolder(), newFolder()];
    replicaIn(newer, 8);
    replicaIn(older, 6);
    expect((await restoreTo(newer, file)).notes).toEqual([expect.stringContaining('revision 8, which was there')]);
    await restoreTo(older, file);
    expect([newer, older].map(revisionIn)).toEqual([8, 7]);
    expect(asides(older).flatMap((name) => readdirSync(join(older, name)))).toEqual(['replica.db']);
    journal.close();
  });

  it('refuses a folder of another controller, and one of a journal of a schema to come keeps it aside', async () => {
    const folder = newFolder();
    const journal = journalIn(folder, 1);
    const file = join(folder, 'b.tar.gz');
    await backupOf(folder, file);
    const [foreign, future] = [newFolder(), newFolder()];
    openAt(join(foreign, 'journal.db'), { controller: 'back-door' }).journal.close();
    await expect(restoreTo(foreign, file)).rejects.toMatchObject({ code: 'foreign-backup' });
    expect(asides(foreign)).toEqual([]);
    openAt(join(foreign, 'journal.db'), { controller: 'back-door' }).journal.close();
    const { default: Database } = await import('better-sqlite3');
    journalIn(future, 3).close();
    const db = new Database(join(future, 'journal.db'));
    db.pragma('user_version = 99');
    db.close();
    const { notes, aside } = await restoreTo(future, file);
    expect(notes.join()).toContain('schema 99 of a newer cardea');
    expect(existsSync(join(aside ?? '', 'journal.db'))).toBe(true);
    journal.close();
  });
});

describe('restoring once more', () => {
  it('from one backup writes over nothing: what was longer stays, or goes aside', async () => {
    const folder = newFolder();
    const journal = journalIn(folder, 5);
    journal.acknowledge(5, 1);
    journal.flush();
    const file = join(folder, 'b.tar.gz');
    await backupOf(folder, file);
    journal.commit(drafts(2), []);
    journal.acknowledge(7, 2);
    journal.close();
    const home = join(folder, `journal-${journal.epoch}.db`);
    await restoreTo(folder, file);
    expect(journalSummary(home).head.seq).toBe(7);
    await restoreTo(folder, file);
    const [aside = ''] = asides(folder);
    expect([home, join(folder, aside, basename(home))].map((path) => journalSummary(path).head.seq)).toEqual([5, 7]);
  });

  it('after one that was cut short delivers what that one had moved already', async () => {
    const folder = newFolder();
    const journal = journalIn(folder, 5);
    const file = join(folder, 'b.tar.gz');
    await backupOf(folder, file);
    journal.commit(drafts(2), []);
    journal.close();
    makeSingleFile(join(folder, 'journal.db'));
    renameSync(join(folder, 'journal.db'), join(folder, `journal-${journal.epoch}.db`));
    writeFileSync(join(folder, 'restore.unfinished'), '');
    expect((await restoreTo(folder, file)).toDeliver).toBe(7);
    expect(existsSync(join(folder, 'restore.unfinished'))).toBe(false);
  });
});

describe('moves', () => {
  it('are all undone where one fails', () => {
    const folder = newFolder();
    for (const name of ['a', 'b']) writeFileSync(join(folder, name), name);
    const aside = join(folder, 'aside');
    const moves = [
      { from: join(folder, 'a'), to: join(aside, 'a') },
      { from: join(folder, 'b'), to: join(folder, 'a') },
      { from: join(folder, 'missing'), to: join(folder, 'b') },
    ];
    expect(() => moveAll(folder, aside, moves)).toThrow(/everything is as it was/);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('a');
    refuseUnfinished(folder);
  });

  it('leave their mark where they cannot be undone', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'restore.unfinished'), '');
    expect(() => refuseUnfinished(folder)).toThrow(/was cut short/);
    moveAll(folder, join(folder, 'aside'), []);
    refuseUnfinished(folder);
  });
});

describe('a folder of backups', () => {
  const owner = { site: 'riverside', controller: 'front-desk' };

  it('keeps the newest of one controller, and touches nothing else', () => {
    const folder = join(newFolder(), 'nights');
    const names: string[] = [];
    for (let night = 0; night < 5; night++) {
      names.push(newName(folder, owner, takenMs + night * 86_400_000));
      writeFileSync(names.at(-1) ?? '', '');
    }
    const again = newName(folder, owner, takenMs + 4 * 86_400_000);
    expect(again).toMatch(/-2\.tar\.gz$/);
    writeFileSync(again, '');
    const others = ['riverside+front-desk+notes.txt', 'riverside+back-door+20200101T000000Z.tar.gz', 'x.tar.gz'];
    for (const other of others) writeFileSync(join(folder, other), '');
    expect(prune(folder, owner, 3, again)).toHaveLength(3);
    expect(readdirSync(folder).sort()).toEqual(
      [...others, ...[...names.slice(3), again].map((path) => path.slice(folder.length + 1))].sort(),
    );
  });

  it('never removes the newest, even where its time is the oldest', () => {
    const folder = newFolder();
    for (const night of [1, 2]) writeFileSync(newName(folder, owner, takenMs + night), '');
    const newest = newName(folder, owner, 0);
    writeFileSync(newest, '');
    prune(folder, owner, 1, newest);
    expect(readdirSync(folder)).toEqual([newest.slice(folder.length + 1)]);
  });
});

describe('a backup that cannot be made', () => {
  it('says where, and leaves nothing', async () => {
    const folder = newFolder();
    journalIn(folder, 1).close();
    await expect(backupOf(folder, join(folder, 'nowhere', 'b.tar.gz'))).rejects.toMatchObject({ code: 'storage' });
    await expect(backupOf(newFolder(), join(folder, 'b.tar.gz'))).rejects.toMatchObject({ code: 'not-found' });
    expect(readdirSync(folder).sort()).toEqual(['journal.db']);
  });
});
