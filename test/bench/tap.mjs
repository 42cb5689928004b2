// Bytes at the reader until the lock is set, with the record on disk: a real `cardea run` on a pseudo-terminal against the
// floor's own process on another, tap by tap in turns. Both write to a FIFO that this process reads, so that the moment of
// the lock's change is seen as it happens.

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
const warmUp = 20;
/** A record of the journal in bytes, about. */
const recordBytes = 600;
const patienceMs = 20_000;
/** Between two taps, so that none is measured while the one before is still being told of. */
const quietMs = 10;

export async function measureTap(folder, replica, keyFile) {
  const ends = [];
  try {
    const ours = await startOurs(folder, replica, keyFile, ends);
    const floor = await startFloor(folder, ends);
    const cards = spread(10_000, 4 * taps)
      .filter((index) => kindOf(index) !== 'none')
      .map(cardOf);
    const times = { ours: [], floor: [] };
    for (let tap = 0; tap < warmUp + taps; tap++) {
      const turn = async () => {
        const ms = await ours.tap(cards[tap], '"unlocked"');
        await ours.seen('"locked"');
        return ms;
      };
      let pair;
      if (tap % 2 === 0) pair = [await turn(), await calm(() => floor.tap(cards[tap], 'unlocked'))];
      else pair = [await calm(() => floor.tap(cards[tap], 'unlocked')), await turn()].reverse();
      if (tap < warmUp) continue;
      times.ours.push(pair[0]);
      times.floor.push(pair[1]);
      await wait(quietMs);
    }
    say(
      `  ${taps} taps each, in turns; slowest ${quantile(times.ours, 1).toFixed(1)} ms and ${quantile(times.floor, 1).toFixed(1)} ms`,
    );
    checkRecords(join(folder, 'data', 'journal.db'), warmUp + taps);
    const at = (part, name, goal) => figure(name, quantile(times.ours, part), quantile(times.floor, part), 'ms', goal);
    return [at(0.5, 'tap to lock, durable, p50', 1.5), at(0.99, 'tap to lock, durable, p99', 2)];
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

async function startOurs(folder, replica, keyFile, ends) {
  const cable = await serialCable(folder, 'ours', ends);
  const line = fifo(folder, 'ours-lock', ends);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  linkSync(replica, join(dataDir, 'replica.db'));
  const config = join(folder, 'controller.yaml');
  writeFileSync(
    config,
    `site: ${site}
controller: front-desk
credentialKeyFile: ${keyFile}
dataDir: ${dataDir}
accessPoints:
  - id: ${door}
    space: ${space}
    kind: entrance
    lock: { driver: simulated, file: ${line.path}, unlockTime: 100ms, extendedUnlockTime: 100ms }
readers:
  - { id: front-in, driver: serial, path: ${cable.device}, credential: card, accessPoint: ${door}, direction: in }
`,
  );
  const bin = fileURLToPath(new URL('../../bin/cardea.mjs', import.meta.url));
  await program('cardea run', process.execPath, [bin, 'run', '--config', config], /ready/, ends);
  await until('the reader is online', () => recorded(join(dataDir, 'journal.db'), 'reader.online') > 0);
  return measured(cable, line);
}

async function startFloor(folder, ends) {
  const cable = await serialCable(folder, 'floor', ends);
  const line = fifo(folder, 'floor-lock', ends);
  const script = fileURLToPath(new URL('floor-tap.mjs', import.meta.url));
  const args = [script, cable.device, join(folder, 'floor.db'), line.path, String(recordBytes)];
  await program('the floor', process.execPath, args, /ready/, ends);
  return measured(cable, line);
}

function measured(cable, line) {
  return {
    /** Milliseconds from the bytes to the line's text. */
    async tap(card, text) {
      const seen = line.next(text);
      const from = performance.now();
      writeSync(cable.far, `${card}\n`);
      return (await seen) - from;
    },
    seen: (text) => line.next(text),
  };
}

/** Lines that come are matched with waits in their order; a line that nobody waits for yet is kept. */
function fifo(folder, name, ends) {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  const reader = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
  const lines = [];
  let waiting = null;
  let rest = '';
  const match = () => {
    while (waiting !== null && lines.length > 0) {
      const { text, atMs } = lines.shift();
      if (!text.includes(waiting.text)) continue;
      const { resolve } = waiting;
      waiting = null;
      resolve(atMs);
    }
  };
  reader.setEncoding('utf8');
  reader.on('data', (data) => {
    const atMs = performance.now();
    const parts = (rest + data).split('\n');
    rest = parts.pop();
    for (const text of parts) lines.push({ text, atMs });
    match();
  });
  ends.push(() => reader.destroy());
  const next = (text) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${text} from ${name} within ${patienceMs} ms`)), patienceMs);
      waiting = {
        text,
        resolve: (atMs) => {
          clearTimeout(late);
          resolve(atMs);
        },
      };
      match();
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
