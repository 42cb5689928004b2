// Bytes at the reader until the lock is set, with the record on disk: a real `cardea run` on pseudo-terminals against the
// floor's own process on another, tap by tap in turns. Both write to a FIFO that this process reads, so that the moment of
// the lock's change is seen as it happens. Once in a rush, at several doors in turn, a tap every few hundredths of a second;
// once alone, at one door whose lock is secured again before the next tap, when the processor has cooled down.

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, linkSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { figure, quantile, say } from './figures.mjs';
import { cardOf, door, kindOf, site, space, spread } from './members.mjs';

const taps = 600;
/** In a rush: so many that each has secured its lock again when its turn comes. */
const doorsInRush = 8;
const warmUp = 20;
/** A record of the journal in bytes, about. */
const recordBytes = 600;
const patienceMs = 20_000;
/** Between two taps, so that none is measured while the one before is still being told of. */
const quietMs = 10;

export async function measureTap(folder, replica, keyFile) {
  const rush = await measurePace(join(folder, 'rush'), replica, keyFile, doorsInRush);
  const alone = await measurePace(join(folder, 'alone'), replica, keyFile, 1);
  const at = (part, times, name, goal) =>
    figure(`${name}, durable, p${part * 100}`, quantile(times.ours, part), quantile(times.floor, part), 'ms', goal);
  return [
    at(0.5, rush, 'tap to lock', 1.5),
    at(0.99, rush, 'tap to lock', 2),
    at(0.5, alone, 'lone tap to lock', 1.5),
    at(0.99, alone, 'lone tap to lock', 2),
  ];
}

async function measurePace(folder, replica, keyFile, doors) {
  mkdirSync(folder);
  const ends = [];
  try {
    const ours = await startOurs(folder, replica, keyFile, doors, ends);
    const floor = await startFloor(folder, ends);
    const cards = spread(10_000, 4 * taps)
      .filter((index) => kindOf(index) !== 'none')
      .map(cardOf);
    const times = { ours: [], floor: [] };
    for (let tap = 0; tap < warmUp + taps; tap++) {
      const [card, at] = [cards[tap], tap % doors];
      const turns = [() => calm(() => ours.tap(card, at)), () => calm(() => floor.tap(card))];
      const first = tap % 2;
      const ms = [];
      for (const turn of [first, 1 - first]) ms[turn] = await turns[turn]();
      if (tap < warmUp) continue;
      times.ours.push(ms[0]);
      times.floor.push(ms[1]);
    }
    const slowest = [times.ours, times.floor].map((ms) => `${quantile(ms, 1).toFixed(1)} ms`).join(' and ');
    say(`  ${taps} taps each, in turns, at ${doors === 1 ? 'one door' : `${doors} doors`}; slowest ${slowest}`);
    checkRecords(join(folder, 'data', 'journal.db'), warmUp + taps);
    return times;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function calm(act) {
  await wait(quietMs);
  const ms = await act();
  await wait(quietMs);
  return ms;
}

async function startOurs(folder, replica, keyFile, doors, ends) {
  const places = Array.from({ length: doors }, (_, at) => `${door}-${at}`);
  const cables = [];
  for (const place of places) cables.push(await serialCable(folder, place, ends));
  const line = fifo(folder, 'ours-lock', ends);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  linkSync(replica, join(dataDir, 'replica.db'));
  const config = join(folder, 'controller.yaml');
  const lock = `{ driver: simulated, file: ${line.path}, unlockTime: 100ms, extendedUnlockTime: 100ms }`;
  writeFileSync(
    config,
    `site: ${site}
controller: front-desk
credentialKeyFile: ${keyFile}
dataDir: ${dataDir}
accessPoints:
${places.map((id) => `  - { id: ${id}, space: ${space}, kind: entrance, lock: ${lock} }`).join('\n')}
readers:
${cables.map(({ device }, at) => `  - { id: in-${at}, driver: serial, path: ${device}, credential: card, accessPoint: ${places[at]}, direction: in }`).join('\n')}
`,
  );
  const bin = fileURLToPath(new URL('../../bin/cardea.mjs', import.meta.url));
  await program('cardea run', process.execPath, [bin, 'run', '--config', config], /ready/, ends);
  await until('the readers are online', () => recorded(join(dataDir, 'journal.db'), 'reader.online') >= doors);
  const secured = places.map(() => Promise.resolve());
  return {
    /** Milliseconds from the bytes at the `at`th door, secured again by now, to its line's text. */
    async tap(card, at) {
      await secured[at];
      secured[at] = line.next(`"${places[at]}","state":"locked"`);
      const ms = await timed(cables[at], line, card, `"${places[at]}","state":"unlocked"`);
      if (doors === 1) await secured[at];
      return ms;
    },
  };
}

async function startFloor(folder, ends) {
  const cable = await serialCable(folder, 'floor', ends);
  const line = fifo(folder, 'floor-lock', ends);
  const script = fileURLToPath(new URL('floor-tap.mjs', import.meta.url));
  const args = [script, cable.device, join(folder, 'floor.db'), line.path, String(recordBytes)];
  await program('the floor', process.execPath, args, /ready/, ends);
  return { tap: (card) => timed(cable, line, card, 'unlocked') };
}

/** Milliseconds from the bytes to the line's text. */
async function timed(cable, line, card, text) {
  const seen = line.next(text);
  const from = performance.now();
  writeSync(cable.far, `${card}\n`);
  return (await seen) - from;
}

/** Each wait is for the next line with its text; a line that nobody waits for is gone. */
function fifo(folder, name, ends) {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  const reader = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
  const waits = new Set();
  let rest = '';
  reader.setEncoding('utf8');
  reader.on('data', (data) => {
    const atMs = performance.now();
    const parts = (rest + data).split('\n');
    rest = parts.pop();
    for (const part of parts) for (const wait of waits) if (part.includes(wait.text)) wait.seen(atMs);
  });
  ends.push(() => reader.destroy());
  const next = (text) =>
    new Promise((resolve, reject) => {
      const wait = { text, seen: () => undefined };
      const over = (settle) => (value) => {
        clearTimeout(late);
        waits.delete(wait);
        settle(value);
      };
      const late = setTimeout(
        () => over(reject)(new Error(`no ${text} from ${name} within ${patienceMs} ms`)),
        patienceMs,
      );
      wait.seen = over(resolve);
      waits.add(wait);
    });
  return { path, next };
}

async function serialCable(folder, name, ends) {
  const [device, far] = [join(folder, `${name}-reader`), join(folder, `${name}-far`)];
  const pty = (link) => `pty,raw,echo=0,link=${link}`;
  await program('socat', 'socat', [pty(device), pty(far)], null, ends);
  await until('socat joins the ends', () => existsSync(device) && existsSync(far));
  const fd = openSync(far, 'r+');
  ends.push(() => closeSync(fd));
  return { device, far: fd };
}

/** Started, and ready when it has printed what fits; ended with the bench. */
async function program(name, command, args, ready, ends) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let over = false;
  const gone = new Promise((resolve) => {
    child.on('error', (error) => {
      said += error.message;
      over = true;
      resolve();
    });
    child.on('close', () => {
      over = true;
      resolve();
    });
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said = (said + data).slice(-10_000);
    });
  }
  ends.push(async () => {
    child.kill('SIGTERM');
    await gone;
  });
  if (ready === null) return;
  await until(`${name} is ready`, () => {
    if (over) throw new Error(`${name} ended: ${said}`);
    return ready.test(said);
  });
}

async function until(what, holds) {
  const endMs = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await wait(20);
  }
}

function recorded(file, type) {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare('SELECT count(*) FROM events WHERE type = ?').pluck().get(type);
  } finally {
    db.close();
  }
}

/** Each tap was a decision of its own, and is on record. */
function checkRecords(file, count) {
  const [granted, repeated] = [recorded(file, 'access.granted'), recorded(file, 'access.repeated')];
  if (granted !== count || repeated !== 0) throw new Error(`${granted} grants of ${count} taps, ${repeated} repeated`);
}
