// An explanation in words, for the staff at the desk.

import { reasonWords } from '../words.ts';
import type { Explanation } from './decision.ts';

export function inWords(explanation: Explanation, timeZone: string): string[] {
  const { decision, reason, accessPoint, direction, rows, nextValid, revision } = explanation;
  const lines = [
    `${decision === 'granted' ? 'The door opens' : 'The door stays shut'}: ${reasonWords(reason)} (${reason}).`,
    `At ${accessPoint}, on the way ${direction}, ${local(explanation.at, timeZone)}, replica revision ${revision}.`,
    'Looked at:',
    ...rows.map(({ row, asks, settled }) => `  ${row.padEnd(6)} ${asks} ${settled ? 'yes: this settled it' : 'no'}`),
  ];
  if (nextValid !== null) lines.push(`Next valid: ${local(nextValid, timeZone)}.`);
  return lines;
}

function local(instant: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'long' });
  return format.format(new Date(instant));
}
