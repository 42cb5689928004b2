// What a journal that was begun by a restore says of those before it. An epoch is never continued, so what the office has
// not heard of an earlier one is sent from that one's own file, which nobody writes any more.

import { dirname, join } from 'node:path';
import type { Json } from '../../access/event.ts';

/** An earlier journal of this controller; its file lies beside the journal, as `earlierFile` names it. */
export type EarlierJournal = {
  readonly epoch: string;
  /** Sequence number of its last record. */
  readonly last: number;
  /** The office has everything up to here, and said so at `issuedAtMs` (null: it did not say when). */
  readonly through: number;
  readonly issuedAtMs: number | null;
};

/** What a restored journal goes on from. */
export type Restored = {
  readonly previousEpoch: string;
  /** Last record of that epoch that is known here. */
  readonly through: number;
  /** When the backup was made, ISO 8601. */
  readonly takenAt: string;
  /** When it was restored, ISO 8601. */
  readonly restoredAt: string;
};

/** As `begin-epoch.ts` and the journal wrote it. An epoch names a file: one that is no id is not read. */
export function readEarlier(value: Json | undefined): readonly EarlierJournal[] {
  const earlier = (value as unknown as readonly EarlierJournal[] | undefined) ?? [];
  return earlier.filter(({ epoch }) => /^[A-Za-z0-9._-]{1,64}$/.test(epoch));
}

/** How many records of these the office has not acknowledged. */
export function undelivered(earlier: readonly EarlierJournal[]): number {
  return earlier.reduce((sum, { last, through }) => sum + Math.max(last - through, 0), 0);
}

/** Those of which the office has not all. */
export function withUndelivered(earlier: readonly EarlierJournal[]): readonly EarlierJournal[] {
  return earlier.filter(({ last, through }) => through < last);
}

/** Where the journal of an earlier epoch lies. */
export function earlierFile(journalFile: string, epoch: string): string {
  return join(dirname(journalFile), `journal-${epoch}.db`);
}
