// The demo's own broker: in this process, on a port of this machine that was free, and reachable from nowhere else.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

export interface DemoBroker {
  /** `mqtt://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

export async function startBroker(): Promise<DemoBroker> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the broker has no port');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    close: async () => {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
