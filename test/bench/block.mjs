// A card that is blocked at the office, until a connected controller refuses it: from the command to the record that the revision decides,
// in a real office, a real controller and mosquitto between them, on sites of two sizes. The limit is what the issue allows.

import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { parseReplicaDocument } from '../../dist/config/load.js';
import { importReplica } from '../../dist/sync/office/import/import.js';
import { actions } from '../../dist/sync/office/records/actions.js';
import { changeRecords } from '../../dist/sync/office/records/change.js';
import { openOfficeStore } from '../../dist/sync/office/store/open.js';
import { figure, median, say } from './figures.mjs';

const cardea = fileURLToPath(new URL('../../bin/cardea.mjs', import.meta.url));
const blocks = 7;
const limitMs = 2_000;
const patienceMs = 300_000;

export async function measureBlock(parent, size) {
  const folder = join(parent, `block-${size}`);
  const programs = [];
  const run = (command, args) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    programs.push(child);
    return child;
  };
  try {
    await writeSite(folder, size, run);
    run(process.execPath, [cardea, 'office', 'run', '--config', join(folder, 'office.yaml')]);
    run(process.execPath, [cardea, 'run', '--config', join(folder, 'controller.yaml')]);
    await applied(folder, 1);
    const store = openOfficeStore(join(folder, 'office.db'), { site: 'bench', mode: 'write' });
    const [took, came] = [[], []];
    for (let n = 0; n < blocks; n++) {
      const from = performance.now();
      block(store, `c${n}`);
      took.push(performance.now() - from);
      await applied(folder, n + 2);
      came.push(performance.now() - from);
    }
    store.close();
    say(
      `  of ${size} credentials, the change itself ${median(took).toFixed(1)} ms; slowest ${Math.max(...came).toFixed(0)} ms`,
    );
    return figure(`block to door, ${size.toLocaleString('en')} credentials`, median(came), limitMs, 'ms', 1);
  } finally {
    for (const child of programs) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
  }
}

function block(store, id) {
  const action = actions.find(({ name }) => name === 'block');
  const origin = { by: 'bench', via: 'cli', request: id, action: 'block', reason: null, nowMs: Date.now() };
  const asked = { id, given: {}, nowMs: origin.nowMs, newId: '' };
  changeRecords(store, (view) => action.plan(view, asked), { origin });
}

/** So many revisions came to decide at the controller. */
async function applied(folder, count) {
  const until = performance.now() + patienceMs;
  for (;;) {
    if (performance.now() > until) throw new Error(`revision ${count} did not come`);
    try {
      const db = new Database(join(folder, 'data', 'journal.db'), { readonly: true, fileMustExist: true });
      try {
        const found = db.prepare("SELECT count(*) FROM events WHERE type = 'replica.applied'").pluck().get();
        if (found >= count) return;
      } finally {
        db.close();
      }
    } catch (error) {
      // It is being made.
      if (!['SQLITE_CANTOPEN', 'SQLITE_ERROR', 'SQLITE_BUSY'].includes(error.code)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function writeSite(folder, size, run) {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const write = (name, text) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  for (const name of ['office', 'front']) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    write(`${name}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  write('site.key', `${Buffer.alloc(32, 7).toString('base64')}\n`);
  const port = await freePort();
  write('mosquitto.conf', `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  run('mosquitto', ['-c', join(folder, 'mosquitto.conf')]);
  const upstream = `url: "mqtt://127.0.0.1:${port}"`;
  write(
    'office.yaml',
    `site: bench
upstream: { ${upstream} }
signingKeyFile: office.key
credentialKeyFile: site.key
controllers: [{ id: front, publicKeyFile: front.pub }]
`,
  );
  write(
    'controller.yaml',
    `site: bench
controller: front
credentialKeyFile: site.key
dataDir: data
upstream: { ${upstream}, signingKeyFile: front.key, officeKeys: [office.pub] }
accessPoints: [{ id: door, space: house, kind: entrance, lock: { driver: simulated } }]
readers: [{ id: in, driver: simulated, accessPoint: door, direction: in }]
`,
  );
  importSite(folder, size);
}

function importSite(folder, size) {
  const all = Array.from({ length: size }, (_, n) => n);
  const text = JSON.stringify({
    format: 'cardea-replica/1',
    site: 'bench',
    revision: 1,
    spaces: [{ id: 'house', timeZone: 'Europe/Berlin', currency: 'EUR' }],
    customers: all.map((n) => ({ id: `m${n}`, name: `Member ${n}` })),
    credentials: all.map((n) => ({ id: `c${n}`, type: 'fob', value: String(1_000_000 + n), customer: `m${n}` })),
  });
  const store = openOfficeStore(join(folder, 'office.db'), { site: 'bench', mode: 'write' });
  importReplica(store, parseReplicaDocument(text, 'replica.json').document, { force: false, nowMs: Date.now() });
  store.close();
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
