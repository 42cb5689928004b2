// The daemon's end of the local socket: open to its owner and one group, from its first instant on. A client that sends
// garbage, too much or nothing loses its connection; it never costs the daemon more than that.

import { chmodSync, chownSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Json } from '../../access/event.ts';
import type { Log } from '../log.ts';
import { groupId } from './group.ts';
import { LineSplitter } from './lines.ts';
import { maxLineBytes, readRequest, type SocketAnswer, SocketError, type SocketRequest } from './protocol.ts';

export interface SocketServerOptions {
  readonly path: string;
  /** null: `cardea` where the system has it, else the process's own. */
  readonly group: string | null;
  readonly log: Log;
  /** Answers at once. @throws SocketError for what is refused. */
  readonly answer: (request: SocketRequest) => Json;
}

/** One more is turned away. */
export const maxClients = 32;
/** A client that says nothing for so long is closed. */
const idleMs = 60_000;
const socketMode = 0o660;
const defaultGroup = 'cardea';

export interface SocketServer {
  close(): Promise<void>;
}

/** @throws SocketError `socket-in-use`, `socket-group`, `socket-failed` */
export async function openSocketServer(options: SocketServerOptions): Promise<SocketServer> {
  const { path } = options;
  const group = groupOf(options.group);
  await removeStale(path);
  const clients = new Set<Socket>();
  const server = createServer((socket) => serve(socket, clients, options));
  server.maxConnections = maxClients;
  await listen(server, path);
  try {
    if (group !== null) chownSync(path, -1, group);
    chmodSync(path, socketMode);
  } catch (error) {
    if (options.group !== null) {
      server.close();
      throw new SocketError('socket-group', `${path} cannot be given to group ${options.group}: join it`, error);
    }
    options.log('warn', `${path}: stays with the process's own group (${String(error)})`);
    chmodSync(path, socketMode);
  }
  server.on('error', (error) => options.log('warn', `${path}: ${error.message}`));
  return {
    close: () =>
      new Promise((resolve) => {
        for (const client of clients) client.destroy();
        server.close(() => resolve());
      }),
  };
}

function groupOf(name: string | null): number | null {
  const id = groupId(name ?? defaultGroup);
  if (id === null && name !== null) {
    throw new SocketError('socket-group', `socketGroup: this system has no group ${name}: make it or correct the name`);
  }
  return id;
}

/** A socket of a daemon that died is removed; one at which somebody listens is not. */
async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new SocketError('socket-failed', `${path} is there and is no socket: move it away`);
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => resolve(false));
  });
  if (alive) throw new SocketError('socket-in-use', `${path}: another daemon listens there: stop it`);
  unlinkSync(path);
}

/** The file is made by bind, under a mask that leaves nothing to others: there is no wider instant. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void =>
      reject(new SocketError('socket-failed', `${path} cannot be made: ${error.message}`, error));
    server.once('error', refuse);
    const before = process.umask(0o117);
    try {
      server.listen(path, () => {
        server.off('error', refuse);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}

function serve(socket: Socket, clients: Set<Socket>, options: SocketServerOptions): void {
  clients.add(socket);
  const say = (answer: SocketAnswer): void => {
    if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`);
    // A client that asks and does not read is no longer heard.
    if (socket.writableLength > maxLineBytes) socket.destroy();
  };
  const splitter = new LineSplitter(maxLineBytes, (line) => {
    if (line.trim() !== '' && !socket.destroyed) say(answerTo(line, options));
  });
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clients.delete(socket));
  socket.on('data', (chunk: Buffer) => {
    if (splitter.push(chunk)) return;
    const message = `a line is at most ${maxLineBytes} bytes`;
    say({ id: null, ok: false, error: { code: 'line-too-long', message } });
    socket.removeAllListeners('data');
    socket.destroySoon();
  });
}

function answerTo(line: string, { answer, log }: SocketServerOptions): SocketAnswer {
  let id: string | number | null = null;
  try {
    const read = readRequest(line);
    id = read.id;
    return { id: read.id, ok: true, result: answer(read.request) };
  } catch (error) {
    if (error instanceof SocketError) return { id, ok: false, error: { code: error.code, message: error.message } };
    const message = error instanceof Error ? error.message : String(error);
    log('error', `a request at the local socket failed: ${message}`);
    return { id, ok: false, error: { code: 'failed', message } };
  }
}
