// Applies one delta after another to the replica in FOLDER, from the build, for a test that kills it: `FOLDER`. At revision r, customer n
// of the 1,200 is called by floor((r + n) / 7). Says on stdout how far it is.

import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../../../dist/db/replica/builder.js';
import { ReplicaFiles } from '../../../dist/db/replica/files.js';
import { openReplica } from '../../../dist/db/replica/store.js';
import { DeltaRun } from '../../../dist/sync/edge/delta-run.js';
import { ContentDigest, rowText } from '../../../dist/sync/protocol/digest.js';

const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'replica.db');
const files = new ReplicaFiles(file);
const say = (words) => writeSync(1, `${words}\n`);
const timers = {
  after: (_name, _ms, task) => {
    const handle = setImmediate(() => {
      say('piece');
      task();
    });
    return () => clearImmediate(handle);
  },
};

const person = (n, revision) => {
  const id = `c${n}`;
  return [
    'customers',
    { id, name: `${Math.floor((revision + n) / 7)}`, registeredWith: [], teams: [], disabled: false },
  ];
};
const all = (revision) => Array.from({ length: 1_200 }, (_, n) => person(n, revision));
const digestAt = (revision) => {
  const digest = new ContentDigest();
  for (const row of all(revision)) digest.add(rowText(row));
  return digest.text();
};

let before = null;

function next() {
  const store = openReplica(file);
  const { revision, digest, counts, most } = store;
  store.close();
  const operations = all(revision + 1).filter(([, { id }]) => (revision + 1 + Number(id.slice(1))) % 7 === 0);
  const steps = [{ from: revision, to: revision + 1, operations: operations.map((row) => ['put', ...row]) }];
  const manifest = {
    revision: revision + 1,
    sha256: 'b'.repeat(64),
    bytes: 1,
    chunks: [],
    controllers: [],
    shrinkMeant: false,
    digest: digestAt(revision + 1),
    issuedAtMs: null,
  };
  const base = { revision, digest, counts };
  new DeltaRun({
    timers,
    site: 'riverside',
    revise: (of) => files.revise(of),
    manifest,
    base,
    most,
    before,
    steps,
    done: (made) => {
      say('finished');
      install(made, file);
      before = { ...base, steps };
      say('installed');
      next();
    },
    failed: (error) => {
      say(`failed ${error.message}`);
      process.exit(1);
    },
  }).start();
}

next();
