// Events into the office: signed batches of eight controllers, in windows as the wire has them, until each is acknowledged.
// Ours is the whole office on its own store; the floor verifies, parses and writes rows (floor-events.mjs). In turns.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { signText } from '../../dist/sync/protocol/jws.js';
import { median, rateFigure, say } from './figures.mjs';
import { FloorOffice } from './floor-events.mjs';
import { makeJournal, site } from './journals.mjs';
import { keys, startOffice, Wire } from './wire.mjs';

const controllers = Array.from({ length: 8 }, (_, at) => `door-${at}`);
/** Of the wire's defaults. */
const batchEvents = 100;
const windowEvents = 1_000;
const rounds = 5;
const leastPerSecond = 20_000;

export function prepare(folder, events) {
  const own = keys();
  const each = Math.ceil(events / controllers.length);
  const sent = controllers.map((id, at) => batchesOf(makeJournal(folder, id, each, at * each), id, own.signer));
  return { own, sent, total: each * controllers.length };
}

export async function measureIngest(folder, events) {
  const { own, sent, total } = prepare(folder, events);
  say(`  ${total} events of ${controllers.length} controllers, signed in batches of ${batchEvents}`);
  const perSecond = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    const turns = { ours: () => oursMs(folder, own, sent, total), floor: () => floorMs(folder, own, sent, total) };
    for (const name of round % 2 === 0 ? ['ours', 'floor'] : ['floor', 'ours']) {
      perSecond[name].push((total * 1000) / (await turns[name]()));
      for (const file of readdirSync(folder)) if (file.startsWith('kept')) rmSync(join(folder, file));
    }
    say(`  round ${round + 1}: ${perSecond.ours.at(-1).toFixed(0)} and ${perSecond.floor.at(-1).toFixed(0)} events/s`);
  }
  const [ours, floor] = [median(perSecond.ours), median(perSecond.floor)];
  return [
    rateFigure('events into the office', ours, floor, 'events/s', 0.7),
    rateFigure('events into the office, at least', ours, leastPerSecond, 'events/s', 1),
  ];
}

function batchesOf(file, id, signer) {
  const db = new Database(file, { readonly: true });
  const epoch = db.prepare("SELECT value FROM meta WHERE key = 'epoch'").pluck().get();
  const texts = db.prepare('SELECT body FROM events ORDER BY seq').pluck().all();
  db.close();
  const topic = `cardea/1/${site}/${id}/events`;
  const messages = [];
  for (let from = 0; from < texts.length; from += batchEvents) {
    const payload = `{"epoch":"${epoch}","events":[${texts.slice(from, from + batchEvents).join(',')}]}`;
    messages.push(Buffer.from(signText(topic, payload, signer)));
  }
  return { id, topic, messages, events: texts.length };
}

/** Gives each controller's messages on as its window allows. `deliver(line, message)`; the result is told the last acknowledged. */
function feeder(sent, deliver) {
  const lines = new Map(sent.map((line) => [line.id, { ...line, next: 0 }]));
  let settle = () => {};
  const done = new Promise((resolve) => {
    settle = resolve;
  });
  let open = lines.size;
  const pump = (line, through) => {
    while (line.next < line.messages.length && line.next * batchEvents - through + batchEvents <= windowEvents) {
      deliver(line, line.messages[line.next++]);
    }
  };
  return {
    done,
    start: () => {
      for (const line of lines.values()) pump(line, 0);
    },
    acknowledged: (id, through) => {
      const line = lines.get(id);
      if (through === line.events && --open === 0) settle();
      pump(line, through);
    },
  };
}

export async function oursMs(folder, own, sent, total) {
  const wire = new Wire();
  const office = startOffice(
    join(folder, 'kept-office.db'),
    wire,
    controllers.map((id) => [id, own]),
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  const feed = feeder(sent, (line, message) => wire.say(line.topic, message));
  wire.onPublish = (topic, bytes) => {
    const [, , , id, what] = topic.split('/');
    if (what === 'ack') feed.acknowledged(id, throughOf(bytes));
  };
  const from = performance.now();
  feed.start();
  await feed.done;
  const ms = performance.now() - from;
  const kept = office.count();
  await office.stop();
  if (kept !== total || office.faults.length > 0) throw new Error(`${kept} of ${total} kept; ${office.faults[0]}`);
  return ms;
}

function throughOf(bytes) {
  const [, payload] = bytes.toString('latin1').split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).through;
}

export async function floorMs(folder, own, sent, total) {
  let told = () => {};
  const office = new FloorOffice(join(folder, 'kept-floor.db'), own.publicKeyPem, (id, _epoch, seq) => told(id, seq));
  const feed = feeder(sent, (line, message) => office.receive(line.id, message));
  told = (id, seq) => feed.acknowledged(id, seq);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const from = performance.now();
  feed.start();
  await feed.done;
  const ms = performance.now() - from;
  const kept = office.count();
  office.close();
  if (kept !== total) throw new Error(`the floor kept ${kept} of ${total}`);
  return ms;
}
