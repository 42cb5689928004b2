// A program that has no file descriptor left when its keeper is to start, and frees them once the fault was reported.

import { closeSync, openSync } from 'node:fs';
import { seededRandom } from '../../../dist/daemon/clock/random.js';
import { realClock } from '../../../dist/daemon/clock/real.js';
import { KeeperLink } from '../../../dist/drivers/keeper/keeper-link.js';

const [file = ''] = process.argv.slice(2);
// What is loaded or opened at its first use must be there before nothing can be opened any more.
console.log('begun');
const taken = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch (error) {
  console.log(`taken all: ${error.code}`);
}
const link = new KeeperLink(
  [{ accessPoint: 'shut', failSafe: false, output: { driver: 'simulated', file } }],
  realClock(() => true),
  seededRandom('starved'),
  {
    fault: (accessPoint, { code }) => {
      console.log(`fault ${accessPoint} ${code}`);
      for (const handle of taken.splice(0)) closeSync(handle);
    },
    restored: (accessPoint) => console.log(`restored ${accessPoint}`),
    lapsed: (silentMs) => console.log(`lapsed ${silentMs}`),
  },
);
await link.ready;
console.log('holds');
await link.close();
