// What the edge reads and writes of a controller's folder, wherever it runs: the journals, through handles of its own that only
// read, and the build of the next replica.

import type { UpstreamConfig } from '../../config/types.ts';
import { type JournalReader, openJournalReader } from '../../db/journal/reader.ts';
import { ReplicaFiles } from '../../db/replica/files.ts';
import type { EdgeParts, EventSource } from '../../sync/edge/ports.ts';

export interface EarlierFile {
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
  readonly file: string;
}

/** What the thread is given (daemon/edge-worker.ts). */
export interface EdgeWorkerData {
  readonly broker: UpstreamConfig;
  readonly journal: string;
  readonly replica: string;
  /** Journals before this one of which the office has not all. */
  readonly earlier: readonly EarlierFile[];
}

export interface EdgeFiles extends Required<Pick<EdgeParts, 'source' | 'earlier' | 'sink'>> {
  readonly source: JournalReader;
}

/** @throws DbError where the journal cannot be read */
export function openEdgeFiles({ journal, replica, earlier }: Omit<EdgeWorkerData, 'broker'>): EdgeFiles {
  return {
    source: openJournalReader(journal),
    earlier: earlier.map(earlierSource),
    sink: new ReplicaFiles(replica),
  };
}

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
