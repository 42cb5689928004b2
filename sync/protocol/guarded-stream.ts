// A socket whose incoming packets pass a PacketGuard first. Ends and errors as its socket does.

import { Duplex } from 'node:stream';
import type { PacketGuard } from './packet-guard.ts';

export class GuardedStream extends Duplex {
  readonly #socket: Duplex;

  constructor(socket: Duplex, guard: PacketGuard) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(guard, bytes));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  /** One packet is written in several pieces; together they make one segment on the network. */
  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(pieces.map(({ chunk }) => Buffer.from(chunk))), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(guard: PacketGuard, bytes: Buffer): void {
    if (this.destroyed) return;
    try {
      for (const piece of guard.feed(bytes)) if (!this.push(piece)) this.#socket.pause();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
