// The far side of a pseudo-terminal that a real socat joins to the one that the controller reads: a card reader, which
// keeps a book of what it wrote when. The near side is held open, too: a terminal that nobody has open hangs up.

import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 20_000;

export class Cable {
  #folder;
  #reader;
  #socat;
  #near;
  #far;

  static async plugged(folder, reader) {
    const cable = new Cable();
    await cable.#plug(folder, reader);
    return cable;
  }

  /** false: nobody has read for so long that the line takes nothing more. What was written is in the book. */
  write({ card, credential }) {
    const text = `${card}\r\n`;
    const at = Date.now();
    try {
      if (writeSync(this.#far, text) < text.length) throw new Error('the line took half a card');
    } catch (error) {
      if (error.code === 'EAGAIN') return false;
      throw error;
    }
    const line = { at, reader: this.#reader, card, credential };
    appendFileSync(join(this.#folder, 'taps.jsonl'), `${JSON.stringify(line)}\n`);
    return true;
  }

  async close() {
    for (const end of [this.#near, this.#far]) if (end !== undefined) closeSync(end);
    this.#socat?.kill('SIGTERM');
    await this.#gone;
  }

  #gone = Promise.resolve();

  async #plug(folder, reader) {
    this.#folder = folder;
    this.#reader = reader;
    const ends = [join(folder, reader), join(folder, `${reader}-far`)];
    const command = ['--pdeathsig', 'KILL', 'socat', ...ends.map((end) => `pty,raw,echo=0,link=${end}`)];
    this.#socat = spawn('setpriv', command, { stdio: 'ignore' });
    this.#gone = new Promise((resolve) => {
      this.#socat.on('error', resolve);
      this.#socat.on('exit', resolve);
    });
    const endMs = performance.now() + patienceMs;
    while (!ends.every((end) => existsSync(end))) {
      if (performance.now() > endMs) throw new Error('socat did not join the two terminals');
      await wait(10);
    }
    const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
    this.#near = openSync(ends[0], O_RDWR | O_NOCTTY | O_NONBLOCK);
    this.#far = openSync(ends[1], O_RDWR | O_NOCTTY | O_NONBLOCK);
  }
}
