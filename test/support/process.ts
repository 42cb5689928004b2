// Real processes in a test: started, listened to line by line, signalled by their own id, and gone when the test is over.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One running program. What it prints, on stdout and stderr, is kept line by line in `lines`, in the order of arrival. */
export class Program {
  readonly lines: string[] = [];
  /** Settles with the exit status, or the name of the signal that ended it. */
  readonly exit: Promise<number | string>;
  readonly #child: ChildProcess;
  readonly #name: string;
  #status: number | string | undefined;

  constructor(command: string, args: readonly string[], options: ProgramOptions = {}) {
    this.#name = [command, ...args].join(' ');
    this.#child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: 'pipe',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.#child.stdin?.on('error', (error) => this.lines.push(`stdin: ${error.message}`));
    this.exit = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (status, signal) => {
        this.#status = signal ?? status ?? 0;
        resolve(this.#status);
      });
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`not running: ${this.#name}`);
    return pid;
  }

  /** Writes to its stdin. */
  write(text: string | Uint8Array): void {
    this.#child.stdin?.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Settles with the first line that fits; fails as soon as the program has ended without one. */
  async line(pattern: RegExp): Promise<string> {
    const found = await eventually(`a line like ${pattern} from ${this.#name}`, () => {
      const line = this.lines.find((one) => pattern.test(one));
      return line ?? (this.#status === undefined ? undefined : null);
    });
    if (found !== null) return found;
    throw new Error(`no line like ${pattern}; ${this.#name} ended with ${this.#status}:\n${this.lines.join('\n')}`);
  }

  /** Ends it by force if it still runs; settles when it is gone. */
  async end(): Promise<void> {
    if (this.#status === undefined) {
      this.#child.kill('SIGCONT');
      this.#child.kill('SIGKILL');
    }
    await this.exit;
  }
}
