// A replica document becomes the office's new state: whole or not at all, in one transaction, whether or not the office is
// running on the same store. The running office sees the new revision and publishes it.

import type { ReplicaDocument } from '../../../config/types.ts';
import { shrinks } from '../../protocol/shrink.ts';
import { OfficeError } from '../error.ts';
import { erasedAgain } from '../privacy/erased-again.ts';
import { maxAuditIds, writeImportAudit } from '../records/audit.ts';
import { idOf } from '../records/kinds.ts';
import { keepChanges } from '../store/changes.ts';
import { guarded } from '../store/failure.ts';
import { readMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';
import { Records } from '../store/records.ts';
import { addRevision, countsSince, currentRevision } from '../store/revisions.ts';
import {
  type CompareProgress,
  compare,
  type Difference,
  dropsTooMany,
  type KindChanges,
  mostOfAll,
  progressRecords,
} from './compare.ts';

export interface ImportOptions {
  /** The operator means it, even if more than a fifth of the customers or credentials goes. */
  readonly force: boolean;
  /** UTC milliseconds. */
  readonly nowMs: number;
  /** For the audit log: whose import it is, where that is known. */
  readonly by?: string;
  /** For the audit log: a name for all that it did; default one made of the revision. */
  readonly request?: string;
  /** Told now and then how many of how many records are compared, or written. */
  progress?(stage: 'comparing' | 'writing', done: number, total: number): void;
}

export interface ImportResult {
  /** The state that holds now. */
  readonly revision: number;
  /** The state before; null for the first import. */
  readonly previous: number | null;
  /** false: the document says what is kept already, and no new revision was made. */
  readonly changed: boolean;
  /** The document's own revision, where it was not above every one known here and another number was given; else null. */
  readonly renumberedFrom: number | null;
  readonly kinds: KindChanges;
  readonly shrinkMeant: boolean;
}

const dayMs = 86_400_000;
/** Imports of so long are taken together: that a list becomes shorter in small steps over a longer time needs no word. */
export const stepsMs = 30 * dayMs;
/** How often an import that another one overtook is compared anew. */
const triesAgainstOthers = 3;

/**
 * @throws OfficeError `other-site`, `duplicate-record`, `import-shrinks` (with the counts in `details`), `import-raced`,
 * `erased`, `store-*`.
 */
export function importReplica(store: OfficeStore, document: ReplicaDocument, options: ImportOptions): ImportResult {
  if (document.site !== store.site) {
    throw new OfficeError('other-site', `the document is of site ${document.site}, the store of ${store.site}`);
  }
  return guarded(store.path, () => {
    for (let i = 0; i < triesAgainstOthers; i++) {
      const result = attempt(store, document, options);
      if (result !== null) return result;
    }
    throw new OfficeError('import-raced', 'other imports came in between each time: run it again when they are done');
  });
}

/** null where the state changed while the document was compared with it. */
function attempt(store: OfficeStore, document: ReplicaDocument, options: ImportOptions): ImportResult | null {
  const records = new Records(store);
  const [base, difference] = store.db.transaction(
    () =>
      [
        currentRevision(store),
        compare(records, document, (done, total) => options.progress?.('comparing', done, total)),
      ] as const,
  )();
  const drops = dropsTooMany(difference);
  const inSteps = shrinks(mostOfAll(countsSince(store, options.nowMs - stepsMs)), difference.after);
  if ((drops.length > 0 || inSteps !== null) && !options.force) {
    const what =
      drops.length > 0
        ? `the document drops ${drops.join(' and ')}, more than a fifth`
        : `with the document ${inSteps} within ${stepsMs / dayMs} days, more than a fifth in several steps`;
    throw new OfficeError('import-shrinks', `${what}; nothing was changed: if that is meant, use --force`, {
      before: { ...difference.before },
      after: { ...difference.after },
    });
  }
  const again = erasedAgain(
    store,
    difference.changes.filter(({ before }) => before === null),
  );
  if (again !== null) throw new OfficeError('erased', `${again}: take them out of the document`);
  const unchanged = difference.put.length === 0 && difference.removed.length === 0;
  if (base !== undefined && unchanged) {
    const { revision } = base;
    const { kinds } = difference;
    return { revision, previous: revision, changed: false, renumberedFrom: null, kinds, shrinkMeant: false };
  }
  return store.db
    .transaction(() => {
      if (currentRevision(store)?.revision !== base?.revision) return null;
      const revision = nextRevision(store, document.revision);
      const slowly = shrinks(mostOfAll(countsSince(store, 0)), difference.after);
      const shrinkMeant = drops.length > 0 || inSteps !== null || slowly !== null;
      apply(records, difference, (done, total) => options.progress?.('writing', done, total));
      addRevision(store, { revision, importedAtMs: options.nowMs, counts: difference.after, shrinkMeant });
      if (base !== undefined) keepChanges(store, revision, difference.changes);
      audit(store, options, { revision, difference, first: base === undefined });
      return {
        revision,
        previous: base?.revision ?? null,
        changed: true,
        renumberedFrom: revision === document.revision ? null : document.revision,
        kinds: difference.kinds,
        shrinkMeant,
      };
    })
    .immediate();
}

/** Of the first import all is new, and the ids say nothing more. */
function audit(
  store: OfficeStore,
  { by, request, nowMs }: ImportOptions,
  { revision, difference, first }: { revision: number; difference: Difference; first: boolean },
): void {
  const { kinds, changes, put, removed } = difference;
  const added = new Set(changes.filter(({ before }) => before === null).map(({ kind, id }) => `${kind} ${id}`));
  const ids = [
    ...put.map(
      ({ kind, id }) => ({ kind, id: idOf(kind, id), did: added.has(`${kind} ${id}`) ? 'added' : 'changed' }) as const,
    ),
    ...removed.map(({ kind, id }) => ({ kind, id: idOf(kind, id), did: 'removed' }) as const),
  ];
  const kept = first || ids.length > maxAuditIds ? null : ids;
  const origin = { by: by ?? 'import', via: 'import', action: 'import', reason: null, nowMs } as const;
  writeImportAudit(store, { ...origin, request: request ?? `import-${revision}` }, revision, kinds, kept);
}

function apply(records: Records, { put, removed }: Difference, progress: CompareProgress): void {
  const total = removed.length + put.length;
  let done = 0;
  const step = (): void => {
    if (++done % progressRecords === 0) progress(done, total);
  };
  for (const { kind, id } of removed) {
    records.remove(kind, id);
    step();
  }
  for (const row of put) {
    records.put(row);
    step();
  }
}

/** `wanted` where it is above every revision that was ever known here or at a controller, else the first that is. */
export function nextRevision(store: OfficeStore, wanted: number): number {
  const highest = Math.max(currentRevision(store)?.revision ?? 0, readMeta(store, 'highestSeenRevision'));
  return wanted > highest ? wanted : highest + 1;
}
