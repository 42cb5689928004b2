// An output on the character device: driven from the moment in which it is taken, and nobody else's from then on.

import { ChardevLine, failed } from './chardev-line.ts';
import type { DevChip } from './dev-chips.ts';
import type { GpioError } from './gpio-error.ts';
import { type GpioLine, type GpioOutput, lineWords } from './line.ts';
import { outputRequest } from './uapi.ts';

export class ChardevOutput implements GpioOutput {
  readonly #chip: DevChip;
  readonly #line: GpioLine;
  readonly #consumer: string;
  #taken: ChardevLine | null = null;

  constructor(chip: DevChip, line: GpioLine, consumer: string) {
    this.#chip = chip;
    this.#line = line;
    this.#consumer = consumer;
  }

  get held(): boolean {
    return this.#taken !== null;
  }

  drive(active: boolean): void {
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

  /** Nobody else can move it; its chip may be gone. */
  check(): void {
    try {
      this.#taken?.get();
    } catch (error) {
      throw this.#lose(error, 'cannot be read back');
    }
  }

  release(): void {
    this.#taken?.release();
    this.#taken = null;
  }

  #lose(error: unknown, did: string): GpioError {
    this.#taken?.release();
    this.#taken = null;
    return failed(lineWords(this.#line), did, error);
  }
}
