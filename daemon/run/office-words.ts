// What the edge tells of the office, made into records and log lines.

import type { EventDraft } from '../../access/event.ts';
import type { Refusal } from '../../sync/edge/ports.ts';
import type { Log } from '../log.ts';

/** What says that the journal is not the only one, or not whole, with what to do about it. */
const ofTheJournal: Readonly<Record<string, string>> = {
  fork: 'another controller writes under this name, or an old copy of this journal was put back: see "A second journal" in docs/operating.md',
  'ack-ahead':
    'the office has more of this journal than was written here: an old copy of it was put back, or another controller writes under this name: see "A second journal" in docs/operating.md',
  'record-lost': 'its place and its hash are sent, and the records after it: cardea verify says what is sound',
};

/** The replica that decides, and the newest revision that the office named. */
export interface ReplicaState {
  readonly revision: number;
  readonly newest: number;
  /** Whole seconds since it was known to be the newest; null without a replica. */
  readonly ageS: number | null;
}

/**
 * The record of a refusal; null for one that is only logged.
 * @param replica as it is now; null: nothing is said of it.
 */
export function refusalRecord(refusal: Refusal, replica: ReplicaState | null = null): EventDraft | null {
  const { kind, reason, detail, count, command } = refusal;
  if (kind === 'replica') return { type: 'replica.refused', data: { reason, detail, count, ...replica } };
  if (kind === 'command') return { type: 'command.refused', data: { command: command ?? null, reason, detail, count } };
  if (isOfTheJournal({ kind, reason })) return { type: 'journal.gap', data: { reason, detail, count } };
  return null;
}

/** Whether it goes on for as long as nobody mends it: one record of it is enough. */
export function lasts({ kind, reason }: Refusal): boolean {
  return kind === 'ack' && isOfTheJournal({ kind, reason });
}

export function logRefusal(log: Log, { kind, reason, detail, count }: Refusal): void {
  const times = count === 1 ? '' : ` (${count} times)`;
  if (kind === 'connection') log('warn', `${detail}${times}`);
  else if (isOfTheJournal({ kind, reason })) log('error', `${reason}: ${detail}${times}; ${ofTheJournal[reason]}`);
  else log('warn', `refused from the office's side: ${kind} ${reason}: ${detail}${times}`);
}

function isOfTheJournal({ kind, reason }: Pick<Refusal, 'kind' | 'reason'>): boolean {
  return (kind === 'ack' || kind === 'outbox') && Object.hasOwn(ofTheJournal, reason);
}
