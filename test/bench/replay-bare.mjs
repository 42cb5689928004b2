// The decisions of a year, and nothing around them: node replay-bare.mjs TAPS FOLDER. Prints how many it made.

import { join } from 'node:path';
import { parseCredential } from '../../dist/access/credential.js';
import { parseScenario } from '../../dist/config/load.js';
import { seededRandom } from '../../dist/daemon/clock/random.js';
import { VirtualClock } from '../../dist/daemon/clock/virtual.js';
import { replicaOf } from '../../dist/daemon/replay/document-replica.js';
import { Life } from '../../dist/daemon/replay/life.js';
import { MemoryLocks } from '../../dist/drivers/simulated/memory-lock.js';
import { scenarioHead, tapsOfYear } from './year.mjs';

const [, , taps, folder] = process.argv;
const { scenario } = parseScenario(JSON.stringify({ ...scenarioHead(), steps: [] }), 'year.json');
const { config, replica } = scenario;
const locks = new MemoryLocks(
  config.accessPoints.map(({ id }) => ({ accessPoint: id, failSafe: false })),
  () => {},
);
let clock;
let life;
let decided = 0;
for (const { at, reader, credential } of tapsOfYear(Number(taps))) {
  if (life === undefined) {
    clock = new VirtualClock(at);
    const log = (message) => {
      throw new Error(message);
    };
    const parts = { config, file: join(folder, 'bare.db'), clock, random: seededRandom('bare'), locks, log };
    life = new Life({ ...parts, replica: replicaOf(replica), recorded: () => {} });
    life.controller.start();
  }
  clock.advance(at - clock.now().wallMs);
  life.controller.tap(reader, parseCredential(credential));
  decided += 1;
}
life?.end();
process.stdout.write(`${decided}\n`);
