// The office of a world: a machine with a clock, and one life of the real office after another on the same store.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../daemon/clock/random.ts';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Log } from '../../../daemon/log.ts';
import { Office } from '../../../sync/office/office.ts';
import { type OfficeStore, openOfficeStore } from '../../../sync/office/store/open.ts';
import { signerOf } from '../../../sync/protocol/keys.ts';
import { MachineTime, ProcessClock } from './clocks.ts';
import type { Dice } from './dice.ts';
import { FrozenFolder } from './frozen.ts';
import type { History } from './history.ts';
import type { SimNetwork } from './network.ts';
import type { SimPlants } from './plant.ts';
import { SimProcess } from './process.ts';
import { type SimSite, siteId } from './site.ts';

export interface OfficeWorld {
  readonly clock: VirtualClock;
  readonly dice: Dice;
  readonly history: History;
  readonly network: SimNetwork;
  readonly site: SimSite;
  readonly folder: string;
  readonly plants: SimPlants;
  readonly log: Log;
  wait(work?: () => Promise<void>): void;
  fileMoves(controller: string): void;
  violated(check: string, words: string): void;
}

interface Life {
  readonly office: Office;
  readonly store: OfficeStore;
}

/** How the office's node is called on the network. */
export const officeNode = 'office';
/** Small: a snapshot of few people is several chunks. */
const chunkBytes = 1_500;

export class OfficeMachine {
  readonly id = officeNode;
  readonly time: MachineTime;
  readonly file: string;
  readonly #world: OfficeWorld;
  readonly #dice: Dice;
  readonly #frozen: FrozenFolder;
  #life: Life | null = null;
  #process: SimProcess | null = null;
  #lives = 0;
  #stopping = false;

  constructor(world: OfficeWorld) {
    const folder = join(world.folder, officeNode);
    this.#world = world;
    this.#dice = world.dice.fork('office machine');
    this.time = new MachineTime(world.clock, this.#dice.uuid());
    this.file = join(folder, 'office.db');
    this.#frozen = new FrozenFolder(folder);
    mkdirSync(folder, { recursive: true });
  }

  get runs(): boolean {
    return this.#life !== null && this.#process?.alive === true && !this.#stopping;
  }

  start(): void {
    if (this.#process?.alive === true) return;
    this.#world.fileMoves(this.id);
    this.#closeFiles();
    this.#frozen.thaw();
    this.#lives += 1;
    const { clock, history, network, site, plants, log } = this.#world;
    history.note('the office starts');
    const process: SimProcess = new SimProcess(`office/${this.#lives}`, {
      died: (port) => this.#died(process, port),
      threw: (error) => this.#threw(error),
    });
    this.#process = process;
    this.#stopping = false;
    process.run(() => {
      const store = openOfficeStore(this.file, { site: siteId, mode: 'write' });
      plants.officeOpened?.(store);
      const random = seededRandom(`${this.#dice.uuid()} ${process.name}`);
      const office = new Office({
        clock: new ProcessClock(clock, this.time, process),
        random,
        log,
        transport: network.transport(officeNode, process),
        store,
        signer: signerOf(site.office.privateKey),
        siteKey: site.credentialKey,
        controllers: site.controllers.map(({ id, keys }) => ({ id, publicKey: keys.publicKey })),
        faults: { afterCommit: () => process.step('committed, not acknowledged') },
        chunkBytes,
      });
      this.#life = { office, store };
      office.start();
    });
  }

  crash(): void {
    this.#process?.kill();
  }

  arm(steps: number): void {
    this.#process?.arm(steps);
  }

  stop(then: () => void): void {
    const [life, process] = [this.#life, this.#process];
    if (life === null || process === null || !this.runs) return;
    this.#stopping = true;
    this.#world.history.note('the office stops');
    let over = false;
    void life.office.stop().then(
      () => {
        over = true;
        if (!process.alive) return;
        process.end();
        this.#world.network.close(this.id);
        this.#world.history.note('the office has stopped');
        then();
      },
      (error: unknown) => {
        over = true;
        if (process.alive) this.#threw(error);
      },
    );
    this.#world.wait();
    this.#turns(() => over || !process.alive);
  }

  /** What somebody does on the office's machine, with its store. @returns whether there was one. */
  act(work: (store: OfficeStore, nowMs: number) => void): boolean {
    const life = this.#life;
    if (life === null || !this.runs) return false;
    this.#process?.run(() => work(life.store, this.time.now().wallMs));
    return true;
  }

  end(): void {
    this.#world.fileMoves(this.id);
    this.#process?.end();
    this.#closeFiles();
  }

  #turns(over: () => boolean): void {
    if (over()) return;
    this.#world.clock.after('turn of an office that stops', 5, () => {
      this.#world.wait();
      this.#turns(over);
    });
  }

  #closeFiles(): void {
    this.#life?.store.close();
    this.#life = null;
  }

  #died(process: SimProcess, port: string): void {
    const { history, network, clock } = this.#world;
    history.note(`the office dies (${port})`);
    this.#frozen.freeze();
    network.close(this.id);
    clock.after('service manager', this.#dice.between(2_000, 900_000), () => {
      if (this.#process === process) this.start();
    });
  }

  #threw(error: unknown): void {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#world.violated('threw', `the office ended by an error of its own: ${words}`);
    this.#process?.kill();
  }
}
