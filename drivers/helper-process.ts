// One life of a helper of the daemon: a program of this build, run by Node beside the daemon. Its end is reported once and
// never within a call, whatever ended it; so is a start that fails.

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DriverError, type DriverErrorCode } from './driver-error.ts';

/** The last of what it said on stderr, in UTF-16 code units: the reason of its death. */
const maxReasonLength = 2_000;

/**
 * A helper's program: beside its driver in the build; from the source tree, where Node cannot run it, that of the build.
 * @param path in this folder, as `keeper/keeper-main`.
 * @param what names it in the error.
 * @throws DriverError of this code, where it is not there
 */
export function helperProgram(path: string, what: string, code: DriverErrorCode): string {
  const folder = import.meta.url.endsWith('.ts') ? '../dist/drivers' : '.';
  const program = fileURLToPath(new URL(`${folder}/${path}.js`, import.meta.url));
  if (existsSync(program)) return program;
  throw new DriverError(code, `${what} is not built: ${program}; run npm run build`);
}

export interface HelperStart {
  /** Node's options, the program, and what the program is given. */
  readonly args: readonly string[];
  /** All that it sees of the environment, so that no option of Node's reaches it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
}

export class HelperProcess {
  /** null when it could not even be tried. */
  readonly child: ChildProcess | null;
  readonly #ended: (reason: string) => void;
  #reason = '';
  #over = false;

  /** @param ended with the reason in words. Nothing is to follow. */
  constructor(start: HelperStart, ended: (reason: string) => void) {
    this.#ended = ended;
    this.child = this.#start(start);
    if (this.child !== null) this.#follow(this.child);
  }

  /** Whether its end was reported. */
  get over(): boolean {
    return this.#over;
  }

  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** Words that may be the reason of its end. */
  note(text: string): void {
    this.#reason = `${this.#reason} ${text}`.trim().slice(-maxReasonLength);
  }

  #start({ args, env, stdio }: HelperStart): ChildProcess | null {
    try {
      // A session of its own, so that a terminal's Ctrl-C does not reach it; `/` as its folder, so that it keeps none busy.
      return spawn(process.execPath, args, { detached: true, env, cwd: '/', stdio });
    } catch (error) {
      queueMicrotask(() => this.#endUnstarted(error));
      return null;
    }
  }

  #follow(child: ChildProcess): void {
    child.on('error', (error) => {
      if (child.pid === undefined) this.#endUnstarted(error);
    });
    child.on('close', (status, signal) => this.#end(`it ended with ${signal ?? status} ${this.#reason}`.trim()));
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => this.note(text));
  }

  #endUnstarted(error: unknown): void {
    this.#end(`it could not be started: ${error instanceof Error ? error.message : error}`);
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#ended(reason);
  }
}
