// Where a fault may be planted in a world: around the real parts, never in them.

import type { Replicas } from '../../../daemon/run/replicas.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import type { ReplicaSink } from '../../../sync/edge/ports.ts';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import type { Transport } from '../../../sync/protocol/transport.ts';
import type { LockLines } from './keeper.ts';
import type { SimKeys } from './keys.ts';

export interface SimPlants {
  /** The files before a life begins on them. */
  readonly beforeStart?: (at: { controller: string; life: number; journal: string; replica: string }) => void;
  readonly journalOpened?: (journal: Journal, lines: LockLines) => void;
  readonly replicasOpened?: (replicas: Replicas) => void;
  /** Where the edge makes the next replica. */
  readonly edgeSink?: (sink: ReplicaSink) => ReplicaSink;
  /** Before the office works with it. */
  readonly officeOpened?: (store: OfficeStore) => void;
  readonly edgeTransport?: (
    transport: Transport,
    of: { readonly controller: string; readonly officeKeys: SimKeys },
  ) => Transport;
}
