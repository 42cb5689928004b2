// What the edge tells of the office, made into records and log lines.

import type { EventDraft } from '../../access/event.ts';
import type { Refusal } from '../../sync/edge/ports.ts';
import type { Log } from '../log.ts';

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
  return null;
}

export function logRefusal(log: Log, { kind, reason, detail, count }: Refusal): void {
  const times = count === 1 ? '' : ` (${count} times)`;
  log('warn', `refused from the office's side: ${kind} ${reason}: ${detail}${times}`);
}
