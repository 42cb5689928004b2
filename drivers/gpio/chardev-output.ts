// An output on the character device: driven from the moment in which it is taken, and nobody else's from then on.

import { ChardevLine, failed } from './chardev-line.ts';
import type { DevChip } from './dev-chips.ts';
import { GpioError } from './gpio-error.ts';
import { type GpioLine, type GpioOutput, lineWords } from './line.ts';
import { outputRequest } from './uapi.ts';

export class ChardevOutput implements GpioOutput {
  readonly #chip: DevChip;
  readonly #line: GpioLine;
  readonly #consumer: string;
  #taken: ChardevLine | null = null;
  #active = false;

  constructor(chip: DevChip, line: GpioLine, consumer: string) {
    this.#chip = chip;
    this.#line = line;
    this.#consumer = consumer;
  }

  get held(): boolean {
    return this.#taken !== null;
  }

  drive(active: boolean): void {
    this.#active = active;
    if (this.#taken === null) {
      const { line, activeLow } = this.#line;
      const request = outputRequest({ line, activeLow, consumer: this.#consumer }, active);
      this.#taken = ChardevLine.take(this.#chip, this.#line, request);
      return;
    }
    try {
      this.#taken.set(active);
    } catch (error) {
      throw this.#lose(error, 'could not be driven');
    }
  }

  check(): void {
    if (this.#taken === null) return;
    let active: boolean;
    try {
      active = this.#taken.get();
    } catch (error) {
      throw this.#lose(error, 'cannot be read back');
    }
    if (active !== this.#active) {
      throw new GpioError(
        'line-moved',
        `${lineWords(this.#line)} is not at the level that was set: look at its wiring`,
      );
    }
  }

  #lose(error: unknown, did: string): GpioError {
    this.#taken?.release();
    this.#taken = null;
    return failed(lineWords(this.#line), did, error);
  }
}
