// One run: many controllers at one broker and one office. Cards at a steady rate; on the way two new revisions, a storm of
// broken connections, a broker that is killed, an office that is killed. Then rest, until the office has everything.

import { execFile, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Victim } from '../torture/victim.mjs';
import { makeSite, members } from './site.mjs';

const cardea = fileURLToPath(new URL('../../bin/cardea.mjs', import.meta.url));
const perProcess = 250;
const patienceMs = 600_000;
const tickMs = 100;
const tellMs = 15_000;

/** What happens, at which part of the run. */
const course = [
  { at: 0.2, what: 'a new revision', act: (run) => run.publish(2) },
  { at: 0.4, what: 'nine connections of ten break', act: (run) => run.order({ do: 'cut', part: 0.9 }) },
  { at: 0.55, what: 'the broker is killed', act: (run) => run.restart(run.broker) },
  { at: 0.7, what: 'the office is killed', act: (run) => run.restart(run.office) },
  { at: 0.85, what: 'a new revision, and half of the connections break', act: (run) => run.both(3) },
];
const lastRevision = 3;

/** Settles when the office has everything, or when it has not for too long: the books will say so. */
export async function sail(plan) {
  const url = await makeSite(plan.folder, plan.controllers);
  const run = new Run(plan, url);
  try {
    await run.begin();
    await run.sail();
  } finally {
    await run.end();
  }
  return run.figures;
}

class Run {
  #plan;
  #url;
  #children = [];
  #over = false;
  #officeRssMb = 0;
  figures = {};

  constructor(plan, url) {
    const { folder } = plan;
    this.#plan = plan;
    this.#url = url;
    const config = ['--config', join(folder, 'office.yaml')];
    this.broker = new Victim(folder, {
      name: 'broker',
      command: ['mosquitto', '-c', join(folder, 'mosquitto.conf')],
      ready: /mosquitto version .* running/,
    });
    this.office = new Victim(folder, {
      name: 'office',
      command: [process.execPath, cardea, 'office', 'run', ...config],
      ready: /^ready$/m,
    });
  }

  async begin() {
    const { say, controllers } = this.#plan;
    await this.publish(1);
    for (const victim of [this.broker, this.office]) victim.start();
    await Promise.all([this.broker.ready(), this.office.ready()]);
    for (let from = 0; from < controllers; from += perProcess)
      this.#spawn(from, Math.min(from + perProcess, controllers));
    await this.#until('all controllers are connected and have the first revision', ({ online, revision }) => {
      return online === controllers && revision >= 1;
    });
    say(`${controllers} controllers connected, ${this.#children.length} processes`);
  }

  async sail() {
    const { minutes, say } = this.#plan;
    const beganMs = performance.now();
    const runMs = minutes * 60_000;
    this.order({ do: 'tap' });
    for (const { at, what, act } of course) {
      await this.#watchUntil(beganMs + at * runMs);
      say(`${this.#words()}; now ${what}`);
      await act(this);
    }
    await this.#watchUntil(beganMs + runMs);
    this.order({ do: 'rest' });
    try {
      await this.#until(
        'the office has everything',
        ({ pending, revision }) => pending === 0 && revision === lastRevision,
      );
    } catch (error) {
      say(error.message);
    }
    const seconds = (performance.now() - beganMs) / 1000;
    const { events, revision } = this.#sum();
    say(`${this.#words()}; ${seconds.toFixed(1)} s in all`);
    this.figures = { seconds, perSecond: events / seconds, officeRssMb: this.#officeRssMb, revision, lastRevision };
  }

  async end() {
    this.#over = true;
    for (const { child } of this.#children) if (child.connected) child.send({ do: 'end' });
    await Promise.all(this.#children.map(({ gone }) => Promise.race([gone, wait(20_000, undefined, { ref: false })])));
    for (const { child } of this.#children) child.kill('SIGKILL');
    await Promise.all([this.office.end(), this.broker.end()]);
  }

  order(order) {
    for (const { child } of this.#children) child.send(order);
  }

  async publish(revision) {
    const { folder } = this.#plan;
    const file = join(folder, 'members.json');
    writeFileSync(file, members(revision));
    const args = [cardea, 'office', 'import', file, '--config', join(folder, 'office.yaml')];
    await promisify(execFile)(process.execPath, args);
  }

  async restart(victim) {
    await victim.kill();
    victim.start();
    await victim.ready();
  }

  async both(revision) {
    this.order({ do: 'cut', part: 0.5 });
    await this.publish(revision);
  }

  #spawn(from, to) {
    const { folder, seed, tapsPerMinute } = this.#plan;
    const plan = { folder, url: this.#url, seed, from, to, tapsPerMinute };
    const child = fork(fileURLToPath(new URL('controllers.mjs', import.meta.url)), [JSON.stringify(plan)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const entry = { child, told: null, failed: null };
    entry.gone = new Promise((resolve) => child.on('exit', resolve));
    child.on('message', (told) => {
      entry.told = told;
    });
    child.on('exit', (status, signal) => {
      if (!this.#over) entry.failed = `a process of controllers ended with ${signal ?? status}`;
    });
    this.#children.push(entry);
  }

  #sum() {
    const told = this.#children.map((entry) => entry.told);
    if (told.includes(null)) return { events: 0, pending: 1, online: 0, revision: 0, rss: 0 };
    const sum = (key) => told.reduce((all, one) => all + one[key], 0);
    const revision = Math.min(...told.map((one) => one.revision));
    return { events: sum('events'), pending: sum('pending'), online: sum('online'), rss: sum('rss'), revision };
  }

  #words() {
    const { events, pending, online, rss } = this.#sum();
    const mb = Math.round(rss / 1e6);
    return `${events} events, ${pending} on their way, ${online} online; office ${this.#officeRssMb} MB, fleet ${mb} MB`;
  }

  async #watchUntil(atMs) {
    while (performance.now() < atMs) {
      this.#look();
      await wait(Math.min(tickMs, Math.max(atMs - performance.now(), 1)));
    }
  }

  async #until(what, holds) {
    const endMs = performance.now() + patienceMs;
    let tellAtMs = performance.now() + tellMs;
    while (!holds(this.#sum())) {
      this.#look();
      if (performance.now() > tellAtMs) {
        this.#plan.say(`${this.#words()}; waiting: ${what}`);
        tellAtMs += tellMs;
      }
      if (performance.now() > endMs)
        throw new Error(`waited ${patienceMs / 1000} s in vain: ${what} (${this.#words()})`);
      await wait(tickMs);
    }
  }

  #look() {
    const failed = this.#children.find((entry) => entry.failed !== null);
    if (failed !== undefined) throw new Error(failed.failed);
    this.#officeRssMb = Math.max(this.#officeRssMb, rssMb(this.office.pid));
  }
}

/** What the process has in memory at most, so far. */
function rssMb(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
