// Finding the running system when no flag names it: first the system's own folders, then a demo of the same user. A flag
// always wins. One of two files that read environment variables (XDG_RUNTIME_DIR, as the XDG base directory rules say, and
// USER, whose name stands in the audit log).

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { recordOf } from '../../config/raw.ts';
import { CliError } from './cli-error.ts';

/** The folders in question, and whose they are. */
export interface Places {
  /** An installed controller's `dataDir`. */
  readonly dataDir: string;
  /** An installed controller's config, and an installed office's. */
  readonly controllerConfig: string;
  readonly officeConfig: string;
  /** Where a demo's pointer may lie, in the order in which they are tried. */
  readonly pointerFolders: readonly string[];
  readonly uid: number;
  /** The name of whoever is at work; null where it is not known. */
  readonly user: string | null;
}

/** Where a running demo can be reached; all paths absolute. */
export interface DemoPointer {
  readonly socket: string;
  readonly journal: string;
  readonly officeConfig: string;
  readonly controllerConfig: string;
  /** The process that made it; when it is gone, the pointer means nothing. */
  readonly pid: number;
}

export type Wanted = 'socket' | 'journal' | 'officeConfig' | 'controllerConfig';

const pointerName = 'demo.json';

export function systemPlaces(): Places {
  const uid = process.getuid?.() ?? 0;
  const runtime = process.env.XDG_RUNTIME_DIR;
  const folders = [join(tmpdir(), `cardea-${uid}`)];
  if (runtime !== undefined && isAbsolute(runtime) && existsSync(runtime)) folders.unshift(join(runtime, 'cardea'));
  return {
    dataDir: '/var/lib/cardea',
    controllerConfig: '/etc/cardea/controller.yaml',
    officeConfig: '/etc/cardea/office.yaml',
    pointerFolders: folders,
    uid,
    user: process.env.USER ?? null,
  };
}

const flags: Readonly<Record<Wanted, string>> = {
  socket: '--socket PATH',
  journal: '--db FILE',
  officeConfig: '--config FILE',
  controllerConfig: '--config FILE',
};

/**
 * The path of what is wanted: `flag` where it is given, else that of the installed system where it exists, else the demo's.
 * @throws CliError `not-found`, saying what to pass; `pointer-folder` where somebody else could have placed the pointer.
 */
export function find(wanted: Wanted, flag: string | undefined, places: Places): string {
  if (flag !== undefined) return flag;
  const installed = installedPath(wanted, places);
  if (existsSync(installed)) return installed;
  const demo = readDemoPointer(places);
  if (demo !== null) return demo[wanted];
  // Whoever opens it says then that this user may not.
  if (isHidden(installed)) return installed;
  throw new CliError('not-found', `found neither ${installed} nor a running demo: pass ${flags[wanted]}`);
}

/** Whether this user may not even look whether it is there. */
function isHidden(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

function installedPath(wanted: Wanted, places: Places): string {
  switch (wanted) {
    case 'socket':
      return join(places.dataDir, 'cardea.sock');
    case 'journal':
      return join(places.dataDir, 'journal.db');
    case 'officeConfig':
      return places.officeConfig;
    case 'controllerConfig':
      return places.controllerConfig;
  }
}

/**
 * The pointer of a demo that runs now; null where there is none.
 * @throws CliError `pointer-folder`
 */
export function readDemoPointer(places: Places = systemPlaces()): DemoPointer | null {
  for (const folder of places.pointerFolders) {
    const pointer = readPointer(folder, places.uid);
    if (pointer !== null && isAlive(pointer.pid)) return pointer;
  }
  return null;
}

/**
 * Says where this demo is, in the first of the folders; a pointer of an earlier demo is replaced whole.
 * @throws CliError `pointer-folder`
 */
export function writeDemoPointer(pointer: DemoPointer, places: Places = systemPlaces()): void {
  const [folder] = places.pointerFolders;
  if (folder === undefined) throw new CliError('pointer-folder', 'there is no folder for the pointer to the demo');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkFolder(folder, places.uid);
  const aside = join(folder, `${pointerName}.${pointer.pid}`);
  writeFileSync(aside, `${JSON.stringify(pointer)}\n`, { mode: 0o600 });
  chmodSync(aside, 0o600);
  renameSync(aside, join(folder, pointerName));
}

/** Takes the pointer away that the process `pid` wrote; another one stays. */
export function removeDemoPointer(pid: number = process.pid, places: Places = systemPlaces()): void {
  for (const folder of places.pointerFolders) {
    if (readPointer(folder, places.uid)?.pid === pid) rmSync(join(folder, pointerName), { force: true });
  }
}

function readPointer(folder: string, uid: number): DemoPointer | null {
  const file = join(folder, pointerName);
  if (!existsSync(file)) return null;
  checkFolder(folder, uid);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Half a file is never written; what is no pointer points nowhere.
    return null;
  }
  const { socket, journal, officeConfig, controllerConfig, pid } = recordOf(value);
  if (typeof socket !== 'string' || typeof journal !== 'string' || typeof officeConfig !== 'string') return null;
  if (typeof controllerConfig !== 'string' || !Number.isSafeInteger(pid) || Number(pid) <= 0) return null;
  return { socket, journal, officeConfig, controllerConfig, pid: Number(pid) };
}

/** Only a folder that nobody else can write in says anything. */
function checkFolder(folder: string, uid: number): void {
  const status = lstatSync(folder);
  if (status.isDirectory() && status.uid === uid && (status.mode & 0o077) === 0) return;
  const message = `${folder}: not a folder of your own with mode 0700: remove it, or name the system by --db, --socket, --config`;
  throw new CliError('pointer-folder', message);
}

/** Whether a process of this user has the id; one of another user has only inherited it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
