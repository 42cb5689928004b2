// The edge's thread as the daemon runs it, but with an office and a broker in the same thread that answer at once: what it is given to do
// is there as fast as it takes it. Told `{go: n}`, the office offers its n-th replica and forgets what it has of the journal, again each time that it
// has the whole backlog, until it is told `{rest: true}`.

import { parentPort, workerData } from 'node:worker_threads';
import { systemRandom } from '../../dist/daemon/clock/random.js';
import { realClock } from '../../dist/daemon/clock/real.js';
import { openJournalReader } from '../../dist/db/journal/reader.js';
import { ReplicaFiles } from '../../dist/db/replica/files.js';
import { serveEdge } from '../../dist/sync/edge/serve.js';
import { sign } from '../../dist/sync/protocol/jws.js';
import { manifestMessage } from '../../dist/sync/protocol/messages.js';

const { base, controller, journal, replica, office, offers, backlog } = workerData;
const own = `${base}/${controller}`;
let handlers = null;
let offered = null;
let forgets = false;
let issuedAtMs = Date.now();
const wire = new Map();

const tell = (topic, payload) => setImmediate(() => handlers?.message(topic, Buffer.from(payload), false));
const say = (topic, message) => tell(topic, sign(topic, message, office));
const said = (payload) => JSON.parse(Buffer.from(payload.split('.')[1], 'base64url').toString());

function ack(epoch, through) {
  issuedAtMs += 1;
  say(`${own}/ack`, { epoch, through, issuedAt: new Date(issuedAtMs).toISOString() });
}

const transport = {
  connect(_request, given) {
    handlers = given;
    setImmediate(() => given.up());
    return { publish, close: (done) => setImmediate(done), drop: () => {} };
  },
};

function publish(topic, payload) {
  if (topic === `${own}/events`) {
    const { epoch, events } = said(payload);
    const { seq } = events.at(-1);
    ack(epoch, forgets && seq >= backlog ? 0 : seq);
  } else if (topic === `${own}/want` && offered !== null) sendChunks(offered, 0);
  return true;
}

function sendChunks({ manifest, chunks }, n) {
  if (n >= chunks.length) return;
  setImmediate(() => {
    handlers?.message(`${own}/replica/chunk/${manifest.revision}/${n}`, chunks[n], false);
    sendChunks({ manifest, chunks }, n + 1);
  });
}

parentPort.on('message', (message) => {
  if (message.rest === true) {
    forgets = false;
  } else if (message.go === undefined) {
    wire.get('message')?.(message);
  } else {
    forgets = true;
    ack(message.epoch, 0);
    offered = offers[message.go];
    say(`${base}/replica/manifest`, manifestMessage(offered.manifest));
  }
});

serveEdge(
  { postMessage: (word) => parentPort.postMessage(word), on: (event, listener) => wire.set(event, listener) },
  {
    clock: realClock(() => false),
    random: systemRandom,
    source: openJournalReader(journal),
    sink: new ReplicaFiles(replica),
    transport,
  },
);
