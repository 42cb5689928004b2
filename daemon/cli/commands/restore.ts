// `cardea restore`: a controller back from a backup. What is there is set aside, never deleted, and a new epoch begins.

import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupManifest } from '../../backup/manifest.ts';
import type { Meter } from '../../backup/meter.ts';
import { unpack } from '../../backup/pack.ts';
import { type RestoreReport, restore } from '../../backup/restore.ts';
import { restoreSettings } from '../../backup/restore-settings.ts';
import { giveTo } from '../../backup/staging.ts';
import { placedConfig } from '../../backup/where.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';
import { find } from '../where.ts';

interface RestoreOptions {
  readonly config?: string;
  readonly db?: string;
  readonly withKeys?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

export function registerRestore(program: Command, io: Io): void {
  program
    .command('restore')
    .description('puts a backup in the place of what a stopped controller has; sets that aside and begins a new epoch')
    .argument('<file>', 'a file that `cardea backup` made')
    .option('--config <file>', "the controller's config (default: the installed one, else that of a demo)")
    .option('--db <file>', 'instead of a config: where its journal is to be, as DIR/journal.db')
    .option('--with-keys', 'first the config and the keys that are in the backup, where they are missing here')
    .option('--check', 'only says whether the backup is whole; changes nothing, and the controller may run')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  cardea restore /media/usb/front-desk.tar.gz')
    .action(async (file: string, options: RestoreOptions) => {
      const json = options.json === true;
      await withProgress(io, json, async (progress) => {
        const meter: Meter = {
          progress: (stage, done, total) => progress.show(stage, done, total),
          stopped: () => false,
        };
        if (options.check === true) await checkOnly(file, meter, json, io, () => progress.clear());
        else await restoreInto(file, options, meter, io, () => progress.clear());
      });
    });
}

async function checkOnly(file: string, meter: Meter, json: boolean, io: Io, clear: () => void): Promise<void> {
  const manifest = await unpack(file, null, () => false, meter);
  clear();
  if (json) io.out(JSON.stringify({ file, ...summary(manifest) }));
  else io.out(`${file}: whole, ${words(manifest)}`);
}

async function restoreInto(
  file: string,
  options: RestoreOptions,
  meter: Meter,
  io: Io,
  clear: () => void,
): Promise<void> {
  const named = options.db === undefined ? null : { dataDir: folderOf(options.db), owner: null };
  const configFile = options.config ?? io.places.controllerConfig;
  const settings = options.withKeys === true ? await restoreSettings(file, configFile, process.pid, meter) : null;
  if (settings !== null && settings.notes.length > 0) {
    clear();
    for (const note of settings.notes) io.err(`cardea: ${note}`);
  }
  const { clock, random } = io;
  const place = named ?? placeOf(options, io);
  const report = await restore({ file, ...place, clock, random, pid: process.pid }, meter);
  const written = settings?.files ?? [];
  for (const path of [...(settings?.folders ?? []), ...written]) giveTo(place.dataDir, path);
  clear();
  for (const note of report.notes) io.err(`cardea: ${note}`);
  if (options.json === true) io.out(JSON.stringify(reportOf(file, place.dataDir, written, report)));
  else for (const line of lines(file, place.dataDir, written, report)) io.out(line);
}

/**
 * The folder of a journal that is named as it will be called: whoever names the folder itself, or another file, may mean
 * another place than its parent.
 * @throws CliError `usage`
 */
function folderOf(db: string): string {
  const path = resolve(db);
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!folder && basename(path) === 'journal.db') return dirname(path);
  const meant = join(folder ? path : dirname(path), 'journal.db');
  const what = folder ? 'is a folder' : 'is not called journal.db';
  throw new CliError('usage', `--db ${db} ${what}: is ${meant} meant? Nothing was restored`, 2);
}

function placeOf({ config }: RestoreOptions, io: Io): { dataDir: string; owner: { site: string; controller: string } } {
  const { dataDir, site, controller } = placedConfig(find('controllerConfig', config, io.places));
  return { dataDir, owner: { site, controller } };
}

function reportOf(file: string, dataDir: string, written: readonly string[], report: RestoreReport): object {
  const { manifest, epoch, aside, toDeliver, notes } = report;
  return { file, dataDir, ...summary(manifest), newEpoch: epoch, aside, toDeliver, written, notes };
}

function summary({ site, controller, epoch, head, revision, takenAt, settings }: BackupManifest): object {
  return { site, controller, epoch, records: head.seq, revision, takenAt, keys: settings.length > 0 };
}

function words({ site, controller, head, revision, takenAt, settings }: BackupManifest): string {
  const replica = revision === null ? 'no replica' : `replica revision ${revision}`;
  const keys = settings.length > 0 ? ', config and keys' : '';
  return `${site}/${controller} of ${takenAt}, ${head.seq} records, ${replica}${keys}`;
}

function lines(file: string, dataDir: string, written: readonly string[], report: RestoreReport): string[] {
  const { manifest, epoch, aside, toDeliver } = report;
  return [
    ...written.map((path) => `wrote ${path}`),
    `${dataDir}: restored from ${file}: ${words(manifest)}`,
    `a new epoch begins, ${epoch}; the records of the one before lie in journal-${manifest.epoch}.db beside journal.db`,
    ...(aside === null ? [] : [`what was there lies in ${aside}; remove it when nobody needs it any more`]),
    ...(toDeliver === 0 ? [] : [`${toDeliver} earlier records are sent to the office as soon as the controller runs`]),
    `what happened at the doors after ${manifest.takenAt} is not known to this controller`,
  ];
}
