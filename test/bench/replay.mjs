// A year of a busy site through `cardea replay`, against the same decisions without what replay is around them: no file is
// read or judged, no line is made or printed. Both are a process of their own, on a journal that waits for no disk. The
// memory of the replay is watched while it runs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure, say } from './figures.mjs';
import { scenarioHead, tapsOfYear } from './year.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const watchMs = 250;

/** @param taps how many, in a year */
export async function measureReplay(folder, taps) {
  const file = join(folder, 'year.json');
  await writeScenario(file, taps);
  const bare = await run([join(root, 'test/bench/replay-bare.mjs'), String(taps), folder]);
  const replayed = await run([join(root, 'bin/cardea.mjs'), 'replay', file]);
  const decided = replayed.lines.get('access.granted') + replayed.lines.get('access.denied');
  if (decided !== taps || bare.last !== `${taps}`) throw new Error(`${decided} of ${taps} taps were decided`);
  const { early, peak } = memoryOf(replayed.rss);
  say(`  memory of the replay: ${early} MB after a fifth of it, ${peak} MB at most after that`);
  return figure(`replay of ${taps.toLocaleString('en')} taps`, replayed.seconds, bare.seconds, 's', 5);
}

async function writeScenario(file, taps) {
  const out = createWriteStream(file);
  const { config, replica } = scenarioHead();
  out.write(`{"config":${JSON.stringify(config)},\n"replica":${JSON.stringify(replica)},\n"steps":[`);
  let separator = '\n';
  for (const { at, reader, credential } of tapsOfYear(taps)) {
    const line = `${separator}${JSON.stringify({ at: new Date(at).toISOString(), present: { reader, credential } })}`;
    separator = ',\n';
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end('\n]}\n');
  await once(out, 'close');
}

/** Runs a program to its end, reads what it prints, and looks at its memory now and then. */
async function run(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const from = performance.now();
  const rss = [];
  const watch = setInterval(() => rss.push(residentMb(child.pid)), watchMs);
  const lines = new Map([
    ['access.granted', 0],
    ['access.denied', 0],
  ]);
  let rest = '';
  let last = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      last = line;
      for (const type of lines.keys()) if (line.includes(`"type":"${type}"`)) lines.set(type, lines.get(type) + 1);
    }
  });
  const [status] = await once(child, 'close');
  clearInterval(watch);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return { seconds: (performance.now() - from) / 1000, lines, last, rss };
}

/** NaN once the process is gone. */
function residentMb(pid) {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
  } catch {
    return Number.NaN;
  }
}

function memoryOf(rss) {
  const known = rss.filter((value) => value > 0);
  const fifth = Math.floor(known.length / 5);
  return { early: Math.max(...known.slice(0, fifth + 1)), peak: Math.max(...known.slice(fifth)) };
}
