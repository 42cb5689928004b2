// The office's HTTP server: bounded in connections, in time and in what it reads, with a handle of its own on the store, which waits for
// nobody, so that events are taken meanwhile.

import { readFileSync } from 'node:fs';
import { createServer as plainServer, type Server } from 'node:http';
import { createServer as tlsServer } from 'node:https';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { OfficeConfig } from '../../../config/types.ts';
import { OfficeError } from '../error.ts';
import { openOfficeStore } from '../store/open.ts';
import type { HttpParts } from './api.ts';
import { frame } from './frame.ts';

export interface HttpServer {
  /** With the port that was free, where the config says 0. */
  readonly url: string;
  /** No request is taken any more; those that run are cut off. */
  stop(): Promise<void>;
}

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
} as const;
/** A connection on which nothing moves. */
const idleMs = 30_000;
const maxConnections = 512;

/** @throws OfficeError `listen` */
export async function startHttp(
  { listen, tls, site, store: where }: OfficeConfig & { readonly listen: string },
  tools: Omit<HttpParts, 'store'>,
): Promise<HttpServer> {
  const store = openOfficeStore(where.path, { site, mode: 'write', busyTimeoutMs: 0 });
  try {
    const app = frame({ ...tools, store }, (context) => getConnInfo(context).remote.address ?? '');
    const server = createAdaptorServer({
      fetch: app.fetch,
      overrideGlobalObjects: false,
      ...(tls === null
        ? { createServer: plainServer, serverOptions: limits }
        : { createServer: tlsServer, serverOptions: { ...limits, ...readTls(tls) } }),
    }) as Server;
    server.maxConnections = maxConnections;
    server.setTimeout(idleMs);
    const port = await listening(server, listen);
    const host = listen.slice(0, listen.lastIndexOf(':'));
    return {
      url: `${tls === null ? 'http' : 'https'}://${host}:${port}`,
      stop: async () => {
        await new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function readTls({ certFile, keyFile }: { certFile: string; keyFile: string }): { cert: Buffer; key: Buffer } {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new OfficeError('listen', `${file}: cannot be read: correct tls, or its permissions`, {}, error);
    }
  };
  return { cert: read(certFile), key: read(keyFile) };
}

function listening(server: Server, listen: string): Promise<number> {
  const at = listen.lastIndexOf(':');
  const host = listen.slice(0, at).replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words = `listen ${listen}: ${error.code ?? error.message}: choose another address or port, or end what uses it`;
      reject(new OfficeError('listen', words, {}, error));
    });
    server.listen(Number(listen.slice(at + 1)), host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
