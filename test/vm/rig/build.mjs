// Builds the machine's kernel and disk in stages. A stage is made again only when its script, what it reads, or a stage
// before it has changed; what is there of it afterwards is whole, or it is made again.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** In order; `reads` are files and folders beside this file. */
const stages = [
  { name: 'kernel', reads: [] },
  { name: 'gpio-sim', reads: ['patch-gpio-sim.mjs'], after: ['kernel'] },
  { name: 'userland', reads: ['packages.txt'] },
  { name: 'disk', reads: ['guest'], after: ['kernel', 'gpio-sim', 'userland'], also: process.version },
];

/** Builds what is missing below `folder`; tells of each stage that it makes. @throws Error with the end of the stage's log. */
export async function buildRig(folder, tell) {
  mkdirSync(join(folder, 'stamps'), { recursive: true });
  const made = new Map();
  for (const { name, reads, after = [], also = '' } of stages) {
    const hash = createHash('sha256').update(also);
    for (const path of [`stages/${name}.sh`, ...reads]) digest(hash, path);
    for (const before of after) hash.update(made.get(before));
    const stamp = hash.digest('hex');
    made.set(name, stamp);
    const file = join(folder, 'stamps', name);
    if (existsSync(file) && readFileSync(file, 'utf8') === stamp) continue;
    rmSync(file, { force: true });
    const from = performance.now();
    tell(`building ${name} …`);
    await runStage(folder, name);
    writeFileSync(file, stamp);
    tell(`built ${name} in ${Math.round((performance.now() - from) / 1000)} s`);
  }
}

function digest(hash, path) {
  const full = join(here, path);
  hash.update(`\0${path}\0`);
  if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) digest(hash, join(path, name));
  else hash.update(readFileSync(full));
}

function runStage(folder, name) {
  const log = join(folder, `${name}.log`);
  const script = `exec > "$LOG" 2>&1; cd "$RIG"; . "$HERE/stages/$STAGE.sh"`;
  const env = { ...process.env, RIG: folder, HERE: here, STAGE: name, LOG: log, NODE: process.execPath, LC_ALL: 'C' };
  const child = spawn('nice', ['-n', '19', 'bash', '-eu', '-o', 'pipefail', '-c', script], { env, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) return resolve();
      const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
      reject(new Error(`the stage ${name} of the machine failed (whole log: ${log}):\n${end}`));
    });
  });
}
