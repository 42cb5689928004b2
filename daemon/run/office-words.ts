// What the edge tells of the office, made into records and log lines.

import type { EventDraft } from '../../access/event.ts';
import type { Refusal } from '../../sync/edge/ports.ts';
import type { Log } from '../log.ts';

/** The record of a refusal; null for one that is only logged. */
export function refusalRecord({ kind, reason, detail, count, command }: Refusal): EventDraft | null {
  if (kind === 'replica') return { type: 'replica.refused', data: { reason, detail, count } };
  if (kind === 'command') return { type: 'command.refused', data: { command: command ?? null, reason, detail, count } };
  return null;
}

export function logRefusal(log: Log, { kind, reason, detail, count }: Refusal): void {
  const times = count === 1 ? '' : ` (${count} times)`;
  log('warn', `refused from the office's side: ${kind} ${reason}: ${detail}${times}`);
}
