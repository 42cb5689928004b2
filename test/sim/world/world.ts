// A site of a seed and its days: the machines, the people, what goes wrong, and who looks at it all. Time passes only here.

import { mkdirSync } from 'node:fs';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { checkAgreement } from '../check/agreement.ts';
import { checkBooks } from '../check/books.ts';
import { CommandCheck } from '../check/commands.ts';
import { JournalWatch } from '../check/journal-watch.ts';
import { keptRecords } from '../check/journals.ts';
import { OfficeDisk } from '../check/office-disk.ts';
import { checkOversold } from '../check/oversold.ts';
import type { Recorded } from '../check/record.ts';
import { Statuses } from '../check/statuses.ts';
import { unionOf } from '../check/union.ts';
import { type Violation, Violations } from '../check/violations.ts';
import { VisitCheck } from '../check/visits.ts';
import { BackOffice } from './back-office.ts';
import { ControllerNode } from './controller.ts';
import { Dice } from './dice.ts';
import { Faults } from './faults.ts';
import { History } from './history.ts';
import { Hostile } from './hostile.ts';
import { Members } from './members.ts';
import { Met } from './met.ts';
import { type Seen, SimNetwork } from './network.ts';
import { OfficeMachine, officeNode } from './office.ts';
import { People } from './people.ts';
import type { SimPlants } from './plant.ts';
import { Scenes } from './scenes.ts';
import { siteId, siteOf } from './site.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly days: number;
  /** Empty, and the world's own. */
  readonly folder: string;
  readonly plants?: SimPlants;
  /** Ends there, without a look at the books: UTC milliseconds. */
  readonly untilMs?: number | null;
  readonly trace?: ((line: string) => void) | null;
  readonly told?: (violation: Violation) => void;
  /** The first violation ends it. */
  readonly stopAtFirst?: boolean;
}

export interface Outcome {
  readonly seed: number;
  readonly days: number;
  readonly taps: number;
  readonly faults: number;
  readonly records: number;
  readonly violations: number;
  readonly history: string;
  readonly met: Met['counts'];
  readonly found: readonly Violation[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** With all well again: an edge gives up asking after a while, and asks anew with the next hourly manifest. */
const settleMs = 3 * hourMs;
/** Midnights (UTC) at which a world may begin: ordinary days, and days with another hour. */
const firstDays = ['2026-03-02', '2026-03-28', '2026-06-15', '2026-10-24', '2026-12-30'];

export class World {
  readonly #options: WorldOptions;
  readonly #dice: Dice;
  readonly #clock: VirtualClock;
  readonly #history: History;
  readonly #violations: Violations;
  readonly #statuses = new Statuses();
  readonly #members: Members;
  readonly #nodes: readonly ControllerNode[];
  readonly #office: OfficeMachine;
  readonly #backOffice: BackOffice;
  readonly #people: People;
  readonly #met: Met;
  readonly #scenes: Scenes;
  readonly #faults: Faults;
  readonly #hostile: Hostile;
  readonly #disk: OfficeDisk;
  readonly #watches = new Map<string, JournalWatch>();
  readonly #visits: VisitCheck;
  readonly #commands: CommandCheck;
  readonly #waiting: (() => Promise<void>)[] = [];
  #records = 0;

  constructor(options: WorldOptions) {
    const { seed, folder, plants = {}, trace = null, told = () => {} } = options;
    const dice = new Dice(`cardea world ${seed}`);
    const clock = new VirtualClock(Date.parse(`${dice.pick(firstDays)}T00:00:00Z`));
    const history = new History(clock, trace);
    const network = new SimNetwork(clock, dice.fork('network'), history);
    const site = siteOf(dice.fork('site'));
    mkdirSync(folder, { recursive: true });
    this.#options = options;
    this.#dice = dice;
    this.#clock = clock;
    this.#history = history;
    this.#violations = new Violations(
      () => clock.now().wallMs,
      (violation) => {
        history.note(`VIOLATION ${violation.check}: ${violation.words}`);
        told(violation);
      },
    );
    const report = this.#violations.add.bind(this.#violations);
    const shared = { clock, dice, history, network, site, folder };
    const parts = {
      ...shared,
      plants,
      log: () => {},
      wait: (work: () => Promise<void> = () => Promise.resolve()) => void this.#waiting.push(work),
      violated: report,
      fileMoves: (node: string) => this.#letGo(node),
    };
    const output = (id: string, accessPoint: string, state: string): void => {
      history.note(`${accessPoint} is ${state}`);
      if (state === 'unlocked') this.#freed(id, accessPoint);
    };
    this.#members = new Members(dice.fork('members'), site, clock.now().wallMs, options.days);
    this.#met = new Met((pass) => this.#members.isOfTeam(pass));
    if (new Set(site.spaces.map(({ dailyCutOff }) => dailyCutOff)).size > 1)
      this.#met.count('spaces with two cut-offs');
    this.#nodes = site.controllers.map((spec) => new ControllerNode({ ...parts, output }, spec));
    this.#office = new OfficeMachine(parts);
    this.#disk = new OfficeDisk(this.#office.file, report);
    this.#visits = new VisitCheck(report);
    this.#commands = new CommandCheck(report);
    for (const node of this.#nodes) this.#watches.set(node.id, this.#watchOf(node));
    this.#backOffice = new BackOffice(this.#office, site, this.#members, dice.fork('back office'), history);
    this.#people = new People(clock, dice.fork('people'), history, this.#members, this.#nodes);
    this.#scenes = new Scenes({
      ...{ clock, history, network, met: this.#met, spaces: site.spaces },
      ...{ dice: dice.fork('scenes'), members: this.#members, nodes: this.#nodes, people: this.#people },
    });
    this.#faults = new Faults(clock, dice.fork('faults'), history, network, this.#nodes, this.#office);
    this.#hostile = new Hostile(clock, dice.fork('hostile'), history, network, site);
    network.watch = (seen) => this.#seen(seen);
  }

  async run(): Promise<Outcome> {
    const begunMs = this.#clock.now().wallMs;
    try {
      this.#office.start();
      this.#backOffice.revise(0);
      for (const node of this.#nodes) node.start();
      await this.#settled();
      this.#everyHour();
      this.#faults.start();
      if (this.#dice.chance(0.7)) this.#hostile.start();
      this.#work();
      for (let day = 0; day < this.#options.days && !this.#isOver; day++) {
        this.#people.plan();
        this.#scenes.plan();
        await this.#until(begunMs + (day + 1) * dayMs);
      }
      if (!this.#isOver) await this.#finish();
      for (const watch of this.#watches.values()) watch.look();
      return this.#outcome();
    } finally {
      this.#history.end();
      for (const node of this.#nodes) node.end();
      this.#office.end();
      this.#disk.close();
    }
  }

  get #isOver(): boolean {
    const { stopAtFirst = false, untilMs = null } = this.#options;
    if (untilMs !== null && this.#clock.now().wallMs >= untilMs) return true;
    return stopAtFirst && this.#violations.count > 0;
  }

  /** All is well from here on, and stays so until everybody knows everything. */
  async #finish(): Promise<void> {
    this.#people.goHome();
    this.#scenes.stop();
    this.#hostile.stop();
    this.#faults.stop();
    this.#history.note('all is well from here on');
    await this.#settled();
    // What all counted already tells little of whether they agree.
    this.#backOffice.revise(1, 0.2);
    const nowMs = this.#clock.now().wallMs;
    await this.#until(nowMs + hourMs);
    // Whoever never heard that the clock is right does within the hour; then nothing is under way but what is due.
    this.#backOffice.giveBack();
    await this.#until(nowMs + settleMs);
    if (!this.#isOver) this.#checkEnd();
  }

  #checkEnd(): void {
    const report = this.#violations.add.bind(this.#violations);
    for (const watch of this.#watches.values()) watch.close();
    const controllers = this.#nodes.map(({ id, journal, replica }) => ({ id, journal, replica }));
    const office = this.#office.file;
    const { revision } = this.#backOffice;
    const status = (id: string) => this.#statuses.of(id);
    this.#visits.end();
    checkBooks({ office, controllers, revision, ids: this.#members.ids(), status }, report);
    // The books are the journals' union by now, or that was told.
    const records = keptRecords(office);
    const union = unionOf(records);
    for (const record of records) if (record.controller === 'office') this.#met.record(record);
    checkOversold(union, (pass) => this.#members.supply.get(pass), report);
    const { disturbed } = this.#visits;
    const included = (record: Recorded): boolean => this.#backOffice.includes(record);
    checkAgreement({ office, controllers, disturbed, union, included, nowMs: this.#clock.now().wallMs }, report);
  }

  #outcome(): Outcome {
    const { seed, days } = this.#options;
    return {
      seed,
      days,
      taps: this.#people.taps,
      faults: this.#faults.count + this.#hostile.count,
      records: this.#records,
      violations: this.#violations.count,
      history: this.#history.digest(),
      met: this.#met.counts,
      found: this.#violations.found,
    };
  }

  /** From one instant at which something happens to the next. */
  async #until(endMs: number): Promise<void> {
    const wallMs = Math.min(endMs, this.#options.untilMs ?? Number.POSITIVE_INFINITY);
    for (;;) {
      const nextMs = this.#clock.untilNextMs();
      const leftMs = wallMs - this.#clock.now().wallMs;
      if (nextMs === undefined || nextMs > leftMs || this.#isOver) break;
      this.#clock.advance(nextMs);
      if (this.#waiting.length > 0) await this.#settled();
    }
    const leftMs = wallMs - this.#clock.now().wallMs;
    if (leftMs > 0 && !this.#isOver) this.#clock.advance(leftMs);
  }

  /** Before each piece of work every promise has come to where it waits for virtual time: so each takes the same turns. */
  async #settled(): Promise<void> {
    for (let work = this.#waiting.shift(); work !== undefined; work = this.#waiting.shift()) {
      await turn();
      await work();
      await turn();
    }
  }

  #work(): void {
    const minutes = (from: number, to: number): number => this.#dice.between(from, to) * 60_000;
    const revise = (): void => {
      this.#clock.after('office revises', minutes(60, 360), () => {
        this.#backOffice.revise(this.#dice.between(1, 4));
        revise();
      });
    };
    const command = (): void => {
      this.#clock.after('office commands', minutes(10, 150), () => {
        this.#backOffice.command();
        command();
      });
    };
    revise();
    command();
  }

  #everyHour(): void {
    this.#clock.after('checkers look', hourMs, () => {
      for (const watch of this.#watches.values()) watch.look();
      this.#everyHour();
    });
  }

  #watchOf(node: ControllerNode): JournalWatch {
    const { id, journal, spec } = node;
    const spaces = new Map(spec.doors.map((door) => [door.id, door.space]));
    return new JournalWatch(
      { id, site: siteId, journal, spaces, now: () => node.time.now() },
      {
        report: this.#violations.add.bind(this.#violations),
        onOfficeDisk: (controller, epoch) => this.#disk.has(controller, epoch),
        record: (record, hash) => {
          this.#records += 1;
          this.#history.note(`${record.controller} has recorded ${record.seq} ${record.type}`, hash);
          this.#visits.record(record);
          this.#met.record(record);
          this.#commands.record(record);
        },
      },
    );
  }

  #freed(id: string, accessPoint: string): void {
    const node = this.#nodes.find((one) => one.id === id);
    const door = node?.spec.doors.find((one) => one.id === accessPoint);
    // A fail-safe line falls open when its daemon is gone.
    if (node === undefined || (door?.failSafe === true && !node.runs)) return;
    this.#watches.get(id)?.freed(accessPoint);
  }

  #seen(seen: Seen): void {
    if (seen.from === officeNode) this.#disk.acknowledges(seen.topic, seen.payload);
    else this.#statuses.heard(seen.from, seen.topic, seen.payload);
    this.#hostile.hear(seen);
  }

  #letGo(node: string): void {
    if (node === officeNode) this.#disk.close();
    else this.#watches.get(node)?.close();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
