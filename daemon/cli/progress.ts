// One line on a terminal that says how far long work is. Nothing where stderr is no terminal, nothing beside JSON, and
// nothing left of it at the end. It is drawn at most ten times a second, and only when the work says something.

import type { Clock } from '../../access/clock.ts';

/** stderr, where a person looks at it. */
export interface Terminal {
  /** Its width now, in characters. */
  readonly columns: number;
  write(text: string): void;
}

export interface ProgressTools {
  readonly clock: Clock;
  readonly terminal: Terminal | null;
}

const leastMs = 100;

export class Progress {
  readonly #clock: Clock;
  readonly #terminal: Terminal | null;
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #stage = '';
  /** Characters on the line now. */
  #width = 0;

  /** @param quiet never to draw: the output is for a program. */
  constructor({ clock, terminal }: ProgressTools, quiet = false) {
    this.#clock = clock;
    this.#terminal = quiet ? null : terminal;
  }

  /** @param stage what is being done, in words. @param total 0 where it is not known. */
  show(stage: string, done: number, total: number): void {
    if (this.#terminal === null) return;
    const nowMs = this.#clock.now().sinceBootMs;
    if (stage === this.#stage && nowMs - this.#drawnAtMs < leastMs) return;
    this.#drawnAtMs = nowMs;
    this.#stage = stage;
    const share = total > 0 ? ` ${Math.floor((Math.min(done, total) / total) * 100)} %` : '';
    this.#draw(this.#terminal, `${stage}${share}`);
  }

  /** Takes the line away; what is shown afterwards begins a new one. */
  clear(): void {
    if (this.#terminal === null || this.#width === 0) return;
    this.#terminal.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
    this.#stage = '';
  }

  #draw(terminal: Terminal, text: string): void {
    // The last column stays free: some terminals begin a new line behind it.
    const shown = text.slice(0, Math.max(terminal.columns - 1, 0));
    terminal.write(`\r${shown.padEnd(this.#width)}`);
    this.#width = Math.max(shown.length, this.#width);
  }
}

/** Shows progress for as long as `work` runs. */
export async function withProgress<T>(
  tools: ProgressTools,
  quiet: boolean,
  work: (progress: Progress) => T | Promise<T>,
): Promise<T> {
  const progress = new Progress(tools, quiet);
  try {
    return await work(progress);
  } finally {
    progress.clear();
  }
}
