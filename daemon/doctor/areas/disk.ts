// The disk under dataDir: what is written there must still be there after the power was cut, for years.

import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type BlockDevice, blockDevice } from '../block-device.ts';
import { area, type Check, notApplicable, notChecked, ok, problem, type Verdict, warning } from '../check.ts';
import type { Machine } from '../machine.ts';
import { type Mount, mountOf } from '../mounts.ts';
import type { Setup } from '../setup.ts';

export interface DiskFacts {
  readonly path: string;
  readonly mount: Mount | null;
  /** null where there is no such folder. */
  readonly space: { readonly freeMb: number; readonly totalMb: number; readonly freeFiles: number | null } | null;
  readonly sync: SyncFact;
  readonly device: BlockDevice | null;
  readonly year: number;
}

type SyncFact = { readonly tookMs: number } | { readonly code: string };

const leastFreeMb = 100;
const fewFreeMb = 1024;
const fewFreeFiles = 1000;
const slowSyncMs = 500;
/** Cheap cards are said to last about so long under steady writing. */
const oldCardYears = 5;

function gather({ tree, clock }: Machine, { config }: Setup): DiskFacts | null {
  if (config?.dataDir == null) return null;
  const path = config.dataDir;
  const mount = mountOf(tree, tree.real(path) ?? path);
  return {
    path,
    mount,
    space: spaceOf(tree.at(path)),
    sync: trySync(tree.at(path), () => clock.now().sinceBootMs),
    device: mount === null ? null : blockDevice(tree, mount.source),
    year: new Date(clock.now().wallMs).getUTCFullYear(),
  };
}

function spaceOf(folder: string): DiskFacts['space'] {
  try {
    const { bavail, blocks, bsize, ffree, files } = statfsSync(folder);
    const mb = (count: number): number => Math.floor((count * bsize) / 1024 ** 2);
    return { freeMb: mb(bavail), totalMb: mb(blocks), freeFiles: files === 0 ? null : ffree };
  } catch {
    return null;
  }
}

/** Writes a file, waits until it is on the disk and removes it again. */
function trySync(folder: string, nowMs: () => number): SyncFact {
  const file = join(folder, `.cardea-doctor-${process.pid}`);
  let opened: number | undefined;
  try {
    const beganMs = nowMs();
    opened = openSync(file, 'wx', 0o600);
    writeSync(opened, Buffer.alloc(4096, 1));
    fsyncSync(opened);
    return { tookMs: nowMs() - beganMs };
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : String(error) };
  } finally {
    if (opened !== undefined) {
      closeSync(opened);
      rmSync(file, { force: true });
    }
  }
}

const checks: readonly Check<DiskFacts | null>[] = [
  { id: 'disk-kind', judge: known(judgeKind) },
  { id: 'disk-writable', judge: known(judgeWritable) },
  { id: 'disk-space', judge: known(judgeSpace) },
  { id: 'disk-sync', judge: known(judgeSync) },
  { id: 'disk-wear', judge: known(judgeWear) },
];

function known(judge: (facts: DiskFacts) => Verdict): Check<DiskFacts | null>['judge'] {
  return (facts) => (facts === null ? notApplicable('the config is not known') : judge(facts));
}

const inMemory = ['tmpfs', 'ramfs', 'devtmpfs', 'zram'];
const overNetwork = ['nfs', 'nfs4', 'cifs', 'smb3', 'fuse.sshfs', '9p', 'virtiofs'];
const withoutRights = ['vfat', 'exfat', 'msdos'];

function judgeKind({ path, mount }: DiskFacts): Verdict {
  if (mount === null) return notChecked('/proc/mounts does not say where it lies', 'see `findmnt -T` of dataDir');
  const { type, source, at } = mount;
  const where = `${path} lies on ${source} (${type}, at ${at})`;
  if (inMemory.includes(type))
    return problem(`${where}: in memory, gone with the power`, 'set dataDir to a folder on a disk');
  if (type === 'overlay') {
    const mend = 'sudo raspi-config: switch the overlay file system off, or set dataDir to a partition of its own';
    return problem(`${where}: an overlay, whose changes are often gone with the power`, mend);
  }
  if (overNetwork.includes(type))
    return problem(`${where}: over the network, where SQLite cannot lock`, 'set dataDir to a local disk');
  if (withoutRights.includes(type))
    return problem(`${where}: it keeps no owners and no rights`, 'set dataDir to an ext4 partition');
  return ok(where);
}

function judgeWritable({ path, mount }: DiskFacts): Verdict {
  if (mount === null) return notApplicable('not known where it lies');
  if (!mount.options.includes('ro')) return ok(`${mount.at} can be written`);
  const mend = `dmesg says whether the disk failed (then replace it); otherwise sudo mount -o remount,rw ${mount.at}`;
  return problem(`${mount.at}, which holds ${path}, is read-only`, mend);
}

function judgeSpace({ path, space }: DiskFacts): Verdict {
  if (space === null) return notApplicable(`${path} is not there`);
  const { freeMb, totalMb, freeFiles } = space;
  const found = `${freeMb} MB of ${totalMb} MB are free`;
  const mend = 'make room: sudo journalctl --vacuum-size=100M, sudo apt-get clean, sudo du -xh / | sort -h | tail';
  if (freeMb < leastFreeMb) return problem(found, mend);
  if (freeFiles !== null && freeFiles < fewFreeFiles) return warning(`only ${freeFiles} more files fit`, mend);
  return freeMb < fewFreeMb ? warning(found, mend) : ok(found);
}

function judgeSync({ path, sync }: DiskFacts): Verdict {
  if ('tookMs' in sync) {
    const found = `a record is on the disk after ${Math.round(sync.tookMs)} ms`;
    const slow = 'every tap waits for this: use a better card, or a disk on USB';
    return sync.tookMs > slowSyncMs ? warning(found, slow) : ok(found);
  }
  if (sync.code === 'EACCES' || sync.code === 'EPERM')
    return notChecked(`this user may not write in ${path}`, 'sudo cardea doctor');
  if (sync.code === 'ENOENT') return notApplicable(`${path} is not there`);
  return problem(
    `a file in ${path} cannot be written and synced (${sync.code})`,
    'see disk-writable and disk-space, and dmesg',
  );
}

function judgeWear({ device, year }: DiskFacts): Verdict {
  if (device === null) return notApplicable('no disk of this machine');
  const { name, model, errors, lifeUsed, preEndOfLife, kind, made, writtenGb } = device;
  const title = `${name}${model === null ? '' : ` (${model})`}`;
  const replace = 'cardea backup FILE, then copy the disk to a new one';
  if (errors !== null && errors > 0) {
    return problem(
      `the file system on ${title} met ${errors} errors`,
      `sudo fsck it at the next start; if they come again: ${replace}`,
    );
  }
  if (preEndOfLife === 3 || (lifeUsed !== null && lifeUsed >= 10)) {
    return problem(`${title} is at the end of its life${lifeWords(lifeUsed)}`, replace);
  }
  if (preEndOfLife === 2 || (lifeUsed !== null && lifeUsed >= 8))
    return warning(`${title} is worn${lifeWords(lifeUsed)}`, replace);
  const written = writtenGb === null ? '' : `, ${writtenGb} GB written`;
  if (kind !== 'SD') return ok(`${title}${lifeWords(lifeUsed)}${written}`);
  const age = made === null ? 0 : year - Number(made.slice(-4));
  const card = `${title}: an SD card${made === null ? '' : ` made ${made}`}${written}; cards do not tell their wear`;
  return age > oldCardYears ? warning(card, `it is old: ${replace}`) : ok(card);
}

function lifeWords(lifeUsed: number | null): string {
  return lifeUsed === null ? '' : `, ${Math.min(lifeUsed * 10, 100)} % of its life used`;
}

export const disk = area('Disk', gather, checks);
