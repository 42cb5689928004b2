// What whoever works at the office does: records of the office's own journal, written whole or not at all, with the visits that they
// change, in one transaction. The same for a command beside a running office, a command without one, and the office itself.

import type { Clock, Random } from '../../../access/clock.ts';
import type { EventDraft } from '../../../access/event.ts';
import type { NewRecord } from '../../../db/journal/records.ts';
import { OfficeError } from '../error.ts';
import { claimedEpoch, OwnJournal } from '../merge/own-journal.ts';
import { guarded } from '../store/failure.ts';
import { isStoreInUse } from '../store/lock.ts';
import type { OfficeStore } from '../store/open.ts';
import { bringVisitsUpToDate, VisitTable } from '../visits/project.ts';

export interface Desk {
  readonly store: OfficeStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: OwnJournal;
}

/** Who does it, for the records. */
export interface By {
  readonly by: string;
  readonly reason?: string;
}

export interface Act {
  readonly drafts: readonly EventDraft[];
  /** When it happened, UTC milliseconds; left out: now. */
  readonly wallMs?: number;
  /** It is recorded, and was refused all the same. */
  readonly refused?: OfficeError;
}

const maxTextLength = 500;

/** The desk of a process that is not the office: it writes into the journal of the office that runs, or begins one. */
export function deskOf(store: OfficeStore, clock: Clock, random: Random): Desk {
  bringVisitsUpToDate(store);
  const epoch = isStoreInUse(store.path) ? claimedEpoch(store) : undefined;
  return { store, clock, random, journal: new OwnJournal(store, clock, random, epoch) };
}

/** Looks and writes in one transaction: nobody else acts in between. @throws OfficeError `act-refused`, `store-*` */
export function act({ store, journal }: Desk, decide: () => Act): readonly NewRecord[] {
  const visits = new VisitTable(store);
  const { records, refused } = guarded(store.path, () =>
    store.db
      .transaction(() => {
        const { drafts, wallMs, refused } = decide();
        const records = journal.record(drafts, wallMs);
        for (const visit of new Set(drafts.map(({ data }) => data.visit))) {
          if (typeof visit === 'string') visits.project(visit);
        }
        return { records, refused };
      })
      .immediate(),
  );
  if (refused !== undefined) throw refused;
  return records;
}

/** @param code why, as one word for programs */
export function refusal(code: string, words: string): OfficeError {
  return new OfficeError('act-refused', words, { reason: code });
}

/** As the records have it. @throws OfficeError `act-refused` */
export function byData({ by, reason }: By): { readonly by: string; readonly reason?: string } {
  for (const text of [by, reason]) {
    if (text !== undefined && (text.trim().length === 0 || text.length > maxTextLength)) {
      throw refusal('bad-text', `who does it, and why, are each 1 to ${maxTextLength} characters`);
    }
  }
  return { by, ...(reason === undefined ? {} : { reason }) };
}
