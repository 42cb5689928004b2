// Locks and inputs on lines of the simulated chip, held by the installed program, for the contract of the ports.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { clearTrace, levelsOf, readTrace } from './levels.mjs';

export const chip = 'pinctrl-bcm2711';
const outside = '/run/gpio-sim';
const oldClass = '/sys/class/gpio';
/** Nothing but these lines is touched: the doors of this machine have others. */
const places = { shut: { line: 8, activeLow: false }, free: { line: 9, activeLow: true } };
const inputLine = 10;
/** As long as a config allows: this machine is slow. */
const debounceMs = 400;

/** @param program the installed program's folder. */
export async function worldsOf(program, backend) {
  const { KeeperLink } = await import(`${program}/dist/drivers/keeper/keeper-link.js`);
  const { realClock } = await import(`${program}/dist/daemon/clock/real.js`);
  const { seededRandom } = await import(`${program}/dist/daemon/clock/random.js`);
  const { openInput } = await import(`${program}/dist/drivers/registry.js`);
  const clock = realClock(() => true);
  const random = seededRandom('contract');
  const of = ({ line, activeLow }) => ({ driver: 'gpio', backend, chip, line, activeLow });
  return {
    lock: () => lockWorld((lines, events) => new KeeperLink(lines, clock, random, events), of),
    input: (activeLow) =>
      inputWorld(
        (config) => openInput({ accessPoint: 'door', name: 'contact' }, config, { clock, random }),
        of,
        activeLow,
      ),
  };
}

async function lockWorld(start, of) {
  const lines = Object.entries(places).map(([accessPoint, place]) => ({
    accessPoint,
    failSafe: accessPoint === 'free',
    output: of(place),
  }));
  clearTrace();
  const faults = [];
  const link = start(lines, {
    fault: (accessPoint, { code, message }) => faults.push(`${accessPoint}: ${code}: ${message}`),
    restored: () => {},
    lapsed: (silentMs) => faults.push(`silent for ${silentMs} ms`),
  });
  await link.ready;
  return {
    sink: link,
    states: (accessPoint) => {
      const { line, activeLow } = places[accessPoint];
      const levels = levelsOf(readTrace(), line, persists());
      return levels.map(({ level }) => ((level === 1) !== activeLow ? 'unlocked' : 'locked'));
    },
    end: () => link.close(),
    close: async () => {
      await link.close();
      for (const { line } of Object.values(places)) unexport(line);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}

async function inputWorld(open, of, activeLow) {
  const set = (active) =>
    writeFileSync(`${outside}/sim_gpio${inputLine}/pull`, active === activeLow ? 'pull-down' : 'pull-up');
  set(false);
  const input = await open({ ...of({ line: inputLine, activeLow }), debounceMs });
  let active = false;
  return {
    input,
    move: async (to) => {
      active = to;
      set(to);
    },
    flicker: async () => {
      for (let turn = 0; turn < 3; turn++) {
        for (let time = 0; time < 5; time++) {
          set(!active);
          set(active);
        }
        await wait(20);
      }
    },
    settled: () => wait(3 * debounceMs),
    close: () => input.close(),
  };
}

function persists() {
  return readFileSync('/sys/module/gpio_sim/parameters/persist_outputs', 'utf8').startsWith('Y');
}

/** As an admin would who gives the line to another backend. */
export function unexport(line) {
  const own = readdirSync(oldClass).find((name) => labelOf(name) === chip);
  const number = Number(readFileSync(`${oldClass}/${own}/base`, 'utf8')) + line;
  if (existsSync(`${oldClass}/gpio${number}`)) writeFileSync(`${oldClass}/unexport`, String(number));
}

function labelOf(name) {
  const file = `${oldClass}/${name}/label`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}
