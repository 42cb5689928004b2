// A program that holds two locks through the keeper, as the daemon does, for tests that kill or stop it. It prints what
// the keeper reports, and obeys lines on its stdin: `set ACCESSPOINT STATE`, `hang MS` (the loop does not turn), `close`.

import { createInterface } from 'node:readline';
import { seededRandom } from '../../../dist/daemon/clock/random.js';
import { realClock } from '../../../dist/daemon/clock/real.js';
import { KeeperLink } from '../../../dist/drivers/keeper/keeper-link.js';

const [file = ''] = process.argv.slice(2);
const output = { driver: 'simulated', file };
const link = new KeeperLink(
  [
    { accessPoint: 'shut', failSafe: false, output },
    { accessPoint: 'free', failSafe: true, output },
  ],
  realClock(() => true),
  seededRandom('parent'),
  {
    fault: (accessPoint, { code }) => console.log(`fault ${accessPoint} ${code}`),
    restored: (accessPoint) => console.log(`restored ${accessPoint}`),
    lapsed: (silentMs) => console.log(`lapsed ${silentMs}`),
  },
);
await link.ready;
console.log(`keeper ${link.pid}`);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, first = '', second = ''] = line.split(' ');
  if (word === 'set') link.set(first, second);
  if (word === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(first));
  if (word === 'close') void link.close().then(() => process.exit(0));
});
