// Everything between the readers and the lock lines, as one config describes it: made together, ended together. While it
// does not run, every line is in its safe state.

import type { EventDraft } from '../../access/event.ts';
import type { ControllerConfig } from '../../config/types.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';
import type { KeeperLink } from '../../drivers/keeper/keeper-link.ts';
import type { OutputSink } from '../../drivers/port.ts';
import { type DriverTools, openLocks } from '../../drivers/registry.ts';
import { readSiteKey } from '../../sync/protocol/key-files.ts';
import { Controller } from '../controller/controller.ts';
import type { Ledger } from '../controller/ledger.ts';
import type { ControllerPort } from '../controller/port.ts';
import type { Log } from '../log.ts';
import { RunError, wordsOf } from './error.ts';
import { Inputs } from './inputs.ts';
import { Readers } from './readers.ts';

export interface DoorsParts {
  readonly config: ControllerConfig;
  readonly tools: DriverTools;
  readonly journal: Journal;
  /** The daemon's: it outlives these doors. */
  readonly ledger: Ledger;
  /** A lock line, an input or a reader changed. */
  readonly changed: () => void;
  readonly log: Log;
}

/** A keeper that takes longer to hold the lines is told of, and not waited for: the doors work as soon as it does. */
const keeperReadyMs = 10_000;

export class Doors {
  readonly readers: Readers;
  readonly inputs: Inputs;
  readonly controller: ControllerPort;
  readonly #parts: DoorsParts;
  readonly #keeper: KeeperLink;

  private constructor(parts: DoorsParts, drivers: Drivers, replica: ReplicaStore) {
    this.#parts = parts;
    this.readers = drivers.readers;
    this.inputs = drivers.inputs;
    this.#keeper = drivers.keeper;
    const locks: OutputSink = {
      set: (accessPoint, state) => {
        this.#keeper.set(accessPoint, state);
        parts.changed();
      },
    };
    const { config, tools, journal, ledger, log } = parts;
    const { credentialKey } = drivers;
    this.controller = new Controller({ config, ...tools, journal, replica, credentialKey, locks, ledger, log });
  }

  /**
   * Loads what the config names and touches no device yet: what can be refused is refused here.
   * @throws RunError, DriverError, KeyError
   */
  static async load(parts: DoorsParts): Promise<LoadedDoors> {
    const { config, tools, log } = parts;
    const credentialKey = siteKeyOf(config);
    const [readers, inputs] = await Promise.all([
      Readers.load(config.readers, tools, log),
      Inputs.load(config.accessPoints),
    ]);
    return { open: (replica, data) => Doors.#open(parts, { readers, inputs, credentialKey }, replica, data) };
  }

  static async #open(
    parts: DoorsParts,
    loaded: Omit<Drivers, 'keeper'>,
    replica: ReplicaStore,
    data: EventDraft['data'],
  ): Promise<Doors> {
    const { config, tools } = parts;
    let doors: Doors | null = null;
    const keeper = await openLocks(config.accessPoints, tools, {
      fault: (accessPoint, { code, message }) => {
        parts.log('error', `${accessPoint ?? 'all locks'}: ${code}: ${message}`);
        parts.changed();
      },
      restored: (accessPoint) => parts.log('info', `${accessPoint ?? 'all locks'}: the lock line follows again`),
      lapsed: (silentMs) => doors?.lapsed(silentMs),
    });
    try {
      doors = new Doors(parts, { ...loaded, keeper }, replica);
      await doors.#start(data);
      return doors;
    } catch (error) {
      await keeper.close();
      throw error;
    }
  }

  /** Whether the keeper holds the lock lines now and answers. */
  get keeperAnswers(): boolean {
    return this.#keeper.answers;
  }

  /** Takes no tap any more, ends what runs and leaves every line safe. Settles when the keeper has ended. */
  async close(): Promise<void> {
    await Promise.all([this.readers.close(), this.inputs.close()]);
    try {
      this.controller.stop();
    } catch (error) {
      this.#parts.log('error', `the end could not be recorded: ${wordsOf(error)}`);
    }
    await this.#keeper.close();
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

  async #start(data: EventDraft['data']): Promise<void> {
    await this.#keeperReady();
    this.controller.start(data);
    this.inputs.open((accessPoint, name, active) => {
      try {
        this.controller.input(accessPoint, name, active);
      } catch (error) {
        this.#parts.log('error', `${name} of ${accessPoint} could not be taken: ${wordsOf(error)}`);
      }
      this.#parts.changed();
    });
    this.readers.open({
      tap: (reader, presented) => this.controller.tap(reader, presented),
      record: (drafts) => this.record(drafts),
    });
  }

  #keeperReady(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.tools.clock.after('keeper ready', keeperReadyMs, () => {
        this.#parts.log('error', 'the keeper does not hold the lock lines yet: the doors wait for it');
        resolve();
      });
      void this.#keeper.ready.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** The keeper let all lines fall, for this process stood still: sets them anew and says so. */
  lapsed(silentMs: number): void {
    this.#parts.log('error', `this process stood still for ${silentMs} ms: all locks had fallen to their safe state`);
    try {
      this.controller.assertOutputs();
    } catch (error) {
      this.#parts.log('error', `the locks could not be set anew: ${wordsOf(error)}`);
    }
    const modes = this.controller.accessPoints().map(({ id, mode }): EventDraft => {
      return { type: 'accesspoint.mode', accessPoint: id, data: { mode, by: 'keeper-lapsed', silentMs } };
    });
    this.record(modes);
  }
}

/** Drivers that are loaded and a key that is read, before any device is touched. */
export interface LoadedDoors {
  /** Drives the locks to what is in force and listens from then on. @param data of `controller.started`. */
  open(replica: ReplicaStore, data: EventDraft['data']): Promise<Doors>;
}

interface Drivers {
  readonly readers: Readers;
  readonly inputs: Inputs;
  readonly credentialKey: Uint8Array;
  readonly keeper: KeeperLink;
}

function siteKeyOf({ credentialKeyFile }: ControllerConfig): Uint8Array {
  if (credentialKeyFile === null)
    throw new RunError('config', 'credentialKeyFile is missing: cardea keys site makes one');
  return readSiteKey(credentialKeyFile);
}
