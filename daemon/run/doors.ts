// Everything between the readers and the lock lines: made together, changed by a new config without touching what it leaves
// as it is, ended together. Before and afterwards every line is in its safe state.

import { isDeepStrictEqual } from 'node:util';
import type { EventDraft } from '../../access/event.ts';
import type { ControllerConfig } from '../../config/types.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';
import { rememberLines } from '../../drivers/keeper/held-lines.ts';
import type { KeeperEvents } from '../../drivers/keeper/keeper-link.ts';
import { type DriverTools, lockLines } from '../../drivers/registry.ts';
import { readSiteKey } from '../../sync/protocol/key-files.ts';
import { Controller } from '../controller/controller.ts';
import type { Ledger } from '../controller/ledger.ts';
import type { ControllerPort } from '../controller/port.ts';
import type { Log } from '../log.ts';
import { RunError, wordsOf } from './error.ts';
import { Faults } from './faults.ts';
import { Inputs } from './inputs.ts';
import { LineFaults } from './line-faults.ts';
import { Locks } from './locks.ts';
import type { Machine } from './machine.ts';
import { planReload, type ReloadPlan } from './plan.ts';
import { Readers } from './readers.ts';
import { released } from './released.ts';
import { Standstill } from './standstill.ts';
import type { AccessPointHealth } from './status.ts';

export interface DoorsParts {
  readonly tools: DriverTools;
  readonly machine: Machine;
  readonly journal: Journal;
  /** The daemon's: it outlives these doors. */
  readonly ledger: Ledger;
  /** A lock line, an input or a reader changed. */
  readonly changed: () => void;
  readonly log: Log;
}

/** A new config whose drivers are loaded and whose key is read: nothing was touched yet. */
export interface PreparedChange {
  readonly plan: ReloadPlan;
  /** @throws RunError `locks`: all goes on with the config before. */
  apply(): Promise<void>;
}

export class Doors {
  readonly readers: Readers;
  readonly inputs: Inputs;
  readonly controller: ControllerPort;
  readonly standstill: Standstill;
  readonly #parts: DoorsParts;
  readonly #locks: Locks;
  readonly #faults: Faults;
  readonly #lineFaults = new LineFaults();
  #config: ControllerConfig;

  private constructor(parts: DoorsParts, config: ControllerConfig, loaded: Loaded, replica: ReplicaStore) {
    const { changed, tools, journal, ledger, log } = parts;
    const { readers, inputs, standstill, credentialKey, faults, startLocks } = loaded;
    this.#parts = parts;
    this.#config = config;
    this.readers = readers;
    this.inputs = inputs;
    const lineFaults = this.#lineFaults;
    this.standstill = standstill;
    this.#faults = faults;
    this.#locks = startLocks({
      fault: (accessPoint, fault) => {
        lineFaults.found(accessPoint);
        faults.begin(accessPoint, 'lock', fault);
      },
      restored: (accessPoint) => {
        lineFaults.gone(accessPoint);
        faults.end(accessPoint, 'lock');
      },
      lapsed: (silentMs) => this.#lapsed(silentMs),
    });
    const locks = {
      set: (...[accessPoint, state]: Parameters<Locks['set']>) => {
        this.#locks.set(accessPoint, state);
        changed();
      },
    };
    this.controller = new Controller({
      config,
      ...tools,
      journal,
      replica,
      credentialKey,
      locks,
      lineFault: (id) => lineFaults.of(id, this.#locks.answers),
      identify: (reader) => this.readers.identify(reader).outcome === 'done',
      alarmed: (accessPoint, alarm) => this.readers.alarm(accessPoint, alarm),
      ledger,
      log,
    });
  }

  /**
   * Drives the locks to what is in force and listens from then on.
   * @throws RunError, DriverError, KeyError; nothing runs then.
   */
  static async open(parts: DoorsParts, config: ControllerConfig, replica: ReplicaStore): Promise<Doors> {
    const standstill = new Standstill(parts.tools.clock);
    try {
      return await Doors.#load(parts, config, replica, standstill);
    } catch (error) {
      standstill.stop();
      throw error;
    }
  }

  static async #load(
    parts: DoorsParts,
    config: ControllerConfig,
    replica: ReplicaStore,
    standstill: Standstill,
  ): Promise<Doors> {
    const { tools, machine, log } = parts;
    const credentialKey = siteKeyOf(config);
    const faults = new Faults(tools.clock, log, parts.changed);
    const [readers, inputs, start] = await Promise.all([
      Readers.load(config.readers, tools, log, standstill),
      Inputs.load(config.accessPoints, tools, faults, standstill),
      machine.loadKeeper(tools, config.accessPoints),
    ]);
    const lines = lockLines(config.accessPoints);
    const startLocks = (events: KeeperEvents): Locks =>
      new Locks(
        {
          start: (lines) => {
            const sure = faults.doubtLocks();
            const keeper = start(lines, events);
            void keeper.ready.then(() => {
              if (keeper.answers) sure();
            });
            return keeper;
          },
          remember: (lines) => remember(config.dataDir, lines, log),
          clock: tools.clock,
          log,
        },
        lines,
      );
    const doors = new Doors(parts, config, { readers, inputs, standstill, credentialKey, faults, startLocks }, replica);
    try {
      await doors.#start();
      return doors;
    } catch (error) {
      await Promise.all([inputs.close(), doors.#locks.close()]);
      throw error;
    }
  }

  /** Whether the keeper holds the lock lines now and answers. */
  get keeperAnswers(): boolean {
    return this.#locks.answers;
  }

  accessPoints(): readonly AccessPointHealth[] {
    return this.controller.accessPoints().map((door) => ({ ...door, faults: this.#faults.of(door.id) }));
  }

  /** What another config would change, with all that can be refused of it refused here. @throws RunError, DriverError, KeyError */
  async prepare(config: ControllerConfig): Promise<PreparedChange> {
    const credentialKey = siteKeyOf(config);
    const plan = planReload(this.#config, config);
    const lines = lockLines(config.accessPoints);
    const before = lockLines(this.#config.accessPoints);
    const moved = before.filter((line) => !lines.some((one) => isDeepStrictEqual(one, line)));
    const [readers, inputs] = await Promise.all([
      this.readers.prepare(config.readers, plan.readers),
      this.inputs.prepare(config.accessPoints, plan.doors),
      this.#parts.machine.loadKeeper(this.#parts.tools, config.accessPoints),
    ]);
    const apply = async (): Promise<void> => {
      for (const { accessPoint } of moved) {
        this.#faults.forget(accessPoint, 'lock');
        this.#lineFaults.gone(accessPoint);
      }
      await this.#locks.change(lines);
      // From here on nothing can be refused any more.
      await released([readers.close(), inputs.close()], this.#parts.tools.clock, this.#parts.log);
      this.controller.reconfigure({ config, credentialKey, keep: new Set(plan.doors.keep), repeatsAt: plan.repeatsAt });
      this.#config = config;
      inputs.open();
      readers.open();
      this.readers.alarms(this.controller.accessPoints());
      this.#parts.changed();
    };
    return { plan, apply };
  }

  /** Takes no tap any more, ends what runs and leaves every line safe. Settles when the keeper has ended. */
  async close(): Promise<void> {
    this.standstill.stop();
    await released([this.readers.close(), this.inputs.close()], this.#parts.tools.clock, this.#parts.log);
    this.#faults.stop();
    try {
      this.controller.stop();
    } catch (error) {
      this.#parts.log('error', `the end could not be recorded: ${wordsOf(error)}`);
    }
    await this.#locks.close();
  }

  /** Records, and says it in the log where that fails: nothing beside the doors may end the daemon. */
  record(drafts: readonly EventDraft[]): void {
    try {
      this.controller.record(drafts);
    } catch (error) {
      const types = drafts.map(({ type }) => type).join(', ');
      this.#parts.log('error', `${types} could not be recorded: ${wordsOf(error)}`);
    }
    this.#parts.changed();
  }

  async #start(): Promise<void> {
    await Promise.all([this.#locks.ready(), this.inputs.find()]);
    this.controller.start({}, () => {
      this.inputs.follow({
        change: (accessPoint, name, active, atMs) => {
          try {
            this.controller.input(accessPoint, name, active, atMs);
          } catch (error) {
            this.#parts.log('error', `${name} of ${accessPoint} could not be taken: ${wordsOf(error)}`);
          }
          this.#parts.changed();
        },
        stale: (accessPoint, ageMs) => {
          const data = { outcome: 'refused', reason: 'stale', ...(ageMs === null ? {} : { ageMs }) };
          this.record([{ type: 'rex.activated', accessPoint, data }]);
        },
      });
    });
    this.#faults.start((draft) => this.record([draft]));
    this.readers.open({
      tap: (reader, presented) => this.controller.tap(reader, presented),
      stale: (reader, presented) => this.controller.refuseStale(reader, presented),
      record: (drafts) => this.record(drafts),
      feedback: () => this.#config.feedback,
    });
  }

  /** The keeper let all lines fall, for this process stood still: sets them anew and says so. */
  #lapsed(silentMs: number): void {
    this.#parts.log('error', `this process stood still for ${silentMs} ms: all locks had fallen to their safe state`);
    const modes = this.controller.accessPoints().map(({ id, mode }): EventDraft => {
      return { type: 'accesspoint.mode', accessPoint: id, data: { mode, by: 'keeper-lapsed', silentMs } };
    });
    this.record(modes);
    try {
      this.controller.assertOutputs();
    } catch (error) {
      this.#parts.log('error', `the locks could not be set anew: ${wordsOf(error)}`);
    }
  }
}

/** Drivers that are loaded and a key that is read, before any device is touched. */
interface Loaded {
  readonly readers: Readers;
  readonly inputs: Inputs;
  readonly standstill: Standstill;
  readonly credentialKey: Uint8Array;
  readonly faults: Faults;
  readonly startLocks: (events: KeeperEvents) => Locks;
}

function siteKeyOf({ credentialKeyFile }: ControllerConfig): Uint8Array {
  if (credentialKeyFile === null)
    throw new RunError('config', 'credentialKeyFile is missing: cardea keys site makes one');
  return readSiteKey(credentialKeyFile);
}

/** For `cardea safe`, after a death that the keeper does not outlive. */
function remember(folder: string | null, lines: Parameters<typeof rememberLines>[1], log: Log): void {
  if (folder === null) return;
  try {
    rememberLines(folder, lines);
  } catch (error) {
    log('warn', `which lock lines are held could not be written down: ${wordsOf(error)}`);
  }
}
