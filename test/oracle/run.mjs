#!/usr/bin/env node
// Holds Cardea against the oracle on any number of generated sites: run.mjs [--sites N] [--seed S] [--failures F] [--jobs J]
// Exit status 0 where both agreed on all of them; 1 where not, with a scenario file for each that failed; 2 for wrong usage.

import { fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

const { values } = parseArgs({
  options: {
    sites: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    failures: { type: 'string', default: '5' },
    jobs: { type: 'string', default: '2' },
    folder: { type: 'string', default: join(tmpdir(), 'cardea-oracle') },
    part: { type: 'boolean', default: false },
  },
});
const [sites, seed, failures, jobs] = [values.sites, values.seed, values.failures, values.jobs].map(Number);
if (![sites, seed, failures, jobs].every((one) => Number.isSafeInteger(one) && one > 0)) {
  console.error('--sites, --seed, --failures and --jobs take a whole number above 0');
  process.exit(2);
}

/** One process: its sites one after the other. */
async function runPart() {
  const server = await createServer({
    root: join(import.meta.dirname, '../..'),
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, ws: false, watch: null },
  });
  const { campaign, reportOf } = await server.ssrLoadModule('/test/oracle/campaign.ts');
  let failed = 0;
  for (let at = seed; at < seed + sites && failed < failures; at += 100) {
    const found = campaign(at, Math.min(100, seed + sites - at), failures - failed, (one) =>
      console.log(reportOf(one, values.folder)),
    );
    failed += found.length;
    process.send?.({ done: Math.min(100, seed + sites - at), failed: found.length });
  }
  await server.close();
  process.disconnect?.();
  process.exitCode = failed === 0 ? 0 : 1;
}

/** The whole: shared out between processes. */
async function runAll() {
  let [done, failed] = [0, 0];
  const share = Math.ceil(sites / jobs);
  const parts = Array.from({ length: jobs }, (_, index) => {
    const count = Math.min(share, sites - index * share);
    if (count <= 0) return Promise.resolve(0);
    const args = ['--part', '--sites', `${count}`, '--seed', `${seed + index * share}`, '--failures', `${failures}`];
    const child = fork(import.meta.filename, [...args, '--folder', values.folder]);
    child.on('message', (message) => {
      done += message.done;
      failed += message.failed;
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${sites} sites, ${failed} failed `);
    });
    return new Promise((resolve) => {
      child.on('exit', (code) => resolve(code ?? 1));
    });
  });
  const codes = await Promise.all(parts);
  if (process.stderr.isTTY) process.stderr.write('\n');
  console.log(`${done} sites from seed ${seed}: ${failed} failed`);
  process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
}

await (values.part ? runPart() : runAll());
