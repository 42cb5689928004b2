// An explanation in words, for the staff at the desk.

import { reasonWords } from '../words.ts';
import type { Explanation, UntrustedAnswers } from './decision.ts';
import { limitWords } from './limits.ts';

export function inWords(explanation: Explanation, timeZone: string): string[] {
  const { decision, reason, accessPoint, direction, rows, nextValid, revision } = explanation;
  const lines = [
    `${decision === 'granted' ? 'The door opens' : 'The door stays shut'}: ${reasonWords(reason)} (${reason}).`,
    `At ${accessPoint}, on the way ${direction}, ${local(explanation.at, timeZone)}, replica revision ${revision}.`,
    'Looked at:',
    ...rows.map(({ row, asks, settled }) => `  ${row.padEnd(6)} ${asks} ${settled ? 'yes: this settled it' : 'no'}`),
  ];
  lines.push(...explanation.limits.map(limitWords));
  if (explanation.untrusted !== null) lines.push(...untrustedWords(explanation.untrusted, timeZone));
  if (nextValid !== null) lines.push(`Next valid: ${local(nextValid, timeZone)}.`);
  return lines;
}

function untrustedWords({ setting, until, answers }: UntrustedAnswers, timeZone: string): string[] {
  const [first] = answers;
  const what = `The clock cannot be believed (untrustedClock: ${setting}); what the door would answer`;
  if (answers.length === 1 && first !== undefined)
    return [`${what} until ${local(until, timeZone)}: ${answerWords(first)}.`];
  return [`${what}:`, ...answers.map((one) => `  from ${local(one.from, timeZone)}: ${answerWords(one)}`)];
}

function answerWords({ decision, reason }: UntrustedAnswers['answers'][number]): string {
  return `${decision === 'granted' ? 'opens' : 'stays shut'}, ${reasonWords(reason)} (${reason})`;
}

function local(instant: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'long' });
  return format.format(new Date(instant));
}
