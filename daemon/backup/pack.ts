// Files into one backup, and out again: each byte goes through the hash that the manifest gives for it, both ways.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupError } from './error.ts';
import { type BackupFile, type BackupManifest, manifestName, maxManifestBytes, readManifest } from './manifest.ts';
import { goOn, type Meter } from './meter.ts';
import { naming } from './naming.ts';
import { type ReadMember, readTar, tarEnd, tarHeader, tarPadding } from './tar.ts';

/** Written bytes are brought to the disk after so many, so that no tap's own write waits behind a large flush. */
const flushBytes = 4 * 1024 * 1024;

/** Name, length and hash of a file. @throws what `node:fs` throws */
export async function describe(path: string, name: string, meter: Meter): Promise<BackupFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path)) {
    goOn(meter);
    hash.update(piece as Buffer);
    bytes += (piece as Buffer).length;
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

/** Copies a file as it is now: one that is replaced meanwhile under its name is read to its own end. */
export async function copyFile(from: string, to: string, meter: Meter): Promise<void> {
  async function* content(): AsyncGenerator<Uint8Array> {
    for await (const piece of createReadStream(from)) {
      goOn(meter);
      yield piece as Buffer;
    }
  }
  await writeDurably(to, content());
}

/**
 * Writes the archive of these files to the new file `to`, durably.
 * @throws BackupError `interrupted`, `too-large`; `changed` where a file is not what the manifest says of it any more
 */
export async function pack(
  text: string,
  { takenAt, files }: Pick<BackupManifest, 'takenAt' | 'files'>,
  pathOf: (name: string) => string,
  to: string,
  meter: Meter,
): Promise<void> {
  const timeMs = Date.parse(takenAt);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  async function* members(): AsyncGenerator<Uint8Array> {
    const manifest = Buffer.from(text);
    yield tarHeader({ name: manifestName, bytes: manifest.length }, timeMs);
    yield manifest;
    yield tarPadding(manifest.length);
    let done = 0;
    for (const file of files) {
      yield tarHeader(file, timeMs);
      const hash = createHash('sha256');
      for await (const piece of createReadStream(pathOf(file.name))) {
        goOn(meter);
        hash.update(piece as Buffer);
        done += (piece as Buffer).length;
        meter.progress('packing', done, total);
        yield piece as Buffer;
      }
      if (hash.digest('hex') !== file.sha256) throw changed(pathOf(file.name));
      yield tarPadding(file.bytes);
    }
    yield tarEnd;
  }
  const source = Readable.from(members());
  const packed = createGzip();
  source.on('error', (error) => packed.destroy(error));
  await writeDurably(to, source.pipe(packed));
}

/** The manifest of a backup. @throws BackupError `bad-backup`, `newer-backup`, `storage` */
export function readBackup(file: string): Promise<BackupManifest> {
  return naming(file, () => firstOf(file));
}

async function firstOf(file: string): Promise<BackupManifest> {
  for await (const member of readTar(unzipped(file))) return await manifestOf(member);
  throw new BackupError('bad-backup', 'it is empty');
}

/**
 * Unpacks the wanted members of a backup into a folder that exists, and holds all of it against the manifest.
 * @param folder null: nothing is written, all is held against the manifest.
 * @throws BackupError `bad-backup`, `newer-backup`, `interrupted`, `storage`. The folder is then to be removed.
 */
export function unpack(
  file: string,
  folder: string | null,
  wanted: (name: string) => boolean,
  meter: Meter,
): Promise<BackupManifest> {
  return naming(file, () => unpackAll(file, folder, wanted, meter));
}

async function unpackAll(
  file: string,
  folder: string | null,
  wanted: (name: string) => boolean,
  meter: Meter,
): Promise<BackupManifest> {
  let manifest: BackupManifest | null = null;
  const left = new Map<string, BackupFile>();
  let [done, total] = [0, 0];
  for await (const member of readTar(unzipped(file))) {
    if (manifest === null) {
      manifest = await manifestOf(member);
      for (const one of manifest.files) left.set(one.name, one);
      total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
      continue;
    }
    const promised = left.get(member.name);
    if (promised === undefined || promised.bytes !== member.bytes) throw altered(member.name);
    left.delete(member.name);
    const hash = createHash('sha256');
    async function* content(): AsyncGenerator<Uint8Array> {
      for await (const piece of member.content) {
        goOn(meter);
        hash.update(piece);
        done += piece.length;
        meter.progress('unpacking', done, total);
        yield piece;
      }
    }
    if (folder !== null && wanted(member.name)) await writeDurably(join(folder, member.name), content());
    else for await (const _piece of content());
    if (hash.digest('hex') !== promised.sha256) throw altered(member.name);
  }
  const [missing] = left.keys();
  if (manifest === null || missing !== undefined) throw new BackupError('bad-backup', `${missing ?? 'all'} is missing`);
  return manifest;
}

async function manifestOf({ name, bytes, content }: ReadMember): Promise<BackupManifest> {
  if (name !== manifestName || bytes > maxManifestBytes) {
    throw new BackupError('bad-backup', 'it is no backup: it does not begin with what a backup begins with');
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return readManifest(Buffer.concat(pieces).toString('utf8'));
}

/** The archive in the file. What is wrong with its compression comes with whatever is read of it. */
async function* unzipped(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'Z_BUF_ERROR') throw new BackupError('bad-backup', 'it is cut short', error);
    if (code.startsWith('Z_')) throw new BackupError('bad-backup', 'it is no backup, or was altered', error);
    throw error;
  } finally {
    gunzip.destroy();
    source.destroy();
  }
}

/** A new file of mode 0600. */
async function writeDurably(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    let unflushed = 0;
    for await (const piece of content) {
      await writeAll(handle, piece);
      unflushed += piece.length;
      if (unflushed >= flushBytes) {
        await handle.datasync();
        unflushed = 0;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
}

function changed(path: string): BackupError {
  return new BackupError('changed', `${path} was changed while it was packed: make the backup again`);
}

function altered(name: string): BackupError {
  return new BackupError('bad-backup', `${name} in it is not what was put in: the file was altered or damaged`);
}
