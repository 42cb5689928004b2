// Runs a scenario through the daemon's own code on a virtual clock: the real journal and replica, doors without hardware.
// The same scenario prints the same lines, but for the names of its own that a run gives itself.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCredential } from '../../access/credential.ts';
import type { Script } from '../../config/scenario/script.ts';
import type { InputName, ReplicaDocument, ScenarioStep } from '../../config/types.ts';
import { MemoryLocks } from '../../drivers/simulated/memory-lock.ts';
import { seededRandom } from '../clock/random.ts';
import { VirtualClock } from '../clock/virtual.ts';
import { replicaOf } from './document-replica.ts';
import { Life } from './life.ts';
import { Printer } from './printer.ts';

/**
 * Runs a script step by step: whoever takes the count of steps done decides when to go on, so that what prints them is
 * never ahead of what reads them.
 * @param print takes one line at a time.
 * @param log what the daemon would tell its log.
 */
export function* replaying(
  script: Script,
  print: (line: string) => void,
  log: (message: string) => void,
): Generator<number> {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-replay-'));
  try {
    yield* new Replay(script, join(folder, 'journal.db'), print, log).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Replay {
  readonly #script: Script;
  readonly #file: string;
  readonly #clock: VirtualClock;
  readonly #random;
  readonly #printer: Printer;
  readonly #locks: MemoryLocks;
  readonly #log: (message: string) => void;
  readonly #inputs = new Map<string, { accessPoint: string; input: InputName; active: boolean }>();
  #document: Script['replica'];
  #trueMs: number;

  constructor(script: Script, file: string, print: (line: string) => void, log: (message: string) => void) {
    this.#script = script;
    this.#file = file;
    this.#log = log;
    this.#document = script.replica;
    this.#trueMs = script.firstMs ?? 0;
    this.#clock = new VirtualClock(this.#trueMs);
    this.#random = seededRandom(`replay ${script.config.site}/${script.config.controller}`);
    this.#printer = new Printer(print);
    const lines = script.config.accessPoints.map(({ id, lock }) => ({ accessPoint: id, failSafe: lock.failSafe }));
    this.#locks = new MemoryLocks(lines, (id, state) => this.#printer.output(id, state, this.#clock.now().wallMs));
    for (const { id, contact } of script.config.accessPoints) {
      if (contact !== null) this.#inputs.set(`${id} contact`, { accessPoint: id, input: 'contact', active: false });
    }
  }

  *run(): Generator<number> {
    let life = this.#begin();
    try {
      let done = 0;
      for (const step of this.#script.steps()) {
        this.#clock.advance(step.atMs - this.#trueMs);
        this.#trueMs = step.atMs;
        if (step.restart !== undefined) life = this.#restart(life, step.restart);
        else this.#act(step, life);
        this.#printer.flush();
        yield ++done;
      }
    } finally {
      life.end();
    }
  }

  #begin(): Life {
    const life = new Life({
      config: this.#script.config,
      file: this.#file,
      clock: this.#clock,
      random: this.#random,
      replica: replicaOf(this.#document),
      locks: this.#locks,
      recorded: (events) => this.#printer.events(events),
      log: this.#log,
    });
    life.controller.start({}, () => {
      for (const { accessPoint, input, active } of this.#inputs.values())
        life.controller.input(accessPoint, input, active);
    });
    return life;
  }

  #restart(life: Life, how: 'crash' | 'clean'): Life {
    if (how === 'clean') life.controller.stop();
    this.#locks.fall();
    // The end of one life is before the records of the next.
    this.#printer.flush();
    life.end();
    return this.#begin();
  }

  #act(step: ScenarioStep, life: Life): void {
    const { controller } = life;
    if (step.present !== undefined) controller.tap(step.present.reader, parseCredential(step.present.credential));
    if (step.input !== undefined) {
      const { accessPoint, input, active } = step.input;
      this.#inputs.set(`${accessPoint} ${input}`, step.input);
      controller.input(accessPoint, input, active);
    }
    if (step.replica !== undefined) this.#arrived(step.replica, life);
    if (step.clock !== undefined) {
      const byMs = step.clock.setMs - this.#clock.now().wallMs;
      this.#clock.step(step.clock.setMs, step.clock.synchronised);
      controller.record([{ type: 'clock.stepped', data: { byMs, synchronised: step.clock.synchronised } }]);
      controller.clockStepped();
    }
    if (step.command !== undefined) {
      const { command, order } = step.command;
      controller.command(command, order ?? undefined);
    }
  }

  /** An older revision is refused, as the daemon refuses it (interfaces.md section 6). */
  #arrived(document: ReplicaDocument, life: Life): void {
    const { revision } = this.#document;
    if (document.revision < revision) {
      const detail = `revision ${document.revision}, here is ${revision}`;
      const data = { reason: 'older-revision', detail, count: 1 };
      life.controller.record([{ type: 'replica.refused', data }]);
      return;
    }
    this.#document = document;
    life.replicaArrived(replicaOf(document));
  }
}
