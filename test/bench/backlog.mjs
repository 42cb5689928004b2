// A controller that was away: a journal full of events that the office has not, until all are acknowledged. Ours is the whole
// end of the wire over the journal on the disk, and the whole office; the floor reads rows, signs, verifies, parses and writes
// rows (floor-events.mjs). Both over the same network in memory, in one process, in turns.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openJournalReader } from '../../dist/db/journal/reader.js';
import { Edge } from '../../dist/sync/edge/edge.js';
import { median, rateFigure, say } from './figures.mjs';
import { FloorController, FloorOffice } from './floor-events.mjs';
import { makeJournal, site } from './journals.mjs';
import { clock, keys, random, startOffice, Wire } from './wire.mjs';

const controller = 'front-desk';
/** The defaults of `upstream`. */
const settings = {
  windowEvents: 1_000,
  batchEvents: 100,
  batchBytes: 200_000,
  ackTimeoutMs: 10_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 60_000,
  maxMessageBytes: 4_194_304,
  maxReplicaBytes: 2_147_483_648,
};
const rounds = 5;
const none = { add: () => {}, finish: () => '', abort: () => {} };

export async function measureBacklog(folder, events) {
  const file = makeJournal(folder, controller, events, 0);
  const own = keys();
  say(`  ${events} events in the journal of a controller, in batches of ${settings.batchEvents}`);
  const perSecond = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    const turns = { ours: () => oursMs(folder, file, own, events), floor: () => floorMs(folder, file, own, events) };
    for (const name of round % 2 === 0 ? ['ours', 'floor'] : ['floor', 'ours']) {
      perSecond[name].push((events * 1000) / (await turns[name]()));
      for (const kept of readdirSync(folder)) if (kept.startsWith('kept')) rmSync(join(folder, kept));
    }
    say(`  round ${round + 1}: ${perSecond.ours.at(-1).toFixed(0)} and ${perSecond.floor.at(-1).toFixed(0)} events/s`);
  }
  return [rateFigure('backlog to acknowledged', median(perSecond.ours), median(perSecond.floor), 'events/s', 0.6)];
}

async function oursMs(folder, file, own, events) {
  const wire = new Wire();
  const office = startOffice(join(folder, 'kept-office.db'), wire, [[controller, own]]);
  const source = openJournalReader(file);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const refused = [];
  const from = performance.now();
  let edge;
  await new Promise((resolve) => {
    const host = {
      acknowledged: (_epoch, through) => {
        if (through === events) resolve();
      },
      replicaReady: () => {},
      replicaConfirmed: () => {},
      command: () => {},
      refused: (refusal) => refused.push(refusal),
      connection: () => {},
    };
    const acknowledged = { through: 0, issuedAtMs: null };
    const options = {
      settings,
      signer: own.signer,
      officeKeys: [office.officeKeys.publicKey],
      acknowledged,
      installed: null,
    };
    const transport = wire.transport();
    edge = new Edge(options, { clock, random, source, sink: { begin: () => none }, transport }, host);
    edge.start();
  });
  const ms = performance.now() - from;
  await edge.stop();
  source.close();
  const kept = office.count();
  await office.stop();
  const fault = refused[0]?.detail ?? office.faults[0];
  if (kept !== events || fault !== undefined) throw new Error(`${kept} of ${events} kept; ${fault}`);
  return ms;
}

async function floorMs(folder, file, own, events) {
  const topic = `cardea/1/${site}/${controller}/events`;
  const { kid, privateKey } = own.signer;
  const { batchEvents, windowEvents } = settings;
  const ends = {};
  await new Promise((resolve) => setTimeout(resolve, 50));
  const from = performance.now();
  await new Promise((resolve) => {
    ends.office = new FloorOffice(join(folder, 'kept-floor.db'), own.publicKeyPem, (_controller, _epoch, seq) => {
      if (seq === events) resolve();
      else setImmediate(() => ends.controller.acknowledged(seq));
    });
    const send = (message) => setImmediate(() => ends.office.receive(controller, message));
    const epoch = '11111111-1111-4111-8111-111111111111';
    ends.controller = new FloorController({ file, epoch, topic, kid, privateKey, batchEvents, windowEvents, send });
    ends.controller.pump();
  });
  const ms = performance.now() - from;
  const kept = ends.office.count();
  ends.controller.close();
  ends.office.close();
  if (kept !== events) throw new Error(`the floor kept ${kept} of ${events}`);
  return ms;
}
