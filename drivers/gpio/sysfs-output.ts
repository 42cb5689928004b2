// An output of sysfs. It keeps its level when the process ends, so it stays safe where it was left safe; and a process that
// dies leaves it as it was, which is why a keeper drives it.

import { existsSync } from 'node:fs';
import { failed } from './chardev-line.ts';
import { GpioError } from './gpio-error.ts';
import { type GpioLine, type GpioOutput, lineWords } from './line.ts';
import { lineFolder, type OnoffLine, type SysfsPlace, takeLine } from './sysfs-line.ts';

export class SysfsOutput implements GpioOutput {
  readonly #place: SysfsPlace;
  readonly #line: GpioLine;
  #taken: OnoffLine | null = null;
  #active = false;

  constructor(place: SysfsPlace, line: GpioLine) {
    this.#place = place;
    this.#line = line;
  }

  get held(): boolean {
    return this.#taken !== null;
  }

  drive(active: boolean): void {
    this.#active = active;
    // Levels of the pin, whatever is the active one.
    const level = active === this.#line.activeLow ? 'low' : 'high';
    try {
      this.#taken ??= takeLine(this.#place, this.#line, level);
      if (this.#taken.direction() !== 'out') this.#taken.setDirection(level);
      this.#taken.writeSync(active ? 1 : 0);
    } catch (error) {
      throw this.#refused(error, 'could not be driven');
    }
  }

  check(): void {
    if (this.#taken === null) return;
    try {
      if (this.#taken.direction() === 'out' && (this.#taken.readSync() === 1) === this.#active) return;
    } catch (error) {
      throw this.#refused(error, 'cannot be read back');
    }
    const folder = lineFolder(this.#place, this.#line);
    const words = `another program writes to ${folder}, or its wiring is wrong`;
    throw new GpioError('line-moved', `${lineWords(this.#line)} is not as it was set: ${words}`);
  }

  /** It stays exported, at its level: unexported, it would be an input, and nobody drives its lock. */
  release(): void {
    this.#taken = null;
  }

  /** What onoff opened is closed only where the line is not exported any more: else it would unexport, and let go of, it. */
  #refused(error: unknown, did: string): GpioError {
    if (this.#taken !== null && !existsSync(lineFolder(this.#place, this.#line))) {
      this.#taken.unexport();
      this.#taken = null;
    }
    return failed(lineWords(this.#line), did, error);
  }
}
