// node main.mjs PROGRAM BACKEND: tries the ports' contract on real lines, in the guest; prints one line a sentence, and why one
// is not kept. Exit status 0 where all are.

import { inputCases } from './cases/test/contract/input.contract.js';
import { lockCases } from './cases/test/contract/lock.contract.js';
import { worldsOf } from './worlds.mjs';

const [program, backend] = process.argv.slice(2);
const worlds = await worldsOf(program, backend);
const suites = [
  ['lock', lockCases, worlds.lock],
  ['input', inputCases, () => worlds.input(false)],
  ['input, active low', inputCases, () => worlds.input(true)],
];
let failed = 0;
for (const [port, cases, build] of suites) for (const one of cases) await attempt(port, one, build);
process.exit(failed === 0 ? 0 : 1);

async function attempt(port, { name, run }, build) {
  try {
    const world = await build();
    try {
      await run(world);
    } finally {
      await world.close();
    }
    console.log(`kept   ${backend}, ${port}: ${name}`);
  } catch (error) {
    failed++;
    console.log(`BROKEN ${backend}, ${port}: ${name}\n${error.stack}`);
  }
}
