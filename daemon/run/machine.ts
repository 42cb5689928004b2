// What of a running controller is a process or a thread of its own: the keeper of its lock lines, and the edge. The simulator
// runs the same daemon with the like of both in one process, on virtual time.

import type { AccessPointConfig } from '../../config/types.ts';
import type { KeeperEvents } from '../../drivers/keeper/keeper-link.ts';
import type { KeeperLine } from '../../drivers/keeper/messages.ts';
import { type DriverTools, loadKeeper } from '../../drivers/registry.ts';
import type { EdgeWorker } from '../../sync/edge/thread-host.ts';
import type { EdgeWorkerData } from './edge-parts.ts';
import type { Keeper } from './locks.ts';
import { startWorker } from './worker.ts';

/** Starts a keeper: each line is driven to its safe state before anything else. May throw. */
export type KeeperStart = (lines: readonly KeeperLine[], events: KeeperEvents) => Keeper;

export interface Machine {
  /** Loads what holds the lines of these doors. @throws DriverError */
  loadKeeper(tools: DriverTools, accessPoints: readonly Pick<AccessPointConfig, 'id' | 'lock'>[]): Promise<KeeperStart>;
  /** Starts what serves the edge. May throw. */
  startEdge(data: EdgeWorkerData): EdgeWorker;
}

/** The machine that this program runs on. */
export const thisMachine: Machine = {
  loadKeeper,
  startEdge: (data) => startWorker('edge-worker', data),
};
