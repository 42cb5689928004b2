// A reader on a thread of its own: a card every few milliseconds, with the instant at which it was held to it.

import { parentPort, workerData } from 'node:worker_threads';

setInterval(() => parentPort?.postMessage(performance.timeOrigin + performance.now()), workerData.everyMs);
