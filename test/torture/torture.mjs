// One run: everything is started, and each of controller, office and broker is killed again and again at instants that the
// seed says, under a stream of cards at the readers; then all is brought up, drained and ended.

import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { Cable } from './cable.mjs';
import { Dice } from './dice.mjs';
import { cards, lastCard, makeSite, readers } from './site.mjs';
import { Victim } from './victim.mjs';

const cardea = fileURLToPath(new URL('../../bin/cardea.mjs', import.meta.url));
const patienceMs = 180_000;
/** Before the last card is held to a reader once more. */
const lastCardMs = 3_000;

/** Settles when the folder holds all books of the run. @param say told in words how it goes */
export async function torture({ kills, seed, folder, say }) {
  await makeSite(folder);
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ kills, seed }));
  const config = join(folder, 'office.yaml');
  await promisify(execFile)(process.execPath, [
    cardea,
    'office',
    'import',
    join(folder, 'members.json'),
    '--config',
    config,
  ]);
  const cables = [];
  const victims = victimsOf(folder);
  const state = { kills: 0, of: kills, said: 0, tapped: [], over: false };
  try {
    for (const reader of readers) cables.push(await Cable.plugged(folder, reader));
    for (const victim of victims) victim.start();
    await Promise.all(victims.map((victim) => victim.ready()));
    await until('the controller knows the members', () => count(folder, "type = 'replica.applied'") > 0);
    const tapping = stream(cables, new Dice(`${seed} taps`), state);
    try {
      await all(
        victims.map((victim) => torment(victim, new Dice(`${seed} ${victim.name}`), state, say)),
        state,
      );
    } finally {
      state.over = true;
      await tapping;
    }
    say(`${state.kills} kills; everything runs again and is drained`);
    await allRead(folder, cables);
    await drained(folder, say);
  } finally {
    await Promise.all(victims.map((victim) => victim.end()));
    for (const cable of cables) await cable.close();
  }
  await printCheckins(folder, config);
}

function victimsOf(folder) {
  const node = [process.execPath, cardea];
  return [
    {
      name: 'controller',
      longestMs: 5_000,
      command: [...node, 'run', '--config', join(folder, 'controller.yaml')],
      ready: /: ready, /,
    },
    {
      name: 'office',
      longestMs: 5_000,
      command: [...node, 'office', 'run', '--config', join(folder, 'office.yaml')],
      ready: /^ready$/m,
    },
    {
      name: 'broker',
      longestMs: 8_000,
      command: ['mosquitto', '-c', join(folder, 'mosquitto.conf')],
      ready: /mosquitto version .* running/,
    },
  ].map((what) => new Victim(folder, what));
}

/** Lives of all lengths: some end before they began to work, some just after a card was held to a reader. */
async function torment(victim, dice, state, say) {
  while (state.kills < state.of) {
    const early = dice.chance(0.25);
    if (early) await wait(dice.between(0, 700));
    else {
      await victim.ready();
      await wait(dice.between(0, dice.chance(0.4) ? 700 : victim.longestMs));
      if (dice.chance(0.5)) await nextTap(state);
      await wait(dice.between(0, 12));
    }
    if (state.kills >= state.of) break;
    state.kills++;
    await victim.kill();
    tell(state, say);
    await wait(dice.chance(0.5) ? 0 : dice.between(0, 800));
    victim.start();
  }
  await victim.ready();
}

/** Settles when all have; where one fails the others come to their end soon. */
async function all(works, state) {
  for (const work of works) {
    work.catch(() => {
      state.of = 0;
    });
  }
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function tell(state, say) {
  if (state.kills < state.said + 100) return;
  state.said = state.kills;
  say(`${state.kills} of ${state.of} kills`);
}

function nextTap(state) {
  return new Promise((resolve) => state.tapped.push(resolve));
}

/** Cards at the readers, one after the other, now and then in a burst, until it is over. */
async function stream(cables, dice, state) {
  while (!state.over) {
    await wait(dice.chance(0.1) ? dice.between(5, 60) : dice.between(110, 350));
    cables[dice.below(cables.length)].write(cards[dice.below(cards.length)]);
    for (const tell of state.tapped.splice(0)) tell();
  }
}

/** Settles when a last card at each reader is on record: a line is read in its order. A reader that is not online yet takes none. */
async function allRead(folder, cables) {
  const key = Buffer.from(readFileSync(join(folder, 'keys', 'site'), 'utf8'), 'base64');
  const hash = createHmac('sha256', key).update(`card:${lastCard.card}`).digest('hex');
  for (const [index, reader] of readers.entries()) {
    let nextMs = 0;
    await until(`a last card at ${reader} is on record`, () => {
      if (performance.now() >= nextMs) {
        cables[index].write(lastCard);
        nextMs = performance.now() + lastCardMs;
      }
      return count(folder, `body LIKE '%"hash":"${hash}"%' AND json_extract(body, '$.reader') = '${reader}'`) > 0;
    });
  }
}

/** Settles when the office has all that the controller wrote, or when it has not for too long: the books will say so. */
async function drained(folder, say) {
  try {
    await until('the office has everything', () => {
      const all = count(folder, 'true');
      return all > 0 && all === countAtOffice(folder) && all === count(folder, 'true');
    });
  } catch (error) {
    say(error.message);
  }
}

function count(folder, where) {
  return ask(join(folder, 'data', 'journal.db'), `SELECT count(*) FROM events WHERE ${where}`);
}

function countAtOffice(folder) {
  return ask(join(folder, 'office.db'), 'SELECT count(*) FROM events');
}

function ask(file, sql) {
  if (!existsSync(file)) return 0;
  const db = new Database(file, { readonly: true, timeout: 5_000 });
  try {
    return db.prepare(sql).pluck().get();
  } finally {
    db.close();
  }
}

async function until(what, holds) {
  const endMs = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited ${patienceMs / 1000} s in vain: ${what}`);
    await wait(200);
  }
}

/** What the office says of its visits, as whoever runs it sees it. */
async function printCheckins(folder, config) {
  const file = createWriteStream(join(folder, 'checkins.jsonl'));
  const child = execFile(process.execPath, [cardea, 'office', 'checkins', '--json', '--config', config], {
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  child.stdout.pipe(file);
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    file.on('close', () => resolve(child.exitCode));
  });
  if (status !== 0 && status !== null) throw new Error(`cardea office checkins ended with ${status}`);
}
