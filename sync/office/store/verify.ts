// The whole chain of every journal in the store, from its first record to where its cursor stands. A record of which something was taken
// out cannot give its hash any more; it still has its place, and names the hash before, as the record after it names its own: that
// nothing is missing, and in what order it came, is proved all the same.

import type Database from 'better-sqlite3';
import { eventHash, genesisHash } from '../../../access/canonical.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import { asideType } from '../../protocol/events.ts';
import { lostType } from './events.ts';
import type { OfficeStore } from './open.ts';

export interface VerifiedJournal {
  readonly controller: string;
  readonly epoch: string;
  /** Places from 1 on. */
  readonly records: number;
  /** Of which something was taken out. */
  readonly erased: number;
  /** That their controller had no more. */
  readonly lost: number;
  /** The first thing that does not fit; null: all does. */
  readonly problem: string | null;
}

interface Row {
  readonly seq: number;
  readonly type: string;
  readonly body: string;
  readonly hash: string;
  readonly erased: string | null;
}

/** By controller and epoch, as of one moment; a running office may be writing. */
export function verifyStore(store: OfficeStore): VerifiedJournal[] {
  return store.db
    .transaction(() =>
      store.db
        .prepare<[], { controller: string; epoch: string; through: number; hash: string }>(
          'SELECT controller, epoch, through, hash FROM cursors ORDER BY controller, epoch',
        )
        .all()
        .map((cursor) => verified(store, cursor)),
    )
    .deferred();
}

function verified(
  { db, site }: OfficeStore,
  { controller, epoch, through, hash }: { controller: string; epoch: string; through: number; hash: string },
): VerifiedJournal {
  const rows: Database.Statement<[string, string], Row> = db.prepare(
    'SELECT seq, type, body, hash, erased FROM events WHERE controller = ? AND epoch = ? ORDER BY seq',
  );
  let last = { seq: 0, hash: genesisHash({ site, controller, epoch }) };
  let [erased, lost] = [0, 0];
  const result = (problem: string | null): VerifiedJournal => ({
    controller,
    epoch,
    records: last.seq,
    erased,
    lost,
    problem,
  });
  for (const row of rows.iterate(controller, epoch)) {
    const problem = problemWith(row, last);
    if (problem !== null) return result(problem);
    if (row.erased !== null) erased += 1;
    if (row.type === lostType) lost += row.seq - last.seq;
    last = { seq: row.seq, hash: row.hash };
  }
  if (last.seq !== through) return result(`${through} records were acknowledged, ${last.seq} are there`);
  return result(last.hash === hash ? null : `record ${through} is not the one that was acknowledged`);
}

function problemWith(
  { seq, type, body, hash, erased }: Row,
  last: { readonly seq: number; readonly hash: string },
): string | null {
  const said = valuesOf(body);
  const first = type === lostType && typeof said.from === 'number' ? said.from : seq;
  if (first !== last.seq + 1) return `record ${last.seq + 1} is missing`;
  if (type === lostType) return null;
  if (erased === null && eventHash(body) !== hash) return `record ${seq} was altered: its text does not give its hash`;
  const prev = textOf(said.prev);
  if (prev === last.hash || (prev === undefined && type === asideType)) return null;
  return `record ${seq} names another hash for record ${last.seq} than it has`;
}

function valuesOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(body));
  } catch {
    return {};
  }
}
