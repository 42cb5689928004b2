// Runs a scenario through the daemon's own code on a virtual clock: the real journal and replica, doors without hardware.
// The same scenario prints the same lines, but for the names of its own that a run gives itself.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCredential } from '../../access/credential.ts';
import type { InputName, Scenario, ScenarioStep } from '../../config/types.ts';
import type { Journal } from '../../db/journal/journal.ts';
import { openJournal } from '../../db/journal/open-journal.ts';
import { MemoryLocks } from '../../drivers/simulated/memory-lock.ts';
import { seededRandom } from '../clock/random.ts';
import { VirtualClock } from '../clock/virtual.ts';
import { Controller } from '../controller/controller.ts';
import { Ledger } from '../controller/ledger.ts';
import { replayKey, replicaOf } from './document-replica.ts';
import { Lifetime } from './lifetime.ts';
import { Printer } from './printer.ts';

/** One life of the daemon, from a start to a stop or a crash. */
interface Life {
  readonly clock: Lifetime;
  readonly journal: Journal;
  readonly controller: Controller;
}

/**
 * @param print takes one line at a time.
 * @param log what the daemon would tell its log.
 * @param progress told how many of how many steps are done.
 */
export function replay(
  scenario: Scenario,
  print: (line: string) => void,
  log: (message: string) => void,
  progress: (done: number, total: number) => void = () => {},
): void {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-replay-'));
  try {
    new Replay(scenario, join(folder, 'journal.db'), print, log).run(progress);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Replay {
  readonly #scenario: Scenario;
  readonly #file: string;
  readonly #clock: VirtualClock;
  readonly #random;
  readonly #printer: Printer;
  readonly #locks: MemoryLocks;
  readonly #log: (message: string) => void;
  readonly #inputs = new Map<string, { accessPoint: string; input: InputName; active: boolean }>();
  #document: Scenario['replica'];
  #trueMs: number;

  constructor(scenario: Scenario, file: string, print: (line: string) => void, log: (message: string) => void) {
    this.#scenario = scenario;
    this.#file = file;
    this.#log = log;
    this.#document = scenario.replica;
    this.#trueMs = scenario.steps[0]?.atMs ?? 0;
    this.#clock = new VirtualClock(this.#trueMs);
    this.#random = seededRandom(`replay ${scenario.config.site}/${scenario.config.controller}`);
    this.#printer = new Printer(print);
    const lines = scenario.config.accessPoints.map(({ id, lock }) => ({ accessPoint: id, failSafe: lock.failSafe }));
    this.#locks = new MemoryLocks(lines, (id, state) => this.#printer.output(id, state, this.#clock.now().wallMs));
    for (const { id, contact } of scenario.config.accessPoints) {
      if (contact !== null) this.#inputs.set(`${id} contact`, { accessPoint: id, input: 'contact', active: false });
    }
  }

  run(progress: (done: number, total: number) => void): void {
    const { steps } = this.#scenario;
    let life = this.#begin();
    for (const [done, step] of steps.entries()) {
      progress(done, steps.length);
      this.#clock.advance(step.atMs - this.#trueMs);
      this.#trueMs = step.atMs;
      if (step.restart !== undefined) life = this.#restart(life, step.restart);
      else this.#act(step, life);
      this.#printer.flush();
    }
    life.clock.end();
    life.journal.close();
  }

  #begin(): Life {
    const { config } = this.#scenario;
    const clock = new Lifetime(this.#clock);
    const { site, controller: name, epoch } = config;
    const random = this.#random;
    const { journal } = openJournal({
      file: this.#file,
      site,
      controller: name,
      epoch,
      durability: 'none',
      clock,
      random,
    });
    const log = (_level: string, message: string): void => this.#log(message);
    const controller = new Controller({
      config,
      clock,
      random,
      journal,
      replica: replicaOf(this.#document),
      credentialKey: replayKey,
      locks: this.#locks,
      ledger: new Ledger({ journal, recorded: (events) => this.#printer.events(events), log }),
      log,
    });
    controller.start();
    for (const { accessPoint, input, active } of this.#inputs.values()) controller.input(accessPoint, input, active);
    return { clock, journal, controller };
  }

  #restart(life: Life, how: 'crash' | 'clean'): Life {
    if (how === 'clean') life.controller.stop();
    life.clock.end();
    this.#locks.fall();
    life.journal.close();
    return this.#begin();
  }

  #act(step: ScenarioStep, { controller }: Life): void {
    if (step.present !== undefined) controller.tap(step.present.reader, parseCredential(step.present.credential));
    if (step.input !== undefined) {
      const { accessPoint, input, active } = step.input;
      this.#inputs.set(`${accessPoint} ${input}`, step.input);
      controller.input(accessPoint, input, active);
    }
    if (step.replica !== undefined) {
      this.#document = step.replica;
      controller.replicaArrived(replicaOf(step.replica));
    }
    if (step.clock !== undefined) {
      const byMs = step.clock.setMs - this.#clock.now().wallMs;
      this.#clock.step(step.clock.setMs, step.clock.synchronised);
      controller.record([{ type: 'clock.stepped', data: { byMs, synchronised: step.clock.synchronised } }]);
      controller.clockStepped();
    }
    if (step.command !== undefined) {
      const { type, by, ...where } = step.command;
      const reason = 'not-supported';
      controller.record([{ type: 'command.refused', data: { command: { type, by, ...where }, reason } }]);
    }
  }
}
