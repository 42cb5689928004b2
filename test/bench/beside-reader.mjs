// A reader on a thread of its own: a card some milliseconds after the one before was answered, with the instant at which it was held to it.

import { parentPort, workerData } from 'node:worker_threads';

const present = () => parentPort?.postMessage(performance.timeOrigin + performance.now());
parentPort?.on('message', () => setTimeout(present, workerData.afterMs));
