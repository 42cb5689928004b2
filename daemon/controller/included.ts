// What a replica includes of a site's records (rules.md section 5): of this journal none that came after it, whatever number it names.
// The journal keeps when it came, so that a start does not forget what was used since.

import type { Includes } from '../../access/model.ts';
import { recordOf } from '../../config/raw.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';

const arrivedKey = 'replicaArrived';

/** Of a replica that comes now, or at the start of one that came before. @throws DbError where the replica cannot be read */
export function includedIn(replica: ReplicaStore, journal: Journal, comesNow: boolean): readonly Includes[] {
  const { controller, epoch } = journal.identity;
  const cameAt = (comesNow ? null : cameBefore(replica.revision, journal)) ?? journal.head.seq;
  return replica.includes().map((one) => {
    const own = one.controller === controller && one.epoch === epoch;
    return own ? { ...one, through: Math.min(one.through, cameAt) } : one;
  });
}

/** Goes to disk with the next commit: after a crash before that the replica comes anew, with what is in the journal by then. */
export function arrived({ revision }: ReplicaStore, journal: Journal, comesNow: boolean): void {
  if (!comesNow && cameBefore(revision, journal) !== null) return;
  journal.set(arrivedKey, { revision, epoch: journal.identity.epoch, seq: journal.head.seq });
}

/** The last record that there was when it came; null: it has not been seen. */
function cameBefore(revision: number, journal: Journal): number | null {
  const { revision: before, epoch, seq } = recordOf(journal.get(arrivedKey));
  return before === revision && epoch === journal.identity.epoch && typeof seq === 'number' ? seq : null;
}
