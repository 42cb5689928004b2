#!/usr/bin/env node
// npm run torture -- --kills K [--seed S] [--folder PARENT] [--json]: the real programs, killed at any instant, and the books
// compared. With --json the last line on stdout is the counts, and nothing else is there; words are on stderr. Exit status
// 0: all counts are 0; 1: not, or the run could not be made, and its folder is kept; 2: wrong usage.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './books.mjs';
import { torture } from './torture.mjs';

const usage = `Kills controller, office and broker at random instants under a stream of cards, and compares the books.

  npm run torture -- [--kills K] [--seed S] [--folder PARENT] [--keep] [--json]
  npm run torture -- --compare FOLDER [--json]

  --kills K        how many (1000)
  --seed S         of the instants, cards and victims (1); what processes make of it differs a little each time
  --folder PARENT  where the run's own folder is made (${tmpdir()})
  --keep           keeps that folder; after a failure it is kept in any case
  --json           prints the counts as one line of JSON
  --compare FOLDER kills nothing, and compares the books of a run that was kept once more

Counts: lost, a record that the office never got; twice, a record or a visit that is there more than once, or that nobody
asked for; gaps, missing numbers or a broken chain at either end; unrecorded, the lock opened and no record explains it.`;

const options = {
  kills: { type: 'string', default: '1000' },
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
  const [kills, seed] = [Number(values.kills), values.seed];
  if (!Number.isSafeInteger(kills) || kills < 1) {
    say('--kills takes a whole number above 0');
    return 2;
  }
  if (values.compare !== undefined) return again(values.compare, values.json);
  return run({ kills, seed, folder: mkdtempSync(join(values.folder, 'cardea-torture-')), say }, values);
}

async function run(plan, { keep, json }) {
  let failed = true;
  try {
    await torture(plan);
    failed = !report(await compare(plan.folder), json);
  } catch (error) {
    say(`the run could not be made: ${error.stack ?? error}`);
  } finally {
    if (failed) say(`again: npm run torture -- --kills ${plan.kills} --seed ${plan.seed}`);
    if (failed || keep) say(`everything is in ${plan.folder}; its books once more: --compare ${plan.folder}`);
    else rmSync(plan.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  return failed ? 1 : 0;
}

async function again(folder, json) {
  try {
    return report(await compare(folder), json) ? 0 : 1;
  } catch (error) {
    say(`${folder}: no folder of a run whose books can be compared (${error.message})`);
    return 1;
  }
}

/** @returns whether all is as it should be */
function report({ kills, taps, lost, twice, gaps, unrecorded, other, seen, words }, json) {
  say(
    `${taps} cards held to the readers: ${seen.heard} on record, ${seen.unheard} unheard while the controller was down`,
  );
  say(`${seen.records} records, ${seen.visits} visits, ${seen.openings} openings of the lock`);
  for (const text of words) say(text);
  const agree = lost + twice + gaps + unrecorded + other === 0;
  if (!json) say(agree ? 'all books agree' : 'the books do not agree');
  console.log(JSON.stringify({ kills, taps, lost, twice, gaps, unrecorded }));
  return agree;
}
