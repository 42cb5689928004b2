// npm run bench [-- --json] [--folder PARENT] [--only decision|tap]: what people wait for, against the least that it can cost.
// Words on stderr; with --json one figure a line on stdout. Ends with 0 whatever the figures are, 1 when it could not measure.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { say } from './figures.mjs';
import { diskFolder } from './folder.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      folder: { type: 'string', default: '/var/tmp' },
      only: { type: 'string' },
    },
  });
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  const { buildReplica, memberCount } = await import('./members.mjs');
  const { measureDecision } = await import('./decision.mjs');
  const { measureTap } = await import('./tap.mjs');
  const { writeSiteKey, readSiteKey } = await import('../../dist/sync/protocol/key-files.js');
  const folder = diskFolder(values.folder);
  const tell = (figure) => {
    const { name, ours, limit, unit, ratio, goal, holds } = figure;
    say(`${name}: ${ours} ${unit} against ${limit} ${unit}, x${ratio} (goal ${goal}: ${holds ? 'holds' : 'missed'})`);
    if (values.json) process.stdout.write(`${JSON.stringify(figure)}\n`);
  };
  try {
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
    say(`in ${folder.where}; ${machine}; load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`);
    const keyFile = join(folder.path, 'site.key');
    writeSiteKey(keyFile);
    const key = readSiteKey(keyFile);
    const from = performance.now();
    const replica = buildReplica(join(folder.path, 'replica.db'), key);
    say(`a replica of ${memberCount} credentials, built in ${((performance.now() - from) / 1000).toFixed(1)} s`);
    if (values.only !== 'tap') tell(measureDecision(folder.path, replica, key));
    if (values.only !== 'decision') for (const figure of await measureTap(folder.path, replica, keyFile)) tell(figure);
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
