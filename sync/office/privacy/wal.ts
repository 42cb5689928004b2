// What was taken out of the store stands no more in the database's log either.

import type { OfficeStore } from '../store/open.ts';

/** Left for the next time while another process reads. */
export function emptyWal({ db }: OfficeStore): void {
  db.pragma('wal_checkpoint(TRUNCATE)');
}
