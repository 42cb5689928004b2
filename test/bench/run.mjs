// npm run bench [-- --json] [--folder PARENT] [--only PART] [--credentials N] [--taps N] [--events N] [--rows N] [--visits N] [--built]:
// what people wait for, against the least that it can cost, and beside others. PART is decision, tap, engines, replay, ingest, backlog,
// snapshot, block, history or taps-beside; without it all are measured but the replay. --credentials: decisions and blocks on that size
// only; --built: dist as it is.
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
  async *decision(folder, { credentials }) {
    const { measureDecision } = await import('./decision.mjs');
    for (const size of credentials === null ? sizes : [credentials]) {
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
  async *ingest(folder, { events }) {
    const { measureIngest } = await import('./ingest.mjs');
    yield* await measureIngest(folder, events);
  },
  async *backlog(folder, { events }) {
    const { measureBacklog } = await import('./backlog.mjs');
    yield* await measureBacklog(folder, events);
  },
  async *snapshot(folder, { rows }) {
    const { measureSnapshot } = await import('./snapshot.mjs');
    yield measureSnapshot(folder, rows);
  },
  async *history(folder, { visits }) {
    const { measureHistory } = await import('./history.mjs');
    yield* measureHistory(folder, visits);
  },
  async *block(folder, { credentials }) {
    const { measureBlock } = await import('./block.mjs');
    for (const size of credentials === null ? [1_000, 100_000] : [credentials]) yield await measureBlock(folder, size);
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

function build() {
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'];
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
}

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      folder: { type: 'string', default: '/var/tmp' },
      only: { type: 'string' },
      credentials: { type: 'string' },
      built: { type: 'boolean', default: false },
      taps: { type: 'string', default: '500000' },
      events: { type: 'string', default: '100000' },
      rows: { type: 'string', default: '1000000' },
      visits: { type: 'string', default: '1000000' },
    },
  });
  if (!values.built) build();
  const folder = diskFolder(values.folder);
  const tell = (figure) => {
    const { name, ours, limit, unit, ratio, goal, holds } = figure;
    say(`${name}: ${ours} ${unit} against ${limit} ${unit}, x${ratio} (goal ${goal}: ${holds ? 'holds' : 'missed'})`);
    if (values.json) process.stdout.write(`${JSON.stringify(figure)}\n`);
  };
  try {
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
    say(`in ${folder.where}; ${machine}; load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`);
    const parts = values.only === undefined ? Object.keys(measures).filter((part) => part !== 'replay') : [values.only];
    const options = {
      credentials: values.credentials === undefined ? null : Number(values.credentials),
      taps: Number(values.taps),
      events: Number(values.events),
      rows: Number(values.rows),
      visits: Number(values.visits),
    };
    for (const part of parts) {
      const measure = measures[part];
      if (measure === undefined) throw new Error(`--only is one of ${Object.keys(measures).join(', ')}`);
      for await (const figure of measure(folder.path, options)) tell(figure);
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
