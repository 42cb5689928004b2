// What an answer to GET DATA says: the UID of an ISO 14443 card, or why it is none that could be anybody's.

import type { CardOutcome } from './messages.ts';

/** PC/SC part 3, 3.2.2.1.3: GET DATA, UID, as long as it is. */
export const getUid: readonly number[] = [0xff, 0xca, 0x00, 0x00, 0x00];

/** A UID of ten bytes and the status; more room, so that what is longer is seen and not cut. */
export const maxAnswerBytes = 64;

/** ISO 14443-3: single, double and triple size. */
const uidBytes = [4, 7, 10];

/** ISO 14443-3: a single size UID that begins so is drawn anew each time the card is powered. */
const randomMark = 0x08;

export function uidOf(answer: Uint8Array): CardOutcome {
  // A status is the least that a card answers: this one was pulled away.
  if (answer.length < 2) return { refused: 'card-failed' };
  const [data, status] = [answer.subarray(0, -2), answer.subarray(-2)];
  if (status[0] !== 0x90 || status[1] !== 0x00) return { refused: 'no-uid' };
  if (!uidBytes.includes(data.length)) return { refused: 'uid-length' };
  if (data.length === 4 && data[0] === randomMark) return { refused: 'random-uid' };
  return { uid: Buffer.from(data).toString('hex').toUpperCase() };
}
