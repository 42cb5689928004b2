// The edge's thread: its own clock, its own read-only handle on the journal, and the folder where new replicas are built.
// Only what `daemon/run/upstream.ts` starts it with is known here; what it tells goes through its port.

import { parentPort, workerData } from 'node:worker_threads';
import { type JournalReader, openJournalReader } from '../db/journal/reader.ts';
import { ReplicaBuilder } from '../db/replica/builder.ts';
import type { EventSource } from '../sync/edge/ports.ts';
import { serveEdge } from '../sync/edge/serve.ts';
import { mqttTransport } from '../sync/protocol/mqtt-transport.ts';
import { systemRandom } from './clock/random.ts';
import { realClock } from './clock/real.ts';
import type { EarlierFile, EdgeWorkerData } from './run/upstream.ts';

const { broker, journal, replica, earlier } = workerData as EdgeWorkerData;

/** Opened when it is read: one that is missing or damaged is told of by the outbox, and stops nothing else. */
function earlierSource({ site, controller, epoch, file }: EarlierFile): EventSource {
  let reader: JournalReader | null = null;
  const opened = (): JournalReader => {
    reader ??= openJournalReader(file);
    return reader;
  };
  return {
    identity: () => ({ site, controller, epoch }),
    head: () => opened().head(),
    read: (...asked) => opened().read(...asked),
    hashOf: (seq) => opened().hashOf(seq),
  };
}

if (parentPort !== null) {
  serveEdge(parentPort, {
    // Only the side that never steps is used to wait; whether the wall is right is the daemon's to say.
    clock: realClock(() => false),
    random: systemRandom,
    source: openJournalReader(journal),
    earlier: earlier.map(earlierSource),
    sink: { begin: (header) => new ReplicaBuilder(replica, header) },
    transport: mqttTransport(broker),
  });
}
