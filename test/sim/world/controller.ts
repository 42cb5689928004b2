// One controller of a world: a machine with a clock and lock lines, and one life of the real daemon after another on the same
// folder. Its edge runs over the same wire as the real one, in this process.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCredential } from '../../../access/credential.ts';
import type { InputName } from '../../../config/types.ts';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Log } from '../../../daemon/log.ts';
import type { LockState } from '../../../drivers/port.ts';
import { MachineTime } from './clocks.ts';
import { type ControllerLife, startLife } from './controller-life.ts';
import type { Dice } from './dice.ts';
import { FrozenFolder } from './frozen.ts';
import type { History } from './history.ts';
import { LockLines } from './keeper.ts';
import type { SimNetwork } from './network.ts';
import type { SimPlants } from './plant.ts';
import { SimProcess } from './process.ts';
import { configOf, type SimController, type SimSite } from './site.ts';

export interface ControllerWorld {
  readonly clock: VirtualClock;
  readonly dice: Dice;
  readonly history: History;
  readonly network: SimNetwork;
  readonly site: SimSite;
  readonly folder: string;
  readonly plants: SimPlants;
  /** Done before time goes on, one after the other. Left out: what runs in promises goes on. */
  wait(work?: () => Promise<void>): void;
  output(controller: string, accessPoint: string, state: LockState): void;
  /** Before its files are touched by anybody but its process: whoever reads along closes its handle. */
  fileMoves(controller: string): void;
  violated(check: string, words: string): void;
  readonly log: Log;
}

export class ControllerNode {
  readonly spec: SimController;
  readonly time: MachineTime;
  readonly lines: LockLines;
  readonly dataDir: string;
  readonly #world: ControllerWorld;
  readonly #dice: Dice;
  readonly #configFile: string;
  readonly #frozen: FrozenFolder;
  #life: ControllerLife | null = null;
  #process: SimProcess | null = null;
  #lives = 0;
  #stopping = false;

  constructor(world: ControllerWorld, spec: SimController) {
    const folder = join(world.folder, spec.id);
    this.spec = spec;
    this.#world = world;
    this.#dice = world.dice.fork(`controller ${spec.id}`);
    this.#configFile = join(folder, 'controller.json');
    this.dataDir = join(folder, 'data');
    this.#frozen = new FrozenFolder(this.dataDir);
    this.time = new MachineTime(world.clock, this.#dice.uuid());
    this.lines = new LockLines((accessPoint, state) => world.output(spec.id, accessPoint, state));
    mkdirSync(this.dataDir, { recursive: true });
    const files = {
      'controller.json': JSON.stringify(configOf(this.#dice, spec)),
      'site.key': world.site.credentialKey.toString('base64'),
      'own.key': spec.keys.privatePem,
      'office.pub': world.site.office.publicPem,
    };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o600);
    }
  }

  get id(): string {
    return this.spec.id;
  }

  get journal(): string {
    return join(this.dataDir, 'journal.db');
  }

  get replica(): string {
    return join(this.dataDir, 'replica.db');
  }

  /** Its daemon works, and is not about to end. */
  get runs(): boolean {
    return this.#life !== null && this.#process?.alive === true && !this.#stopping;
  }

  start(): void {
    if (this.#process?.alive === true) return;
    this.#world.fileMoves(this.id);
    this.#life?.closeFiles();
    this.#life = null;
    this.#frozen.thaw();
    this.#lives += 1;
    const { history, plants } = this.#world;
    history.note(`${this.id} starts`);
    const name = `${this.id}/${this.#lives}`;
    const process = new SimProcess(name, {
      died: (port) => this.#died(process, port),
      threw: (error) => this.#threw(error),
    });
    this.#process = process;
    this.#stopping = false;
    const clocks = { clock: this.#world.clock, time: this.time, lines: this.lines };
    const { network, log } = this.#world;
    const place = { id: this.id, configFile: this.#configFile, seed: `${this.#world.dice.uuid()} ${name}` };
    plants.beforeStart?.({ controller: this.id, life: this.#lives, journal: this.journal, replica: this.replica });
    const parts = {
      ...clocks,
      ...place,
      network,
      log,
      process,
      plants,
      officeKeys: this.#world.site.office,
    };
    this.#world.wait(async () => {
      try {
        this.#life = await startLife(parts);
        if (process.alive) history.note(`${this.id} works`);
      } catch (error) {
        if (process.alive) this.#threw(error);
      }
    });
  }

  /** The process dies here and now. */
  crash(): void {
    this.#process?.kill();
  }

  /** It dies at one of its next ports, wherever that is. */
  arm(steps: number): void {
    this.#process?.arm(steps);
  }

  /** It ends in order, and starts again. */
  stop(then: () => void): void {
    const [life, process] = [this.#life, this.#process];
    if (life === null || process === null || !this.runs) return;
    this.#stopping = true;
    this.#world.history.note(`${this.id} stops`);
    let over = false;
    const settle = (): void => {
      over = true;
    };
    void life.stop().then(
      () => {
        settle();
        if (!process.alive) return;
        process.end();
        this.#world.network.close(this.id);
        this.#world.history.note(`${this.id} has stopped`);
        then();
      },
      (error: unknown) => {
        settle();
        if (process.alive) this.#threw(error);
      },
    );
    this.#world.wait();
    this.#turns(() => over || !process.alive);
  }

  /** Its promises go on between two instants of virtual time, until it has ended. */
  #turns(over: () => boolean): void {
    if (over()) return;
    this.#world.clock.after('turn of a daemon that stops', 5, () => {
      this.#world.wait();
      this.#turns(over);
    });
  }

  endThread(): void {
    if (this.runs) this.#life?.thread?.exit();
  }

  /** @returns whether it opened; null: nobody read it. */
  tap(reader: string, credential: string): boolean | null {
    const life = this.#life;
    if (life === null || !this.runs) return null;
    let granted: boolean | null = null;
    this.#process?.run(() => {
      granted = life.daemon.doors?.readers.present(reader, parseCredential(credential)).granted ?? null;
    });
    return granted;
  }

  input(accessPoint: string, name: InputName, active: boolean): void {
    const life = this.#life;
    if (life === null || !this.runs) return;
    this.#process?.run(() => life.daemon.doors?.inputs.move(accessPoint, name, active));
  }

  /** The files may be looked at by anybody: nothing of it acts any more. */
  end(): void {
    this.#world.fileMoves(this.id);
    this.#process?.end();
    this.#life?.closeFiles();
    this.#life = null;
  }

  #died(process: SimProcess, port: string): void {
    const { history, network, clock } = this.#world;
    history.note(`${this.id} dies (${port})`);
    this.#frozen.freeze();
    network.close(this.id);
    clock.after('keeper misses its daemon', this.#dice.between(0, 1_000), () => {
      if (this.#process === process) this.lines.fall();
    });
    const backMs = this.#dice.between(1_500, this.#dice.chance(0.5) ? 6_000 : 120_000);
    clock.after('service manager', backMs, () => {
      if (this.#process === process) this.start();
    });
  }

  #threw(error: unknown): void {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#world.violated('threw', `${this.id} ended by an error of its own: ${words}`);
    this.#process?.kill();
  }
}
