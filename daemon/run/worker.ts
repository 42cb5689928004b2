// Where a worker's program is: in the build; from the source tree, where Node cannot run it, that of the build.

import { Worker } from 'node:worker_threads';

export type WorkerName = 'edge-worker' | 'run/journal-check-worker';

/** Starts one of the daemon's workers. @param data what its `workerData` is. */
export function startWorker(name: WorkerName, data: unknown): Worker {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/daemon' : '..';
  return new Worker(new URL(`${folder}/${name}.js`, import.meta.url), { workerData: data });
}
