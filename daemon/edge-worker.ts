// The edge's thread: its own clock, its own read-only handle on the journal, and the folder where new replicas are built.
// Only what `daemon/run/upstream.ts` starts it with is known here; what it tells goes through its port.

import { parentPort, workerData } from 'node:worker_threads';
import { serveEdge } from '../sync/edge/serve.ts';
import { mqttTransport } from '../sync/protocol/mqtt-transport.ts';
import { systemRandom } from './clock/random.ts';
import { realClock } from './clock/real.ts';
import { type EdgeWorkerData, openEdgeFiles } from './run/edge-parts.ts';

const data = workerData as EdgeWorkerData;

if (parentPort !== null) {
  serveEdge(parentPort, {
    // Only the side that never steps is used to wait; whether the wall is right is the daemon's to say.
    clock: realClock(() => false),
    random: systemRandom,
    ...openEdgeFiles(data),
    transport: mqttTransport(data.broker),
  });
}
