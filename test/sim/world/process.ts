// A simulated process: what it does to the world goes through its ports, and each of them asks here first. It may be made to
// die at any of them, and nothing of it acts afterwards, whatever its code still does.

/** Unwinds the code of a process that is dead. */
export class Crash extends Error {
  constructor() {
    super('this process is dead');
    this.name = 'Crash';
  }
}

export interface ProcessEvents {
  /** It died at a port, or (`any`) was killed from outside. Called once. */
  died(port: string): void;
  /** Its code threw what nothing of it took: a real process would end by that. */
  threw(error: unknown): void;
}

export class SimProcess {
  readonly name: string;
  readonly #events: ProcessEvents;
  readonly #parent: SimProcess | null;
  #alive = true;
  #stepsLeft = Number.POSITIVE_INFINITY;

  /** @param parent whose thread it is: it dies with it, and its ports are the parent's, too. */
  constructor(name: string, events: ProcessEvents, parent: SimProcess | null = null) {
    this.name = name;
    this.#events = events;
    this.#parent = parent;
  }

  get alive(): boolean {
    return this.#alive && (this.#parent?.alive ?? true);
  }

  /** Dies at the `steps`th port from here. */
  arm(steps: number): void {
    this.#stepsLeft = steps;
  }

  /** One port, by a name for the history. @throws Crash when it is dead, or dies here */
  step(port: string): void {
    if (!this.passes(port)) throw new Crash();
  }

  /** The same for a port that is also passed where nobody would take what is thrown. @returns whether it lives on */
  passes(port: string): boolean {
    if (this.#parent?.passes(port) === false) return false;
    this.#stepsLeft -= 1;
    if (this.#stepsLeft <= 0) this.kill(port);
    return this.alive;
  }

  kill(port = 'any'): void {
    if (!this.alive) return;
    this.#alive = false;
    this.#events.died(port);
  }

  /** It ended in order: nothing is told, and nothing of it acts any more. */
  end(): void {
    this.#alive = false;
  }

  /** From outside: a timer, a message, a hand at a reader. What a dead one still throws is nobody's. */
  run(act: () => void): void {
    if (!this.alive) return;
    try {
      act();
    } catch (error) {
      if (this.alive && !(error instanceof Crash)) this.#events.threw(error);
    }
  }
}
