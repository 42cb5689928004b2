// Where a broker listens: a loopback address of this process's own, and a port that is free there. Nobody else takes its
// place while it is down.

import { once } from 'node:events';
import { createServer } from 'node:net';

/** @returns host and port, and them as `url` */
export async function brokerAddress() {
  const host = ownAddress(process.pid);
  const port = await freePort(host);
  return { host, port, url: `mqtt://${host}:${port}` };
}

function ownAddress(pid) {
  return `127.${64 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;
}

async function freePort(host) {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
