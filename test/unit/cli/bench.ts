// The command line in this process: arguments in, lines and a status out, on a virtual clock and a folder of its own.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputClosed } from '../../../daemon/cli/cli-error.ts';
import type { Io } from '../../../daemon/cli/io.ts';
import { main } from '../../../daemon/cli/main.ts';
import type { Terminal } from '../../../daemon/cli/progress.ts';
import type { Places } from '../../../daemon/cli/where.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';

export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-cli-'));
  readonly clock = new VirtualClock(Date.parse('2026-03-02T12:00:00Z'));
  places: Places;
  /** One for all runs: two commands never give the same id. */
  readonly #random = seededRandom('cli');
  readonly out: string[] = [];
  readonly err: string[] = [];
  /** From this many lines on, nobody reads stdout any more. */
  closesAfter = Number.POSITIVE_INFINITY;
  /** What stderr is: no terminal, unless a test gives one. */
  terminal: Terminal | null = null;
  stop: () => void = () => {};
  /** Called whenever a command pauses to let its output be taken. */
  paused: () => void = () => {};

  constructor() {
    const dataDir = join(this.folder, 'installed');
    mkdirSync(dataDir);
    this.places = {
      dataDir,
      controllerConfig: join(this.folder, 'etc-controller.yaml'),
      officeConfig: join(this.folder, 'etc-office.yaml'),
      pointerFolders: [join(this.folder, 'run'), join(this.folder, 'tmp')],
      uid: process.getuid?.() ?? 0,
      user: 'sam',
    };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs a command to its end; `out` and `err` are then those of this run. */
  run(...argv: string[]): Promise<number> {
    this.out.length = 0;
    this.err.length = 0;
    return main(argv, this.#io());
  }

  /** The config of an office with these controllers, and the keys of all. @returns its path */
  async officeConfig(...controllers: readonly string[]): Promise<string> {
    for (const name of ['office', ...controllers]) await this.run('keys', 'new', this.path(name));
    await this.run('keys', 'site', this.path('site'));
    const listed = controllers.map((id) => `{ id: ${id}, publicKeyFile: ${id}.pub }`);
    const lines = [
      'site: riverside',
      'store: sqlite:office.db',
      'upstream: { url: "mqtt://127.0.0.1:1" }',
      'signingKeyFile: office',
      'credentialKeyFile: site',
      `controllers: [${listed.join(', ')}]`,
    ];
    const config = this.path('office.yaml');
    writeFileSync(config, `${lines.join('\n')}\n`);
    return config;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #io(): Io {
    return {
      clock: this.clock,
      random: this.#random,
      places: this.places,
      terminal: this.terminal,
      out: (line) => void (this.out.length < this.closesAfter && this.out.push(line)),
      err: (line) => void this.err.push(line),
      drained: async () => {
        this.paused();
        if (this.out.length >= this.closesAfter) throw new OutputClosed();
      },
      stopSignal: () =>
        new Promise((resolve) => {
          this.stop = () => resolve('SIGINT');
        }),
    };
  }
}
