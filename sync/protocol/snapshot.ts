// A snapshot as chunks: cut at line ends, each compressed on its own, so that no end ever holds more than one of them in
// memory. What comes out of a chunk is bounded before it is unpacked.

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ContentDigest, rowText } from './digest.ts';
import type { Manifest } from './messages.ts';
import { headerLine, type ReplicaRow, rowLine, SnapshotError, type SnapshotHeader } from './replica-rows.ts';

/** Uncompressed bytes after which a chunk is closed, unless told otherwise. */
export const defaultChunkBytes = 1024 * 1024;
/** Longest line: one record. */
export const maxLineBytes = 1024 * 1024;
/** Most that one chunk may unpack to, whatever the target size of its maker. */
export const maxChunkTextBytes = 16 * 1024 * 1024;

export type SnapshotFacts = Pick<Manifest, 'sha256' | 'bytes' | 'chunks'> & { readonly digest: string };

/**
 * Yields the compressed chunks in order and returns what the manifest says of them. At most one chunk is in memory.
 * @throws SnapshotError `row` for a record longer than `maxLineBytes`.
 */
export function* encodeSnapshot(
  header: SnapshotHeader,
  rows: Iterable<ReplicaRow>,
  chunkBytes: number = defaultChunkBytes,
): Generator<Uint8Array, SnapshotFacts> {
  const whole = createHash('sha256');
  const chunks: { sha256: string; bytes: number }[] = [];
  const digest = new ContentDigest();
  let bytes = 0;
  for (const text of pieces(header, rows, chunkBytes, digest)) {
    whole.update(text);
    bytes += text.length;
    const packed = gzipSync(text);
    chunks.push({ sha256: sha256Hex(packed), bytes: packed.length });
    yield packed;
  }
  return { sha256: whole.digest('hex'), bytes, chunks, digest: digest.text() };
}

function* pieces(
  header: SnapshotHeader,
  rows: Iterable<ReplicaRow>,
  chunkBytes: number,
  digest: ContentDigest,
): Generator<Buffer> {
  let lines = [`${headerLine(header)}\n`];
  let length = Buffer.byteLength(lines[0] ?? '');
  for (const row of rows) {
    const line = `${rowLine(row)}\n`;
    digest.add(rowText(row));
    const lineBytes = Buffer.byteLength(line);
    if (lineBytes > maxLineBytes) {
      throw new SnapshotError('row', `a record of ${row[0]} takes ${lineBytes} bytes, at most ${maxLineBytes} travel`);
    }
    if (length + lineBytes > chunkBytes && length > 0) {
      yield Buffer.from(lines.join(''));
      lines = [];
      length = 0;
    }
    lines.push(line);
    length += lineBytes;
  }
  yield Buffer.from(lines.join(''));
}

/**
 * The uncompressed text of a chunk.
 * @param maxBytes what may come out at most; a chunk that holds more is refused before it is unpacked whole.
 * @throws SnapshotError `chunk` or `too-large`.
 */
export function decodeChunk(packed: Uint8Array, maxBytes: number = maxChunkTextBytes): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: Math.max(maxBytes, 1) });
  } catch (error) {
    if (
      error instanceof RangeError ||
      (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
    ) {
      throw new SnapshotError('too-large', `a chunk unpacks to more than ${maxBytes} bytes`, error);
    }
    throw new SnapshotError('chunk', 'a chunk is not gzip', error);
  }
}

/** The lines of a chunk's text, without their ends; every line must be ended. @throws SnapshotError `chunk` */
export function* linesOf(text: Buffer): Generator<string> {
  let from = 0;
  for (let end = text.indexOf(0x0a, from); end !== -1; end = text.indexOf(0x0a, from)) {
    if (end - from > maxLineBytes) throw new SnapshotError('chunk', `a line of more than ${maxLineBytes} bytes`);
    yield text.toString('utf8', from, end);
    from = end + 1;
  }
  if (from !== text.length) throw new SnapshotError('chunk', 'a chunk ends within a line');
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
