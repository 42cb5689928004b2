// The POST as it is made, against real servers: what it takes for an answer, and what never holds it up.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpPost } from '../../../sync/office/webhooks/http-post.ts';
import type { PostAnswer } from '../../../sync/office/webhooks/port.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

function post(url: string, signal = new AbortController().signal): Promise<PostAnswer> {
  return httpPost({
    url,
    headers: { 'content-type': 'application/json', 'webhook-id': 'm1' },
    body: '{"ä":1}',
    signal,
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

describe('a webhook’s POST', () => {
  it('carries headers and body as they are, and gives the status', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push(`${request.method} ${request.url} ${request.headers['webhook-id']} ${body}`);
        response.writeHead(429, { 'retry-after': '7' }).end();
      });
    });
    expect(await post(url)).toEqual({ outcome: 'answered', status: 429, retryAfter: '7' });
    expect(seen).toEqual(['POST /hook m1 {"ä":1}']);
  });

  it('follows no redirect', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await post(url)).toMatchObject({ status: 307 });
    expect(asked).toBe(1);
  });

  it('reads no body, however long it is', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', write);
      write();
    });
    expect(await post(url)).toMatchObject({ outcome: 'answered', status: 200 });
  });

  it('is given up when it is told to', async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort());
    expect(await post(url, stop.signal)).toMatchObject({ outcome: 'failed' });
  });

  it('says why there was no answer', async () => {
    const url = await serve(() => {});
    const [server] = servers.splice(0);
    server?.close();
    expect(await post(url)).toEqual({ outcome: 'failed', reason: expect.stringMatching(/ECONNREFUSED/) as string });
    const cut = await serve((request) => request.socket.destroy());
    expect(await post(cut)).toMatchObject({ outcome: 'failed' });
    expect(await post('https://127.0.0.1:1/')).toMatchObject({ outcome: 'failed' });
  });
});
