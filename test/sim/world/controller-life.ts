// One life of a controller: what `cardea run` puts together, in the same order, with the keeper and the edge's thread in this
// process. Left out are the local socket and the check of the whole journal in the background.

import { existsSync, utimesSync } from 'node:fs';
import type { Random } from '../../../access/clock.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Log } from '../../../daemon/log.ts';
import { Daemon } from '../../../daemon/run/daemon.ts';
import { openDataDir } from '../../../daemon/run/data-dir.ts';
import { type EdgeFiles, type EdgeWorkerData, openEdgeFiles } from '../../../daemon/run/edge-parts.ts';
import { loadRunnable } from '../../../daemon/run/load-config.ts';
import type { Machine } from '../../../daemon/run/machine.ts';
import { openReplicas } from '../../../daemon/run/replicas.ts';
import { openOwnJournal, watchDaemonClock } from '../../../daemon/run.ts';
import { serveEdge } from '../../../sync/edge/serve.ts';
import { type MachineTime, ProcessClock } from './clocks.ts';
import { keeperOf, type LockLines } from './keeper.ts';
import type { SimKeys } from './keys.ts';
import type { SimNetwork } from './network.ts';
import type { SimPlants } from './plant.ts';
import { SimProcess } from './process.ts';
import { SimThread } from './thread.ts';

export interface LifeParts {
  readonly id: string;
  readonly configFile: string;
  readonly seed: string;
  readonly clock: VirtualClock;
  readonly time: MachineTime;
  readonly lines: LockLines;
  readonly network: SimNetwork;
  readonly process: SimProcess;
  readonly plants: SimPlants;
  readonly officeKeys: SimKeys;
  readonly log: Log;
}

export class ControllerLife {
  readonly daemon: Daemon;
  readonly #closing: (() => void)[];
  readonly #unwatch: () => void;
  readonly #threads: ThreadMaker;

  constructor(daemon: Daemon, threads: ThreadMaker, unwatch: () => void, closing: (() => void)[]) {
    this.daemon = daemon;
    this.#threads = threads;
    this.#unwatch = unwatch;
    this.#closing = closing;
  }

  /** null: it has none now. */
  get thread(): SimThread | null {
    return this.#threads.running;
  }

  async stop(): Promise<void> {
    this.#unwatch();
    await this.daemon.stop();
    this.closeFiles();
  }

  /** Lets go of every file, whatever state it is in. May be called twice. */
  closeFiles(): void {
    this.#threads.closeFiles();
    for (const close of this.#closing.splice(0)) attempt(close);
  }
}

/** Settles when its doors work. */
export async function startLife(parts: LifeParts): Promise<ControllerLife> {
  const { configFile, seed, clock: trueTime, time, process, plants, log } = parts;
  const clock = new ProcessClock(trueTime, time, process);
  const random = portRandom(seededRandom(seed), process);
  const tools = { clock, random };
  const config = loadRunnable(configFile, log);
  const closing: (() => void)[] = [];
  const threads = new ThreadMaker(parts);
  try {
    const dir = openDataDir(config.dataDir);
    closing.unshift(() => dir.release());
    tellWorldTime(dir.replica, clock.now().wallMs);
    const opened = openOwnJournal(config, dir, { ...tools, log });
    const { journal } = opened;
    closing.unshift(() => journal.close());
    const { replicas, notes } = openReplicas({ dir, journal, clock, log });
    closing.unshift(() => replicas.store.close());
    plants.journalOpened?.(journal, parts.lines);
    plants.replicasOpened?.(replicas);
    const machine: Machine = {
      loadKeeper: () => Promise.resolve(keeperOf(parts.lines, process)),
      startEdge: (data) => threads.start(data),
    };
    const daemon = new Daemon({ configFile, dir, journal, replicas, tools, log, machine }, config);
    await daemon.start([...opened.notes, ...notes]);
    return new ControllerLife(daemon, threads, watchDaemonClock(clock, daemon, log), closing);
  } catch (error) {
    threads.closeFiles();
    for (const close of closing) attempt(close);
    throw error;
  }
}

/** Makes the edge's threads of one life, one after the other. */
class ThreadMaker {
  readonly #parts: LifeParts;
  readonly #files: EdgeFiles[] = [];
  #made = 0;
  running: SimThread | null = null;

  constructor(parts: LifeParts) {
    this.#parts = parts;
  }

  start(data: EdgeWorkerData): SimThread['worker'] {
    const { clock, process: daemon, network, id, seed, plants, officeKeys, time } = this.#parts;
    const name = `${daemon.name} edge ${++this.#made}`;
    const thread: SimProcess = new SimProcess(
      name,
      {
        died: () => network.close(id),
        threw: (error) =>
          daemon.run(() => {
            throw error;
          }),
      },
      daemon,
    );
    const files = openEdgeFiles(data);
    this.#files.push(files);
    const transport = network.transport(id, thread);
    const parts = {
      clock: new ProcessClock(clock, time, thread),
      random: portRandom(seededRandom(`${seed} ${name}`), thread),
      ...files,
      sink: plants.edgeSink?.(files.sink) ?? files.sink,
      transport: plants.edgeTransport?.(transport, { controller: id, officeKeys }) ?? transport,
    };
    const made = new SimThread({ clock, daemon, thread, serve: (wire) => serveEdge(wire, parts) });
    this.running = made;
    return made.worker;
  }

  closeFiles(): void {
    this.running = null;
    for (const { source } of this.#files.splice(0)) attempt(() => source.close());
  }
}

/** The file system tells the real time of what it keeps, which is another one in each run. */
function tellWorldTime(file: string, wallMs: number): void {
  if (existsSync(file)) utimesSync(file, wallMs / 1000, wallMs / 1000);
}

/** A process that dies while it asks for randomness dies in the middle of making a record. */
function portRandom(random: Random, process: SimProcess): Random {
  return {
    bytes: (count) => {
      process.step('record not made yet');
      return random.bytes(count);
    },
  };
}

/** A dead process does not close its files in order. */
function attempt(close: () => void): void {
  try {
    close();
  } catch {
    // What it wrote after its death is undone anyway.
  }
}
