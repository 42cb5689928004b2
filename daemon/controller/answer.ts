// What the controller answers to a tap where the rules were not asked: a repeat, facts that cannot be read, a disk that
// cannot be written.

import type { Grant } from '../../access/door/state.ts';
import type { Ruling, Tap } from '../../access/entry/tap.ts';
import type { EventDraft, JsonObject } from '../../access/event.ts';
import type { Holder } from '../../access/facts.ts';
import type { Anchor } from '../../access/time/trusted-time.ts';
import { recordOf, textOf } from '../../config/raw.ts';
import type { ReaderConfig } from '../../config/types.ts';
import type { Opened } from './repeats.ts';

export type Answer = Pick<Ruling, 'granted' | 'direction' | 'drafts' | 'changes' | 'extendedUnlock' | 'waitsFor'> & {
  /** A code of rules.md, or `storage-failed`. */
  readonly reason: string;
};

/**
 * O7: the lock is released anew; `access.repeated` is recorded as the grant that it repeats. Nothing is decided, but the
 * minutes of an automatic check-out count to this tap (O6).
 * @param at of the tap, its wall side the least that its time can be.
 */
export function repeatOf({ grant, extended, visit }: Opened, at: Anchor): Answer {
  const { reason, direction } = grant.data;
  return {
    granted: true,
    reason: String(reason),
    direction: direction === 'out' ? 'out' : 'in',
    extendedUnlock: extended,
    drafts: [{ ...grant, type: 'access.repeated' }],
    changes: visit === null ? [] : [{ do: 'seen', visit, at }],
  };
}

/** The facts cannot be read: a free exit opens all the same (rules.md section 3: it never holds the door). */
export function undecided(tap: Tap, why: string): Answer {
  const direction = tap.reader.direction === 'out' ? 'out' : 'in';
  const granted = direction === 'out' && tap.accessPoint.exit === 'free';
  const reason = granted ? 'exit' : 'storage-failed';
  const place = { accessPoint: tap.accessPoint.id, reader: tap.reader.id };
  const data: JsonObject = { credential: { ...tap.credential }, direction, reason };
  const drafts: EventDraft[] = [
    { type: granted ? 'access.granted' : 'access.denied', ...place, data },
    { type: 'storage.failed', ...place, data: { storage: 'facts', reason: why } },
  ];
  return { granted, reason, direction, extendedUnlock: false, drafts, changes: [] };
}

/** A tap that waited while the program stood still: whoever gave it may have left, and somebody else may stand there. */
export function staleDenial(reader: ReaderConfig, credential: Tap['credential']): EventDraft {
  const direction = reader.direction === 'out' ? 'out' : 'in';
  const data = { credential: { ...credential }, direction, reason: 'stale' };
  return { type: 'access.denied', accessPoint: reader.accessPoint, reader: reader.id, data };
}

/** The grants that a door waits to see taken: of two people who came together, two; none where it repeats one that was told of. */
export function grantsOf({ granted, drafts }: Answer): readonly Grant[] {
  const grants = granted ? drafts.filter(({ type }) => type === 'access.granted') : [];
  return grants.map(({ reader, data }) => (reader === undefined ? { data } : { reader, data }));
}

/** Whose tap it records; null: nobody is known. */
export function holderIn({ data }: Pick<EventDraft, 'data'>): Holder | null {
  const { kind, id: written } = recordOf(data.holder);
  const id = textOf(written);
  if (id === undefined) return null;
  return kind === 'customer' || kind === 'staff' || kind === 'visitor' ? { kind, id } : null;
}

/** The member of staff whose tap it records; null: it is not of staff. */
export function staffOf(draft: EventDraft): string | null {
  const holder = holderIn(draft);
  return holder?.kind === 'staff' ? holder.id : null;
}

/** A grant that could not be written at a door that then stays shut. */
export function unwrittenDenial(grant: EventDraft): EventDraft {
  return { ...grant, type: 'access.denied', data: { ...grant.data, reason: 'storage-failed' } };
}
