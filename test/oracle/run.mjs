#!/usr/bin/env node
// Holds Cardea against the oracle on any number of generated sites, shared out between processes. Memory does not grow with
// their number: what is kept of a site is how often it came to what. Exit status 0 where both agreed on all of them and nothing
// was met too seldom; 1 where not, with a scenario file for each site that failed; 2 for wrong usage.

import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

const usage = `Holds Cardea against the oracle: the same generated sites and days through both, each record compared.

  npm run oracle -- [--sites N] [--seed S] [--failures F] [--jobs J] [--folder DIR]

  --sites N     how many sites (100000)
  --seed S      the first one's seed; the others' follow it (1)
  --failures F  stop a process after so many sites that differ (5)
  --jobs J      processes side by side (2)
  --folder DIR  where the smallest scenario of each site that differs is left (${join(tmpdir(), 'cardea-oracle')})

A site is its seed: --seed S --sites 1 runs it again. What the run prints at the end is how often it came to each row and reason.`;

const options = {
  sites: { type: 'string', default: '100000' },
  seed: { type: 'string', default: '1' },
  failures: { type: 'string', default: '5' },
  jobs: { type: 'string', default: '2' },
  folder: { type: 'string', default: join(tmpdir(), 'cardea-oracle') },
  part: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

function refuse(message) {
  console.error(message);
  process.exit(2);
}

function optionsGiven() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(`${error.message}\n\n${usage}`);
  }
}

const values = optionsGiven();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const [sites, seed, failures, jobs] = [values.sites, values.seed, values.failures, values.jobs].map(Number);
if (![sites, seed, failures, jobs].every((one) => Number.isSafeInteger(one) && one > 0)) {
  refuse('--sites, --seed, --failures and --jobs take a whole number above 0');
}

const server = await createServer({
  root: join(import.meta.dirname, '../..'),
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, ws: false, watch: null },
});

/** One process: its sites one after the other. */
async function runPart() {
  const { campaign, reportOf } = await server.ssrLoadModule('/test/oracle/campaign.ts');
  let failed = 0;
  for (let at = seed; at < seed + sites && failed < failures; at += 100) {
    const count = Math.min(100, seed + sites - at);
    const found = campaign(at, count, failures - failed, (one) => console.log(reportOf(one, values.folder)));
    failed += found.failures.length;
    process.send?.({
      done: count,
      failed: found.failures.length,
      reached: [...found.reached],
      memory: process.memoryUsage().rss,
    });
  }
  process.disconnect?.();
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Virtual days need a disk of their own that forgets: replays in memory where the machine has such a folder. */
const scratch = existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {};
const everyMs = 15_000;

/** The whole: shared out between processes. */
async function runAll() {
  const { missed, tableOf } = await server.ssrLoadModule('/test/oracle/reach.ts');
  let [done, failed, told] = [0, 0, Date.now()];
  const began = told;
  const reached = new Map();
  const rss = new Map();
  const tell = () => {
    const used = [...rss.values()].reduce((sum, one) => sum + one, 0);
    const perSecond = (done / (Date.now() - began)) * 1000;
    console.error(
      `${done} of ${sites} sites, ${failed} failed, ${perSecond.toFixed(1)}/s, ${Math.round(used / 1e6)} MB`,
    );
  };
  const share = Math.ceil(sites / jobs);
  const parts = Array.from({ length: jobs }, (_, index) => {
    const count = Math.min(share, sites - index * share);
    if (count <= 0) return Promise.resolve(0);
    const args = ['--part', '--sites', `${count}`, '--seed', `${seed + index * share}`, '--failures', `${failures}`];
    const child = fork(import.meta.filename, [...args, '--folder', values.folder], {
      env: { ...process.env, ...scratch },
    });
    child.on('message', (message) => {
      done += message.done;
      failed += message.failed;
      rss.set(index, message.memory);
      for (const [name, times] of message.reached) reached.set(name, (reached.get(name) ?? 0) + times);
      if (Date.now() - told < everyMs) return;
      told = Date.now();
      tell();
    });
    return new Promise((resolve) => {
      child.on('exit', (code) => resolve(code ?? 1));
    });
  });
  const codes = await Promise.all(parts);
  tell();
  console.log(tableOf(reached));
  // Few sites prove nothing of what is seldom.
  const seldom = done < 1000 ? [] : missed(reached, done);
  for (const name of seldom) console.log(`too seldom: ${name}`);
  console.log(`${done} sites from seed ${seed}: ${failed} failed`);
  process.exitCode = codes.every((code) => code === 0) && seldom.length === 0 ? 0 : 1;
}

await (values.part ? runPart() : runAll());
await server.close();
