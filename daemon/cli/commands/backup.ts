// `cardea backup`: a copy of what a controller must not lose, while it runs. One file, or one more in a folder of them.

import { dirname, join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { journalSummary } from '../../../db/backup/copy-journal.ts';
import { newName, type Owner, prune } from '../../backup/folder.ts';
import { type BackupMade, makeBackup } from '../../backup/make.ts';
import { dataDirOf } from '../../backup/where.ts';
import { readVersion } from '../../version.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';
import { find } from '../where.ts';

interface BackupOptions {
  readonly into?: string;
  readonly keep?: number;
  readonly db?: string;
  readonly config?: string;
  readonly withKeys?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** More than a lifetime of nights. */
const maxKeep = 100_000;

export function registerBackup(program: Command, io: Io): void {
  program
    .command('backup')
    .description('copies what a controller must not lose into one file, while it runs')
    .argument('[file]', 'the backup to make (a gzipped tar archive)')
    .option('--into <folder>', 'instead of a file: one more backup in this folder, named by controller and time')
    .option('--keep <count>', 'with --into: how many of this controller stay; the oldest go', countOf)
    .option('--db <file>', "the journal (default: the installed controller's, else that of a running demo)")
    .option('--config <file>', "the controller's config: its dataDir says where the journal is")
    .option('--with-keys', 'the config and the keys that it names too: keep such a file like the keys themselves')
    .option('--force', 'also where the file is there already')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  cardea backup --into /var/lib/cardea/backups --keep 14')
    .action((file: string | undefined, options: BackupOptions) => backup(file, options, io));
}

async function backup(file: string | undefined, options: BackupOptions, io: Io): Promise<void> {
  const { into, keep, json = false } = options;
  if ((file === undefined) === (into === undefined)) throw usage('name a file, or a folder with --into, and not both');
  if (keep !== undefined && into === undefined) throw usage('--keep goes with --into');
  const journal = find('journal', options.db ?? journalOf(options.config), io.places);
  const keysOf = options.withKeys === true ? find('controllerConfig', options.config, io.places) : null;
  const { identity, lastMs } = journalSummary(journal);
  const nowMs = io.clock.now().wallMs;
  // A clock that was not set yet must not make the newest backup the oldest one.
  const to = into === undefined ? resolve(file ?? '') : newName(resolve(into), identity, Math.max(nowMs, lastMs ?? 0));
  let stopped = false;
  void io.stopSignal().then(() => {
    stopped = true;
  });
  const { force: overwrite = false } = options;
  const order = { journal, to, overwrite, keysOf, nowMs, version: readVersion(), pid: process.pid };
  const made = await withProgress(io, json, (progress) =>
    makeBackup(order, {
      progress: (stage, done, total) => progress.show(stage, done, total),
      stopped: () => stopped,
    }),
  );
  const removed = keep === undefined ? [] : pruned(to, identity, keep);
  for (const note of made.notes) io.err(`cardea: ${note}`);
  if (json) io.out(JSON.stringify(report(made, removed)));
  else for (const line of lines(made, removed)) io.out(line);
}

function pruned(to: string, owner: Owner, keep: number): string[] {
  try {
    return prune(dirname(to), owner, keep, to);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError('prune', `${to} is whole, but older backups could not be removed (${message})`, 1, error);
  }
}

function report({ file, bytes, manifest, notes }: BackupMade, removed: readonly string[]): object {
  const { site, controller, epoch, head, revision, takenAt, settings } = manifest;
  const records = head.seq;
  return {
    file,
    bytes,
    site,
    controller,
    epoch,
    records,
    revision,
    takenAt,
    keys: settings.length > 0,
    removed,
    notes,
  };
}

function lines({ file, bytes, manifest }: BackupMade, removed: readonly string[]): string[] {
  const { site, controller, head, revision, settings } = manifest;
  const replica = revision === null ? 'no replica' : `replica revision ${revision}`;
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  const keys = settings.length > 0 ? ', config and KEYS' : '';
  const first = `${file}: ${site}/${controller}, ${head.seq} records, ${replica}${keys}, ${size}`;
  return [first, ...removed.map((name) => `removed ${join(dirname(file), name)}`)];
}

function journalOf(config: string | undefined): string | undefined {
  return config === undefined ? undefined : join(dataDirOf(config), 'journal.db');
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1 || count > maxKeep) {
    throw new InvalidArgumentError(`a number from 1 to ${maxKeep}`);
  }
  return count;
}

function usage(message: string): CliError {
  return new CliError('usage', `${message} (cardea backup --help says more)`, 2);
}
