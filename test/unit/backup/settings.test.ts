// What a backup with keys holds, and what it may write where: below the config's folder, whatever it says.

import {
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestText } from '../../../daemon/backup/manifest.ts';
import { moveAll } from '../../../daemon/backup/moves.ts';
import { describe as described, pack } from '../../../daemon/backup/pack.ts';
import { restoreSettings } from '../../../daemon/backup/restore-settings.ts';
import { giveTo } from '../../../daemon/backup/staging.ts';
import { newFolder, silent } from './support.ts';

const isRoot = process.getuid?.() === 0;

/** A backup of nothing but settings, as somebody might make one who means no good. */
async function craft(settings: readonly { readonly name: string; readonly path: string }[]): Promise<string> {
  const folder = newFolder();
  const content = join(folder, 'content');
  writeFileSync(content, 'secret');
  const { bytes, sha256 } = await described(content, 'content', silent);
  const files = ['settings-0', 'settings-1'].map((name) => ({ name, bytes, sha256 }));
  const takenAt = '2026-03-02T12:00:00.000Z';
  const whose = { site: 'riverside', controller: 'front-desk', epoch: 'e', schema: 1, revision: null, version: '0' };
  const head = { seq: 0, hash: '0'.repeat(64) };
  const text = manifestText({ ...whose, head, takenAt, files, settings: [...settings] });
  const file = join(folder, 'b.tar.gz');
  await pack(text, { takenAt, files }, () => content, file, silent);
  return file;
}

const configOnly = { name: 'settings-0', path: '.' };

describe('the settings of a backup', () => {
  it('are members of it: no name leads out of it', async () => {
    const folder = newFolder();
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    const file = await craft([configOnly, { name: '../../victim', path: 'keys/site' }]);
    const restoring = restoreSettings(file, join(folder, 'etc', 'controller.yaml'), process.pid, silent);
    await expect(restoring).rejects.toMatchObject({ code: 'bad-backup' });
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });

  it.each(['../elsewhere/key', 'keys/../../elsewhere/key', 'linked/key', 'ABSOLUTE'])(
    'go nowhere but below the config: %s is told of',
    async (place) => {
      const folder = newFolder();
      const [etc, elsewhere] = [join(folder, 'etc'), join(folder, 'elsewhere')];
      mkdirSync(etc);
      mkdirSync(elsewhere);
      symlinkSync(elsewhere, join(etc, 'linked'));
      const path = place === 'ABSOLUTE' ? join(elsewhere, 'key') : place;
      const config = join(etc, 'controller.yaml');
      const file = await craft([configOnly, { name: 'settings-1', path }]);
      const { files, notes } = await restoreSettings(file, config, process.pid, silent);
      expect(files).toEqual([config]);
      expect(notes).toEqual([expect.stringContaining(`tar -xzOf ${file} settings-1`)]);
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  it('are written below the config, also where folders are missing', async () => {
    const etc = join(newFolder(), 'etc');
    const file = await craft([configOnly, { name: 'settings-1', path: 'keys/deep/..site' }]);
    const { files, notes } = await restoreSettings(file, join(etc, 'controller.yaml'), process.pid, silent);
    expect([files, notes]).toEqual([[join(etc, 'controller.yaml'), join(etc, 'keys/deep/..site')], []]);
  });
});

describe('a file that changes while it is packed', () => {
  it.each(['secret and more', 'public'])('makes no backup: %s', async (now) => {
    const folder = newFolder();
    const path = join(folder, 'config');
    writeFileSync(path, 'secret');
    const file = await described(path, 'settings-0', silent);
    writeFileSync(path, now);
    const packing = pack(
      '{}',
      { takenAt: '2026-03-02T12:00:00.000Z', files: [file] },
      () => path,
      `${path}.gz`,
      silent,
    );
    await expect(packing).rejects.toMatchObject({ code: 'changed', message: expect.stringContaining(path) });
  });
});

describe('a folder whose owner has put links into it', () => {
  it('has its mark written through none', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'victim'), 'mine');
    symlinkSync(join(folder, 'victim'), join(folder, 'restore.unfinished'));
    expect(() => moveAll(folder, join(folder, 'aside'), [])).toThrow(/could not be put in place/);
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine');
  });

  it.runIf(isRoot)('is given the link and not what it leads to', () => {
    const folder = newFolder();
    const [home, victim] = [join(folder, 'home'), join(folder, 'victim')];
    const link = join(home, 'journal.db-x');
    mkdirSync(home);
    chownSync(home, 65_534, 65_534);
    writeFileSync(victim, 'mine');
    symlinkSync(victim, link);
    giveTo(home, link);
    expect([statSync(victim).uid, lstatSync(link).uid]).toEqual([0, 65_534]);
  });
});
