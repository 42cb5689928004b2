// The office as a process of its own, from the build, for tests that kill it: `CONFIG`, or `CONFIG stop-after-commit`, which
// stands still for ever between its first commit and its acknowledgement. Says on stdout how far it is.

import { loadOfficeConfig } from '../../../dist/config/load.js';
import { systemRandom } from '../../../dist/daemon/clock/random.js';
import { realClock } from '../../../dist/daemon/clock/real.js';
import { runOffice } from '../../../dist/sync/office/run.js';

const [file = '', fault = ''] = process.argv.slice(2);
const { config } = loadOfficeConfig(file);
const standStill = () => {
  process.stdout.write('committed\n', () => {});
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
try {
  const office = await runOffice(config, {
    clock: realClock(() => true),
    random: systemRandom,
    log: (level, message) => console.log(`${level} ${message}`),
    ...(fault === 'stop-after-commit' ? { faults: { afterCommit: standStill } } : {}),
  });
  console.log('running');
  process.on('SIGTERM', () => {
    void office.stop().then(() => console.log('stopped'));
  });
} catch (error) {
  console.log(`refused ${error.code} ${error.message}`);
  process.exitCode = 1;
}
