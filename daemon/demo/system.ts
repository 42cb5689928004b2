// The whole system in one process: broker, office and controller, each the real one, started in the order in which a site
// would start them, and ended in the opposite one.

import { appendFileSync } from 'node:fs';
import type { Clock, Random } from '../../access/clock.ts';
import { loadOfficeConfig, loadReplicaDocument } from '../../config/load.ts';
import type { OfficeConfig } from '../../config/types.ts';
import { importReplica } from '../../sync/office/import/import.ts';
import { runOffice } from '../../sync/office/run.ts';
import { type OfficeStore, openOfficeStore } from '../../sync/office/store/open.ts';
import { lineLog } from '../log.ts';
import { type Running, runController } from '../run.ts';
import { type DemoBroker, startBroker } from './broker.ts';
import { type DemoFolder, makeFolder } from './folder.ts';
import { demoReplica, type HalfDay } from './members.ts';

export interface DemoTools {
  readonly clock: Clock;
  readonly random: Random;
}

export interface DemoSystem {
  readonly folder: DemoFolder;
  readonly controller: Running;
  /** Reads the office's records through a handle of its own. */
  office<T>(read: (store: OfficeStore) => T): T;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

export async function startSystem(tools: DemoTools, timeZone: string, half: HalfDay): Promise<DemoSystem> {
  const undo: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const broker: DemoBroker = await startBroker();
    undo.push(() => broker.close());
    const yesterday = new Date(tools.clock.now().wallMs - 86_400_000).toISOString();
    const folder = makeFolder(broker.url, demoReplica(timeZone, half, yesterday));
    undo.push(() => folder.remove());
    const log = lineLog((line) => appendFileSync(folder.log, line));
    const { config } = loadOfficeConfig(folder.officeConfig);
    importDocument(config, folder, tools.clock);
    const office = await runOffice(config, { ...tools, log: (level, message) => log(level, `office: ${message}`) });
    undo.push(() => office.stop());
    const controller = await runController(folder.controllerConfig, { ...tools, log });
    undo.push(() => controller.stop());
    return { folder, controller, office: (read) => reading(config, read), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function importDocument(config: OfficeConfig, folder: DemoFolder, clock: Clock): void {
  const { document } = loadReplicaDocument(folder.replica);
  const store = openOfficeStore(config.store.path, { site: config.site, mode: 'write' });
  try {
    importReplica(store, document, { force: false, nowMs: clock.now().wallMs });
  } finally {
    store.close();
  }
}

function reading<T>({ store, site }: OfficeConfig, read: (store: OfficeStore) => T): T {
  const open = openOfficeStore(store.path, { site, mode: 'read' });
  try {
    return read(open);
  } finally {
    open.close();
  }
}
