// From the chunks of a snapshot to a replica that can take over, as the edge's thread makes it: unpacked, compared with the manifest, parsed,
// judged, hashed, stored and made durable; against the insert of the same rows alone. In turns, in one process.

import { join } from 'node:path';
import { ReplicaFiles } from '../../dist/db/replica/files.js';
import { openReplica } from '../../dist/db/replica/store.js';
import { Assembly } from '../../dist/sync/edge/assembly.js';
import { figure, median, say } from './figures.mjs';
import { insertRaw } from './floor-snapshot.mjs';
import { passOf, publish, rowOf } from './passes.mjs';

const site = 'bench';
const rounds = 3;

export function measureSnapshot(folder, passes) {
  const { manifest, chunks } = publish({ site, revision: 2, passes });
  const rows = Array.from({ length: passes }, (_, index) => rowOf(passOf(index)));
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  say(
    `  ${(manifest.bytes / 1e6).toFixed(0)} MB of JSON in ${chunks.length} chunks, ${(bytes / 1e6).toFixed(1)} MB packed`,
  );
  const ours = [];
  const floor = [];
  for (let round = 0; round < rounds; round++) {
    const turns = [
      () => ours.push(build(join(folder, 'replica.db'), manifest, chunks, passes)),
      () => floor.push(insertRaw(join(folder, 'floor.db'), rows)),
    ];
    for (const turn of [round % 2, 1 - (round % 2)]) turns[turn]();
  }
  return figure(`snapshot of ${passes.toLocaleString('en')} passes`, median(ours), median(floor), 'ms', 2.5);
}

function build(file, manifest, chunks, passes) {
  const from = performance.now();
  const assembly = new Assembly(manifest, site, null, new ReplicaFiles(file));
  let offer = null;
  for (const [n, chunk] of chunks.entries()) offer = assembly.offer(n, chunk);
  const took = performance.now() - from;
  if (offer?.outcome !== 'whole') throw new Error(`the snapshot is not whole: ${offer?.outcome}`);
  const store = openReplica(offer.file);
  if (store.revision !== manifest.revision || store.counts.passes !== passes) throw new Error('another replica');
  store.close();
  return took;
}
