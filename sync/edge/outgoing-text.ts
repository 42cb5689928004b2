// A record as it goes on the wire: itself, or what stands in for one that is lost, too long, or nested deeper than is read.

import { eventHash } from '../../access/canonical.ts';
import type { OutgoingRecord } from '../../db/journal/outgoing.ts';
import { maxEventBytes } from '../protocol/events.ts';
import { maxDepth, nestsTooDeep } from '../protocol/json.ts';
import { standInText } from '../protocol/stand-in.ts';

/** An event lies in the list of a batch. */
const deepest = maxDepth - 2;

export interface WireText {
  readonly text: string;
  /** What cannot be sent as it was recorded, in words; null: it is sent whole. */
  readonly fault: string | null;
}

export function wireText({ seq, text, lost }: OutgoingRecord): WireText {
  if (lost !== undefined) {
    const { from, hash, reason } = lost;
    const left = text === '' || tooLong(text) ? null : text;
    const place = from === seq ? `record ${seq}` : `records ${from} to ${seq}`;
    const standIn = standInText({ seq: from, through: seq, hash, lost: reason, text: left });
    return { text: standIn, fault: `${place}: ${reason}` };
  }
  const reason = wireFault(text);
  if (reason === null) return { text, fault: null };
  const kept = tooLong(text) ? null : text;
  const standIn = standInText({ seq, through: seq, hash: eventHash(text), lost: reason, text: kept });
  return { text: standIn, fault: `record ${seq}: ${reason}` };
}

function wireFault(text: string): string | null {
  if (tooLong(text)) return `longer than ${maxEventBytes} bytes, which is the most that is sent`;
  if (!hasMoreThan(text, deepest) || !nestsTooDeep(Buffer.from(text), deepest)) return null;
  return `nested deeper than ${deepest}, which is the most that is sent`;
}

function tooLong(text: string): boolean {
  return text.length * 3 > maxEventBytes && Buffer.byteLength(text) > maxEventBytes;
}

/** Whether there are more lists and objects, wherever they stand: fewer cannot nest deeper. */
function hasMoreThan(text: string, most: number): boolean {
  let count = 0;
  for (const open of ['{', '[']) {
    for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 1)) if (++count > most) return true;
  }
  return false;
}
