// `npm run test:vm`: Cardea as it is installed, on a machine of its own. The last line is `N passed, N failed`, and the exit
// status is 0 only where something passed and nothing failed. README.md beside this file says what it needs.

import { parseArgs } from 'node:util';
import { Report } from './report.mjs';
import { buildRig } from './rig/build.mjs';
import { prepareHost, rigFolder } from './rig/host.mjs';
import { takeRig } from './rig/lock.mjs';
import { Machine } from './rig/machine.mjs';
import { box } from './steps/box.mjs';
import { death } from './steps/death.mjs';
import { gpio } from './steps/gpio.mjs';
import { install } from './steps/install.mjs';
import { powerCuts } from './steps/power-cut.mjs';
import { taps } from './steps/taps.mjs';
import { upgrade } from './steps/upgrade.mjs';

/** In this order; `install` is always there, the others may be chosen. */
const steps = { install, box, taps, gpio, death, 'power-cut': powerCuts, upgrade };
const { values, positionals } = parseArgs({
  options: { keep: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const ends = ['SIGINT', 'SIGTERM', 'SIGHUP'];

// Whatever ends this process ends the machine.
for (const signal of ends) process.once(signal, () => process.exit(1));
process.exitCode = await run();

function stop(reason) {
  console.error(reason);
  console.log('0 passed, 1 failed');
  return 1;
}

async function run() {
  const unknown = positionals.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) return stop(`no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`);
  try {
    prepareHost();
    await takeRig(rigFolder());
  } catch (error) {
    return stop(error.message);
  }
  const report = new Report();
  let machine = null;
  try {
    await buildRig(rigFolder(), (line) => console.log(line));
    machine = new Machine(rigFolder());
    const from = performance.now();
    report.section('a machine like a Pi: Debian 12, systemd, Node, no compiler, no internet');
    const state = await machine.boot();
    report.note(
      `started in ${Math.round((performance.now() - from) / 1000)} s: ${state}\nlook inside: ${machine.door}`,
    );
    for (const [name, step] of Object.entries(steps)) {
      if (name !== 'install' && positionals.length > 0 && !positionals.includes(name)) continue;
      await attempt(name, step, { machine, report });
    }
    if (values.keep) await kept(machine, report);
  } catch (error) {
    await report.check('the machine', () => Promise.reject(error));
  } finally {
    await machine?.remove();
  }
  return report.sum() ? 0 : 1;
}

/** A step that cannot even be done counts as one that failed; the others are tried all the same. */
async function attempt(name, step, world) {
  try {
    await step(world);
  } catch (error) {
    await world.report.check(`the step ${name} can be done`, () => Promise.reject(error));
  }
}

function kept(machine, report) {
  report.note(`\nthe machine stays up until Ctrl-C; look inside: ${machine.door}`);
  return new Promise((resolve) => {
    for (const signal of ends) process.removeAllListeners(signal).once(signal, resolve);
  });
}
