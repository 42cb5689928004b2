// A serial cable made of two pseudo-terminals that a real socat joins: the reader's end has a path like a device's, the
// test writes at the other. Pulling it out ends socat, so that the kernel hangs the reader's end up.

import { type FileHandle, mkdtemp, open, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { Program } from './process.ts';

export class SerialPair {
  /** Where the reader finds its device; the same after each `plug`. */
  readonly path: string;
  readonly #folder: string;
  readonly #farPath: string;
  #socat: Program | null = null;
  #far: FileHandle | null = null;
  #listener: Program | null = null;
  #written: Promise<void> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'reader');
    this.#farPath = join(folder, 'device');
  }

  /** A pair whose reader's end is not there yet. */
  static async unplugged(): Promise<SerialPair> {
    return new SerialPair(await mkdtemp(join(tmpdir(), 'cardea-serial-')));
  }

  static async plugged(): Promise<SerialPair> {
    const pair = await SerialPair.unplugged();
    await pair.plug();
    return pair;
  }

  async plug(): Promise<void> {
    const ends = [this.path, this.#farPath];
    this.#socat = new Program(
      'socat',
      ends.map((end) => `pty,raw,echo=0,link=${end}`),
    );
    await eventually(
      'socat links both ends',
      async () => (await Promise.all(ends.map((end) => readlink(end)))).length === 2,
    );
    this.#far = await open(this.#farPath, 'r+');
  }

  /** What the device at the other end hears, as whole lines; until it is called it takes nothing. */
  heard(): readonly string[] {
    this.#listener ??= new Program('cat', [this.#farPath]);
    return this.#listener.lines;
  }

  /** Settles when the kernel has taken all bytes; a reader that does not read holds it up. There is one wire: what is written first comes first. */
  write(bytes: string | Uint8Array): Promise<void> {
    const written = this.#written.then(() => this.#write(bytes));
    this.#written = written.catch(() => undefined);
    return written;
  }

  async #write(bytes: string | Uint8Array): Promise<void> {
    if (this.#far === null) throw new Error('not plugged in');
    let rest = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    while (rest.length > 0) rest = rest.subarray((await this.#far.write(rest)).bytesWritten);
  }

  /** Settles when socat is gone and both paths with it. */
  async unplug(): Promise<void> {
    this.#socat?.kill('SIGTERM');
    await this.#socat?.exit;
    await this.#listener?.end();
    await this.#far?.close();
    this.#listener = null;
    this.#socat = null;
    this.#far = null;
    await Promise.all([this.path, this.#farPath].map((end) => rm(end, { force: true })));
  }

  async close(): Promise<void> {
    await this.unplug();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
