// `npm run test:vm`: Cardea as it is installed, on a machine of its own. The last line is `N passed, N failed`, and the exit
// status is 0 only where something passed and nothing failed. README.md beside this file says what it needs.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Report } from './report.mjs';
import { buildRig } from './rig/build.mjs';
import { prepareHost, rigFolder } from './rig/host.mjs';
import { Machine } from './rig/machine.mjs';
import { box } from './steps/box.mjs';
import { death } from './steps/death.mjs';
import { install } from './steps/install.mjs';
import { powerCuts } from './steps/power-cut.mjs';
import { taps } from './steps/taps.mjs';
import { upgrade } from './steps/upgrade.mjs';

/** In this order; `install` is always there, the others may be chosen. */
const steps = { install, box, taps, death, 'power-cut': powerCuts, upgrade };
/** What flock says when somebody else has the lock. */
const taken = 75;

const { values, positionals } = parseArgs({
  options: { keep: { type: 'boolean', default: false } },
  allowPositionals: true,
});

process.exitCode = process.env.CARDEA_VM_ALONE === '1' ? await run() : alone();

/** The same again, as the only one that uses the rig's folder: there is one machine at a time. */
function alone() {
  try {
    prepareHost();
  } catch (error) {
    return stop(error.message);
  }
  const lock = ['--nonblock', '--conflict-exit-code', String(taken), join(rigFolder(), 'lock')];
  const { status } = spawnSync('flock', [...lock, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, CARDEA_VM_ALONE: '1' },
  });
  return status === taken ? stop(`another test uses ${rigFolder()}: wait for it, or set CARDEA_VM_DIR`) : (status ?? 1);
}

function stop(reason) {
  console.error(reason);
  console.log('0 passed, 1 failed');
  return 1;
}

async function run() {
  const unknown = positionals.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) return stop(`no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`);
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
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
}
