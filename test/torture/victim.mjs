// A program that is killed again and again, and comes back each time: `cardea run`, `cardea office run`, mosquitto. Its lives
// stand in the diary. It dies with this process, however this process ends.

import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a start may take before the run fails. */
const patienceMs = 60_000;
const pollMs = 10;

export class Victim {
  #folder;
  #what;
  #child = null;
  #over = null;
  #log;
  /** How far its log was read, what this life has said there, and whether that it works. */
  #logEnd = 0;
  #said = '';
  #works = false;

  /** @param what name; command with its arguments; ready: what its log says once it works; longestMs: it is killed before */
  constructor(folder, what) {
    this.#folder = folder;
    this.#what = what;
    this.#log = join(folder, 'logs', `${what.name}.log`);
  }

  get name() {
    return this.#what.name;
  }

  get pid() {
    return this.#child?.pid;
  }

  /** How long it may live once it works. */
  get longestMs() {
    return this.#what.longestMs;
  }

  /** A new life. Settles at once. */
  start() {
    const log = openSync(this.#log, 'a');
    this.#logEnd = fstatSync(log).size;
    this.#said = '';
    this.#works = false;
    const command = ['--pdeathsig', 'KILL', ...this.#what.command];
    // A process group of its own: whatever it starts can be told to be gone.
    const child = spawn('setpriv', command, { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    this.#child = child;
    this.#over = new Promise((resolve) => {
      child.on('error', (error) => resolve(String(error)));
      child.on('exit', (status, signal) => resolve(signal ?? status));
    });
    this.#note('started');
  }

  /** Settles when it works. @throws where it ends before, or never does */
  async ready() {
    const endMs = performance.now() + patienceMs;
    while (!this.#works) {
      const ended = await Promise.race([this.#over, wait(pollMs)]);
      this.#read();
      if (this.#what.ready.test(this.#said)) {
        this.#works = true;
        this.#note('ready');
      } else if (ended !== undefined || performance.now() > endMs) {
        const how =
          ended === undefined ? `did not work within ${patienceMs / 1000} s` : `ended by itself with ${ended}`;
        throw new Error(`${this.name} ${how}: ${this.#said.slice(-1_000)}`);
      }
    }
  }

  /** Settles when it is dead. @throws where it had ended by itself */
  async kill() {
    const ended = await Promise.race([this.#over, wait(0)]);
    if (ended !== undefined) throw new Error(`${this.name} ended by itself with ${ended}; its log is ${this.#log}`);
    this.#child.kill('SIGKILL');
    this.#note('killed');
    await this.#over;
  }

  /** Ends what is left of it; settles when nothing is: a keeper ends by itself, as soon as its daemon has. */
  async end() {
    if (this.#child?.pid === undefined) return;
    this.#child.kill('SIGKILL');
    await this.#over;
    for (let waited = 0; waited < 3_000 && this.#left(0); waited += pollMs) await wait(pollMs);
    this.#left('SIGKILL');
  }

  /** Whether there is still something of its group, which gets the signal. */
  #left(signal) {
    try {
      process.kill(-this.#child.pid, signal);
      return true;
    } catch {
      return false;
    }
  }

  #note(what) {
    const line = { at: Date.now(), name: this.name, what };
    appendFileSync(join(this.#folder, 'diary.jsonl'), `${JSON.stringify(line)}\n`);
  }

  /** What its log has gained since. */
  #read() {
    const file = openSync(this.#log, 'r');
    const chunk = Buffer.alloc(65_536);
    try {
      for (;;) {
        const bytes = readSync(file, chunk, 0, chunk.length, this.#logEnd);
        if (bytes === 0) return;
        this.#logEnd += bytes;
        this.#said = (this.#said + chunk.toString('utf8', 0, bytes)).slice(-100_000);
      }
    } finally {
      closeSync(file);
    }
  }
}
