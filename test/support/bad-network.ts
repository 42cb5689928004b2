// A network between two ends of a TCP connection that a test can make bad: it passes bytes on as they come, a few at a time, or
// breaks each connection after some. It looks at nothing that it passes.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Bytes that a slow network passes on in one turn of the loop. */
const slowBytes = 96;

export class BadNetwork {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Few bytes at a time. */
  slow = false;
  /** Asked for each connection: after so many bytes it breaks. */
  breaksAfter: () => number = () => Number.POSITIVE_INFINITY;
  /** Connections that it broke. */
  broken = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** In front of that port of this machine. */
  static async to(target: number): Promise<BadNetwork> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const network = new BadNetwork(server, address.port);
    server.on('connection', (near) => network.#join(near, connect({ port: target, host: '127.0.0.1', noDelay: true })));
    return network;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #join(near: Socket, far: Socket): void {
    const both = [near, far];
    let left = this.breaksAfter();
    const end = (): void => {
      for (const socket of both) socket.destroy();
    };
    const passed = (bytes: number): void => {
      left -= bytes;
      if (left > 0) return;
      this.broken++;
      end();
    };
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    this.#pass(near, far, passed);
    this.#pass(far, near, passed);
  }

  #pass(from: Socket, to: Socket, passed: (bytes: number) => void): void {
    from.on('data', (bytes) => {
      if (!this.slow) {
        to.write(bytes);
        passed(bytes.length);
        return;
      }
      from.pause();
      this.#trickle(bytes, to, passed, () => from.resume());
    });
  }

  #trickle(bytes: Buffer, to: Socket, passed: (bytes: number) => void, done: () => void): void {
    if (to.destroyed) return;
    const some = bytes.subarray(0, slowBytes);
    to.write(some);
    passed(some.length);
    if (some.length === bytes.length) done();
    else setImmediate(() => this.#trickle(bytes.subarray(slowBytes), to, passed, done));
  }
}
