#!/usr/bin/env node
// npm run fleet -- --controllers N --minutes M [--taps T] [--seed S] [--folder PARENT] [--json]: many simulated controllers
// against one office and a real mosquitto. With --json the last line on stdout is the counts, and nothing else is there. Exit
// status 0: nothing lost, twice or missing; 1: not, or the run could not be made, and its folder is kept; 2: wrong usage.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './books.mjs';
import { sail } from './fleet.mjs';

const usage = `Runs a fleet of controllers against one office through a real mosquitto, with storms on the way, and compares the books.

  npm run fleet -- [--controllers N] [--minutes M] [--taps T] [--seed S] [--folder PARENT] [--keep] [--json]
  npm run fleet -- --compare FOLDER [--json]

  --controllers N  how many (1000)
  --minutes M      for how long cards are held to their readers (5)
  --taps T         cards a minute at each controller (4); each is two records
  --seed S         of cards and storms (1)
  --folder PARENT  where the run's own folder is made (${tmpdir()})
  --keep           keeps that folder; after a failure it is kept in any case
  --json           prints the counts as one line of JSON
  --compare FOLDER runs nothing, and compares the books of a run that was kept once more`;

const options = {
  controllers: { type: 'string', default: '1000' },
  minutes: { type: 'string', default: '5' },
  taps: { type: 'string', default: '4' },
  seed: { type: 'string', default: '1' },
  folder: { type: 'string', default: tmpdir() },
  keep: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  compare: { type: 'string' },
  help: { type: 'boolean', default: false },
};

const say = (text) => process.stderr.write(`${text}\n`);

process.exitCode = await main();

async function main() {
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    say(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.compare !== undefined) return again(values.compare, values.json);
  const [controllers, minutes, tapsPerMinute] = [values.controllers, values.minutes, values.taps].map(Number);
  if (!Number.isSafeInteger(controllers) || controllers < 1 || controllers > 10_000) {
    say('--controllers takes a whole number from 1 to 10000');
    return 2;
  }
  if (!(minutes > 0) || !(tapsPerMinute > 0)) {
    say('--minutes and --taps take a number above 0');
    return 2;
  }
  const folder = mkdtempSync(join(values.folder, 'cardea-fleet-'));
  return run({ controllers, minutes, tapsPerMinute, seed: values.seed, folder, say }, values);
}

async function run(plan, { keep, json }) {
  const { controllers, minutes, folder, seed, tapsPerMinute } = plan;
  let failed = true;
  try {
    const { perSecond, officeRssMb, revision, lastRevision } = await sail(plan);
    const books = await compare(folder);
    const late = revision < lastRevision;
    if (late) say(`a controller has only revision ${revision} of ${lastRevision}`);
    failed = !report(books, { perSecond: Number(perSecond.toFixed(1)), officeRssMb }, json) || late;
  } catch (error) {
    say(`the run could not be made: ${error.stack ?? error}`);
  } finally {
    const words = `--controllers ${controllers} --minutes ${minutes} --taps ${tapsPerMinute} --seed ${seed}`;
    if (failed) say(`again: npm run fleet -- ${words}`);
    if (failed || keep) say(`everything is in ${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  return failed ? 1 : 0;
}

async function again(folder, json) {
  try {
    return report(await compare(folder), {}, json) ? 0 : 1;
  } catch (error) {
    say(`${folder}: no folder of a run whose books can be compared (${error.message})`);
    return 1;
  }
}

/** @returns whether all is as it should be */
function report({ controllers, events, visits, lost, twice, gaps, other, words }, figures, json) {
  for (const text of words) say(text);
  say(`${events} records and ${visits} visits at the office`);
  const agree = lost + twice + gaps + other === 0;
  if (!json) say(agree ? 'all books agree' : 'the books do not agree');
  console.log(JSON.stringify({ controllers, events, lost, twice, gaps, ...figures }));
  return agree;
}
