// The file of a backup: others can open it, and nothing that is altered, cut short or somebody else's is ever restored.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBackup, unpack } from '../../../daemon/backup/pack.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { backupOf, journalIn, newFolder, replicaIn, restoreTo, silent, takenMs } from './support.ts';

/** A folder with a journal that is written, and a backup of it. */
async function made(records = 300): Promise<{ folder: string; file: string }> {
  const folder = newFolder();
  const journal = journalIn(folder, records);
  replicaIn(folder, 7);
  const file = join(folder, 'b.tar.gz');
  await backupOf(folder, file);
  journal.close();
  return { folder, file };
}

describe('a backup', () => {
  it('is a tar archive that any tar can open', async () => {
    const { file } = await made();
    const list = execFileSync('tar', ['tzf', file], { encoding: 'utf8' }).trim().split('\n');
    expect(list).toEqual(['cardea-backup.json', 'journal.db', 'replica.db']);
    const out = newFolder();
    execFileSync('tar', ['xzf', file, '-C', out]);
    expect(verifyJournal(join(out, 'journal.db'))).toMatchObject({ ok: true, records: 300 });
    const manifest = JSON.parse(readFileSync(join(out, 'cardea-backup.json'), 'utf8'));
    expect(manifest).toMatchObject({ site: 'riverside', controller: 'front-desk', head: { seq: 300 }, revision: 7 });
    expect(manifest.takenAt).toBe(new Date(takenMs).toISOString());
  });

  it('is never written over, unless that is meant', async () => {
    const { folder, file } = await made();
    const before = readFileSync(file);
    await expect(backupOf(folder, file)).rejects.toMatchObject({ code: 'exists' });
    expect(readFileSync(file).equals(before)).toBe(true);
    await backupOf(folder, file, { overwrite: true, nowMs: takenMs + 1000 });
    expect((await readBackup(file)).takenAt).toBe(new Date(takenMs + 1000).toISOString());
  });

  it('is not made of a journal that is not sound, and leaves the one before', async () => {
    const { folder, file } = await made();
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(join(folder, 'journal.db'));
    db.exec("UPDATE events SET body = replace(body, 'pass', 'past') WHERE seq = 5");
    db.close();
    await expect(backupOf(folder, file, { overwrite: true })).rejects.toMatchObject({ code: 'bad-journal' });
    expect(await unpack(file, null, () => false, silent)).toMatchObject({ head: { seq: 300 } });
    expect(readdirSync(folder).filter((name) => name.startsWith('.cardea'))).toEqual([]);
  });

  it('leaves out a replica that is not sound, and says so', async () => {
    const { folder } = await made();
    writeFileSync(join(folder, 'replica.db'), 'nothing');
    const { manifest, notes } = await backupOf(folder, join(folder, 'c.tar.gz'));
    expect(manifest.revision).toBeNull();
    expect(notes).toEqual([expect.stringContaining('replica.db was left out')]);
  });
});

describe('what is no sound backup', () => {
  it('is refused wherever it was cut', async () => {
    const { file } = await made(50);
    const whole = readFileSync(file);
    const cut = join(newFolder(), 'cut');
    for (const part of [0, 1, 9, 0.1, 0.5, 0.9]) {
      writeFileSync(cut, whole.subarray(0, part < 1 ? Math.floor(whole.length * part) : part));
      const dataDir = newFolder();
      await expect(restoreTo(dataDir, cut), `cut at ${part}`).rejects.toMatchObject({ code: 'bad-backup' });
      expect(readdirSync(dataDir).filter((name) => name !== 'daemon.lock')).toEqual([]);
    }
  });

  it('is refused wherever a byte of it was altered', async () => {
    const { file } = await made(20);
    const tar = gunzipSync(readFileSync(file));
    const altered = join(newFolder(), 'altered');
    const offsets = [0, 130, 156, 700, 2000, 5000, tar.length - 70_000, tar.length - 30_000];
    for (const offset of offsets) {
      const bytes = Buffer.from(tar);
      bytes[offset] = (bytes[offset] ?? 0) ^ 1;
      writeFileSync(altered, gzipSync(bytes));
      await expect(restoreTo(newFolder(), altered), `byte ${offset}`).rejects.toMatchObject({ code: 'bad-backup' });
    }
  });

  it.each([
    ['../evil', 'bad-backup'],
    ['/etc/evil', 'bad-backup'],
    ['evil', 'bad-backup'],
  ])('is refused with a member %s', async (name, code) => {
    const { file } = await made(5);
    const folder = newFolder();
    execFileSync('tar', ['xzf', file, '-C', folder]);
    writeFileSync(join(folder, 'evil'), 'evil');
    const bad = join(newFolder(), 'bad.tar.gz');
    const rename = ['--absolute-names', '--transform', `s,^evil$,${name},`];
    execFileSync('tar', ['czf', bad, '--format=ustar', ...rename, '-C', folder, 'cardea-backup.json', 'evil']);
    await expect(restoreTo(newFolder(), bad)).rejects.toMatchObject({ code });
  });

  it('is refused with a word that fits: of a newer version, of another controller, not there', async () => {
    const { file } = await made(5);
    const folder = newFolder();
    execFileSync('tar', ['xzf', file, '-C', folder]);
    const manifest = readFileSync(join(folder, 'cardea-backup.json'), 'utf8');
    writeFileSync(join(folder, 'cardea-backup.json'), manifest.replace('cardea-backup/1', 'cardea-backup/2'));
    const newer = join(newFolder(), 'newer.tar.gz');
    execFileSync('tar', ['czf', newer, '--format=ustar', '-C', folder, 'cardea-backup.json', 'journal.db']);
    await expect(restoreTo(newFolder(), newer)).rejects.toMatchObject({ code: 'newer-backup' });
    const owner = { site: 'riverside', controller: 'back-door' };
    await expect(restoreTo(newFolder(), file, { owner })).rejects.toMatchObject({ code: 'foreign-backup' });
    await expect(restoreTo(newFolder(), join(folder, 'none'))).rejects.toMatchObject({ code: 'storage' });
    await expect(restoreTo(newFolder(), join(folder, 'journal.db'))).rejects.toMatchObject({ code: 'bad-backup' });
  });
});
