// The outer form of a backup: a tar archive (POSIX ustar), so that whoever has nothing but `tar` can still look into one.
// Only plain files in the archive's own folder are written and read.

import { ByteReader } from './byte-reader.ts';
import { BackupError } from './error.ts';

const blockBytes = 512;
/** The size field of ustar has eleven octal digits. */
export const maxMemberBytes = 8 ** 11 - 1;
/** A name has at most so many bytes, and is no path. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export interface Member {
  readonly name: string;
  readonly bytes: number;
}

export interface ReadMember extends Member {
  /** To be taken in full before the next member is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Ends an archive: two blocks of zeros. */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockBytes);

/** @throws BackupError `too-large` */
export function tarHeader({ name, bytes }: Member, timeMs: number): Uint8Array {
  if (!namePattern.test(name)) throw new RangeError(`${name} is no name for a member of a backup`);
  if (bytes > maxMemberBytes) throw new BackupError('too-large', `${name} is larger than 8 GiB: no backup can hold it`);
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(`${Math.trunc(value).toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  };
  block.write(name, 0, 'latin1');
  octal(0o600, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes, 124, 11);
  octal(Math.min(Math.max(timeMs / 1000, 0), 8 ** 11 - 1), 136, 11);
  block.write('        0', 148, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** What follows a member of that length, up to the next block. */
export function tarPadding(bytes: number): Uint8Array {
  return new Uint8Array((blockBytes - (bytes % blockBytes)) % blockBytes);
}

/** The members of an archive, in order. @throws BackupError `bad-backup` */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadMember> {
  const reader = new ByteReader(source);
  for (;;) {
    const block = Buffer.from(await reader.take(blockBytes));
    if (block.every((byte) => byte === 0)) return;
    const member = memberOf(block);
    yield { ...member, content: reader.stream(member.bytes) };
    await reader.take(tarPadding(member.bytes).length);
  }
}

function memberOf(block: Buffer): Member {
  const text = (at: number, length: number): string => block.toString('latin1', at, at + length).replace(/\0.*$/s, '');
  const octal = (at: number, length: number): number => {
    const digits = /^ *([0-7]+) *$/.exec(text(at, length))?.[1];
    if (digits === undefined) throw noBackup();
    return Number.parseInt(digits, 8);
  };
  if (octal(148, 8) !== checksum(block)) throw noBackup();
  const [name, kind] = [text(0, 100), text(156, 1)];
  if (!namePattern.test(name) || (kind !== '0' && kind !== '')) throw noBackup();
  return { name, bytes: octal(124, 12) };
}

/** Of the header's bytes, with the field of the sum itself taken as blanks. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < blockBytes; at++) sum += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
  return sum;
}

function noBackup(): BackupError {
  return new BackupError('bad-backup', 'it is no backup, or was altered');
}
