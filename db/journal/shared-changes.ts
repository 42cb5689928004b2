// Peers' records and what merging them changes, as statements. What is there already stays: a record that comes twice is one.

import type Database from 'better-sqlite3';
import type { StateChange } from '../../access/change.ts';
import type { SharedRecord } from '../../access/merge/record.ts';
import type { Catalogues } from './catalogues.ts';

type Of<K extends StateChange['do']> = Extract<StateChange, { do: K }>;
type Kinds = 'share' | 'share-own' | 'take-back' | 'merged' | 'keep-catalogue';
type Execute<K extends StateChange['do']> = (change: Of<K>) => void;

/** Key of `meta`: up to which record of this journal all is among the shared ones. */
export const ownSharedKey = 'shared-through';

/** Of one person, from one controller: the newest are kept. A visitor of every day makes a tenth of it in two weeks. */
export const keptOfOne = 1_000;

/** Revisions whose catalogue is known: more than a day of one a minute. */
const keptRevisions = 4_096;

export function sharedExecutors(db: Database.Database, catalogues: Catalogues): { readonly [K in Kinds]: Execute<K> } {
  const insert = db.prepare(
    `INSERT INTO shared_records (holder, time_ms, controller, epoch, seq, type, boot, since_boot_ms, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const cursor = db.prepare(
    `INSERT INTO shared_journals (controller, epoch, through, hash) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET through = excluded.through, hash = excluded.hash WHERE excluded.through > through`,
  );
  const unmerged = db.prepare('INSERT INTO unmerged (holder) VALUES (?) ON CONFLICT DO NOTHING');
  const merged = db.prepare('DELETE FROM unmerged WHERE holder = ?');
  const own = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  const keep = db.prepare('INSERT OR REPLACE INTO replica_catalogues (revision, catalogue) VALUES (?, ?)');
  const forget = db.prepare('DELETE FROM replica_catalogues WHERE revision <= ? - ?');
  const count = db
    .prepare<[string, string], number>('SELECT count(*) FROM shared_records WHERE holder = ? AND controller = ?')
    .pluck();
  const dropOldest = db.prepare(
    `DELETE FROM shared_records WHERE (holder, time_ms, controller, epoch, seq) IN (
       SELECT holder, time_ms, controller, epoch, seq FROM shared_records WHERE holder = ? AND controller = ?
       ORDER BY time_ms, epoch, seq LIMIT ?)`,
  );
  const again = db.prepare('INSERT OR REPLACE INTO merge_again (holder, at_ms) VALUES (?, ?)');
  const notAgain = db.prepare('DELETE FROM merge_again WHERE holder = ?');
  /** @returns whether it is new */
  const put = (r: SharedRecord): boolean => {
    const { holder, timeMs, controller, epoch, seq, type, boot, sinceBootMs, data } = r;
    const text = JSON.stringify(data);
    const isNew = insert.run(holder, timeMs, controller, epoch, seq, type, boot, sinceBootMs, text).changes > 0;
    const over = isNew ? (count.get(holder, controller) ?? 0) - keptOfOne : 0;
    if (over > 0) dropOldest.run(holder, controller, over);
    return isNew;
  };
  return {
    share: ({ records, cursor: to }) => {
      for (const record of records) if (put(record)) unmerged.run(record.holder);
      if (to !== null) cursor.run(to.controller, to.epoch, to.through, to.hash);
    },
    'share-own': ({ records, through }) => {
      for (const record of records) if (put(record) && record.type === 'clock.stepped') unmerged.run(record.holder);
      own.run(ownSharedKey, String(through));
    },
    'take-back': takeBack(db),
    merged: ({ holder, done, again: later }) => {
      (done ? merged : unmerged).run(holder);
      if (later === undefined) notAgain.run(holder);
      else again.run(holder, later.atMs === null ? null : Math.trunc(later.atMs));
    },
    'keep-catalogue': ({ revision, catalogue }) => {
      keep.run(revision, catalogues.keep(catalogue));
      forget.run(revision, keptRevisions);
    },
  };
}

function takeBack(db: Database.Database): Execute<'take-back'> {
  const use = db.prepare(
    `DELETE FROM pass_use WHERE customer = ? AND pass IN (SELECT value FROM json_each(?))
       AND visit IN (SELECT value FROM json_each(?))`,
  );
  const ofCustomer = ['plan_use', 'proposals'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE customer = ? AND visit IN (SELECT value FROM json_each(?))`),
  );
  return ({ customer, visits, passes, told }) => {
    use.run(customer, JSON.stringify(passes), JSON.stringify(visits));
    for (const statement of ofCustomer) statement.run(customer, JSON.stringify(told));
  };
}
