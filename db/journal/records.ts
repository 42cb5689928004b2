// From a draft to a record: its place in the chain, its identity and its time. Nothing here touches the disk.

import { v7 } from 'uuid';
import { canonicalJson, eventHash } from '../../access/canonical.ts';
import type { Moment, Random } from '../../access/clock.ts';
import type { EventDraft, JournalEvent, JsonObject } from '../../access/event.ts';
import { DbError } from '../error.ts';
import type { Head, JournalIdentity } from './schema.ts';

/** Longest record, in bytes of its canonical form (the wire takes no longer one). */
export const maxEventBytes = 256 * 1024;

export interface NewRecord {
  readonly event: JournalEvent;
  readonly text: string;
  readonly hash: string;
}

/**
 * The records of the drafts, behind `head`, all at one moment.
 * @throws DbError `too-large`
 */
export function recordsOf(
  drafts: readonly EventDraft[],
  journal: { readonly identity: JournalIdentity; readonly head: Head; readonly file: string },
  at: Moment,
  random: Random,
): NewRecord[] {
  const { site, controller, epoch } = journal.identity;
  const wallMs = Math.trunc(at.wallMs);
  const time = new Date(wallMs).toISOString();
  const clock = { boot: at.boot, sinceBootMs: at.sinceBootMs, synchronised: at.synchronised };
  let { seq, hash: prev } = journal.head;
  return drafts.map(({ type, accessPoint, reader, data }) => {
    seq += 1;
    const event: JournalEvent = {
      id: v7({ random: random.bytes(16), msecs: Math.max(wallMs, 0) }),
      site,
      controller,
      epoch,
      seq,
      type,
      time,
      clock,
      ...(accessPoint === undefined ? {} : { accessPoint }),
      ...(reader === undefined ? {} : { reader }),
      data,
      prev,
    };
    const text = canonicalJson(event as unknown as JsonObject);
    const bytes = Buffer.byteLength(text);
    if (bytes > maxEventBytes) {
      throw new DbError(
        'too-large',
        journal.file,
        `a record of ${type} takes ${bytes} bytes, at most ${maxEventBytes} are kept`,
      );
    }
    prev = eventHash(text);
    return { event, text, hash: prev };
  });
}
