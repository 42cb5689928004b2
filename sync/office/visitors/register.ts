// A visitor is registered before they come: who, whose guest, where and when, and, where it is asked for, a badge: a QR code that nobody
// can guess, and that opens for this visit only. Moved to another time, and withdrawn.

import { businessDayAt } from '../../../access/time/business-day.ts';
import { parseInstant } from '../../../config/instant.ts';
import { textOf } from '../../../config/raw.ts';
import type { Operation } from '../records/change.ts';
import { RecordsError } from '../records/error.ts';
import { missing, type RecordsView } from '../records/view.ts';
import { isInside } from './list.ts';
import { spaceOf } from './space.ts';

export interface Registration {
  readonly id: string;
  /** Default: the id. */
  readonly name?: string | undefined;
  /** A customer or a member of the staff; undefined: nobody is told. */
  readonly host?: string | undefined;
  readonly space: string;
  /** An instant, as people write it. */
  readonly expected: string;
  /** The host or the staff has to approve of it first. */
  readonly needsApproval: boolean;
  /** What a badge's code is made of, `badgeBytes` random ones; null: no badge. */
  readonly badge: Uint8Array | null;
  readonly nowMs: number;
}

/** Five bits each: nobody guesses 130. */
export const badgeBytes = 26;

/** Letters and digits that no reader and no person takes for another, and that make the smallest QR code. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** @throws RecordsError */
export function registration(view: RecordsView, asked: Registration): readonly Operation[] {
  const { id, name = id, host = null, space, expected, needsApproval, badge, nowMs } = asked;
  checkWindow(view, space, expected, nowMs);
  const credential = badge === null ? null : `badge-${id}`.slice(0, 64);
  const approval = needsApproval ? 'requested' : 'not-required';
  const record = { name, host, space, expected, approval, credential };
  const visitor: Operation = { does: 'put', kind: 'visitors', id, record, expected: null };
  if (badge === null || credential === null) return [visitor];
  const value = codeOf(badge);
  return [{ does: 'put', kind: 'credentials', id: credential, record: { type: 'qr', value }, expected: null }, visitor];
}

/** The visit is at another time; approval and badge stay. @throws RecordsError */
export function moved(view: RecordsView, id: string, expected: unknown, nowMs: number): readonly Operation[] {
  const record = view.get('visitors', id);
  checkWindow(view, String(record.space), String(expected), nowMs);
  return [{ does: 'put', kind: 'visitors', id, record: { ...record, expected } }];
}

/** Nobody is expected any more, and the badge opens nothing. @throws RecordsError */
export function withdrawn(view: RecordsView, id: string, nowMs: number): readonly Operation[] {
  const credential = textOf(view.get('visitors', id).credential);
  if (isInside(view.store, id, nowMs)) {
    throw new RecordsError('conflict', `${id} is inside, and needs the badge on the way out: withdraw the visit later`);
  }
  const visitor: Operation = { does: 'remove', kind: 'visitors', id };
  return credential === undefined ? [visitor] : [visitor, { does: 'remove', kind: 'credentials', id: credential }];
}

/** Who comes when the day is over is refused: nobody means that. */
function checkWindow(view: RecordsView, space: string, expected: string, nowMs: number): void {
  const ms = parseInstant(expected);
  const known = spaceOf(view.store, space);
  if (known === undefined) throw missing('spaces', space);
  // What is no instant is told with everything else that is wrong with the record.
  if (ms === null || businessDayAt(known, ms).endMs > nowMs) return;
  throw new RecordsError('conflict', `expected ${expected} is a day that is over: choose one that is still to come`);
}

/** Five bits of each byte: as even as the bytes are. */
function codeOf(bytes: Uint8Array): string {
  return `V${[...bytes].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
}
