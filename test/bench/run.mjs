// npm run bench [-- --json] [--folder PARENT] [--only decision|tap|engines|replay [--taps N]|snapshot|taps-beside [--rows N]]: what people wait for, against
// the least that it can cost, and beside others. Without --only: decision, tap and engines; replay takes minutes.
// Words on stderr; with --json one figure a line on stdout. Ends with 0 whatever the figures are, 1 when it could not measure.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { say } from './figures.mjs';
import { diskFolder } from './folder.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Credentials of the sites on which a decision is measured, and of that on which a tap is. */
const sizes = [1_000, 100_000, 1_000_000, 2_000_000];
const tapSize = 1_000_000;

/** Each gives figures; what it measures is imported once it was built. */
const measures = {
  async *decision(folder) {
    const { measureDecision } = await import('./decision.mjs');
    for (const size of sizes) {
      const { file, key } = await replicaOf(folder, size);
      yield measureDecision(folder, file, key, size);
      rmSync(file);
    }
  },
  async *tap(folder) {
    const { measureTap } = await import('./tap.mjs');
    const { file, keyFile } = await replicaOf(folder, tapSize);
    yield* await measureTap(folder, file, keyFile);
  },
  async *engines() {
    const { measureEngines } = await import('./engines.mjs');
    yield* await measureEngines();
  },
  async *replay(folder, { taps }) {
    const { measureReplay } = await import('./replay.mjs');
    yield await measureReplay(folder, taps);
  },
  async *snapshot(folder, { rows }) {
    const { measureSnapshot } = await import('./snapshot.mjs');
    yield measureSnapshot(folder, rows);
  },
  async *'taps-beside'(folder, { rows }) {
    const { measureTapsBeside } = await import('./taps-beside.mjs');
    yield* await measureTapsBeside(folder, rows);
  },
};

async function replicaOf(folder, size) {
  const { buildReplica } = await import('./members.mjs');
  const { writeSiteKey, readSiteKey } = await import('../../dist/sync/protocol/key-files.js');
  const keyFile = join(folder, 'site.key');
  if (!existsSync(keyFile)) writeSiteKey(keyFile);
  const key = readSiteKey(keyFile);
  const from = performance.now();
  const file = buildReplica(join(folder, size === tapSize ? 'replica.db' : `replica-${size}.db`), key, size);
  say(`a replica of ${size} credentials, built in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return { file, key, keyFile };
}

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      folder: { type: 'string', default: '/var/tmp' },
      only: { type: 'string' },
      taps: { type: 'string', default: '500000' },
      rows: { type: 'string', default: '1000000' },
    },
  });
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  const folder = diskFolder(values.folder);
  const tell = (figure) => {
    const { name, ours, limit, unit, ratio, goal, holds } = figure;
    say(`${name}: ${ours} ${unit} against ${limit} ${unit}, x${ratio} (goal ${goal}: ${holds ? 'holds' : 'missed'})`);
    if (values.json) process.stdout.write(`${JSON.stringify(figure)}\n`);
  };
  try {
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
    say(`in ${folder.where}; ${machine}; load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`);
    const parts = values.only === undefined ? ['decision', 'tap', 'engines'] : [values.only];
    for (const part of parts) {
      const measure = measures[part];
      if (measure === undefined) throw new Error(`--only is one of ${Object.keys(measures).join(', ')}`);
      for await (const figure of measure(folder.path, { taps: Number(values.taps), rows: Number(values.rows) }))
        tell(figure);
    }
  } finally {
    folder.remove();
  }
}

try {
  await main();
} catch (error) {
  say(`the bench could not measure: ${error instanceof Error ? error.stack : error}`);
  process.exitCode = 1;
}
