#!/usr/bin/env node
// npm run simulate: a site of a seed and its days on virtual time, or a campaign of many. Exit status 0 without a violation; 1
// with one, which is told in words with the command that replays it; 2 for wrong usage.

import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

const usage = `Simulates a site: controllers, office, network, people, crashes and hostile senders, on virtual time in this process.

  npm run simulate -- [--seed N | --seeds A..B] [--days D] [--plant NAME] [--until INSTANT] [--trace] [--json]

  --seed N         one world (1); everything that happens in it follows from this number
  --seeds A..B     a campaign: these worlds, one after the other
  --days D         days of each (1), and some hours more in which all is well
  --plant NAME     with a fault that the simulator is to find: PLANTS
  --until INSTANT  ends there, without a look at the books, as 2026-03-02T14:00:00Z
  --trace          each thing that happens, a line, on stderr
  --json           the last line is { seed, days, taps, faults, violations, history }; of a campaign one such line a
                   world, and one of all together: seed is A..B then, and history the SHA-256 of their histories

The same seed gives the same history, byte for byte. A violation says what was wrong, when, and how to run to it again.`;

const options = {
  seed: { type: 'string' },
  seeds: { type: 'string' },
  days: { type: 'string', default: '1' },
  plant: { type: 'string' },
  until: { type: 'string' },
  trace: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

function refuse(message) {
  console.error(message);
  process.exit(2);
}

function wholeOf(name, text) {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) refuse(`--${name} ${text}: a whole number is asked for`);
  return value;
}

function given() {
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    return refuse(`${error.message}\n\n${usage}`);
  }
  if (values.seed !== undefined && values.seeds !== undefined) refuse('give --seed or --seeds, not both');
  const range = /^(\d+)\.\.(\d+)$/.exec(values.seeds ?? '');
  if (values.seeds !== undefined && range === null) refuse(`--seeds ${values.seeds}: as 1..200`);
  const first = wholeOf('seed', range?.[1] ?? values.seed ?? '1');
  const last = wholeOf('seed', range?.[2] ?? String(first));
  if (last < first) refuse(`--seeds ${values.seeds}: the first is above the last`);
  const days = wholeOf('days', values.days);
  if (days === 0) refuse('--days 0: at least one');
  const untilMs = values.until === undefined ? null : Date.parse(values.until);
  if (Number.isNaN(untilMs)) refuse(`--until ${values.until}: an instant is asked for, as 2026-03-02T14:00:00Z`);
  return { ...values, first, last, days, untilMs };
}

const asked = given();

const server = await createServer({
  root: new URL('../..', import.meta.url).pathname,
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, ws: false, watch: null },
});

function tellViolation(seed, { check, words, at }) {
  const soon = new Date(Date.parse(at) + 60_000).toISOString();
  const plant = asked.plant === undefined ? '' : ` --plant ${asked.plant}`;
  console.error(`seed ${seed}: ${at} ${check}: ${words}`);
  console.error(`  replay: npm run simulate -- --seed ${seed} --days ${asked.days}${plant}`);
  console.error(`  closer: npm run simulate -- --seed ${seed} --days ${asked.days}${plant} --until ${soon} --trace`);
}

async function run(plants) {
  const { simulate } = await server.ssrLoadModule('/test/sim/simulate.ts');
  const sum = { taps: 0, records: 0, faults: 0, violations: 0 };
  const met = {};
  const histories = createHash('sha256');
  let history = '';
  for (let seed = asked.first; seed <= asked.last; seed++) {
    const outcome = await simulate({
      seed,
      days: asked.days,
      plants,
      untilMs: asked.untilMs,
      trace: asked.trace ? (line) => console.error(line) : null,
      told: (violation) => tellViolation(seed, violation),
    });
    for (const key of Object.keys(sum)) sum[key] += outcome[key];
    for (const [situation, count] of Object.entries(outcome.met)) met[situation] = (met[situation] ?? 0) + count;
    history = outcome.history;
    histories.update(history);
    if (asked.json) tellJson(seed, outcome, outcome.history);
    else tellWords(seed, outcome);
    const done = seed - asked.first + 1;
    if (asked.last > asked.first && done % 10 === 0) console.error(`${done} worlds done`);
  }
  for (const [situation, count] of Object.entries(met)) console.error(`met ${count} times: ${situation}`);
  if (asked.last > asked.first) {
    const name = `${asked.first}..${asked.last}`;
    if (asked.json) tellJson(name, sum, histories.digest('hex'));
    else tellWords(name, sum);
  } else if (!asked.json) console.log(`history ${history}`);
  return sum.violations;
}

function tellJson(seed, { taps, faults, violations }, history) {
  console.log(JSON.stringify({ seed, days: asked.days, taps, faults, violations, history }));
}

function tellWords(seed, { taps, records, faults, violations }) {
  const days = `${asked.days} ${asked.days === 1 ? 'day' : 'days'}`;
  console.log(`seed ${seed}, ${days}: ${taps} taps, ${records} records, ${faults} faults, ${violations} violations`);
}

const plants = await server.ssrLoadModule('/test/sim/plants/plants.ts');
if (asked.help) {
  console.log(usage.replace('PLANTS', Object.keys(plants).join(', ')));
} else if (asked.plant !== undefined && !Object.hasOwn(plants, asked.plant)) {
  console.error(`--plant ${asked.plant}: there is ${Object.keys(plants).join(', ')}`);
  process.exitCode = 2;
} else {
  const violations = await run(asked.plant === undefined ? {} : plants[asked.plant]);
  process.exitCode = violations === 0 ? 0 : 1;
}
await server.close();
