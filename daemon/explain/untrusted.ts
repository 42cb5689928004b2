// What the door would answer while its clock cannot be believed (rules.md section 4), as data and in words.

import type { Tap } from '../../access/entry/tap.ts';
import { type ClockRules, stretchesOf } from '../../access/entry/untrusted.ts';
import { reasonWords } from '../../access/reasons.ts';
import { iso } from '../../access/visit/settle.ts';

export interface UntrustedAnswers {
  readonly setting: ClockRules['untrustedClock'];
  readonly until: string;
  readonly answers: readonly {
    readonly from: string;
    readonly decision: 'granted' | 'denied';
    readonly reason: string;
  }[];
}

export function untrustedAnswers(tap: Tap, { untrustedClock, clockHorizonMs }: ClockRules): UntrustedAnswers {
  const answers = stretchesOf(tap, clockHorizonMs).map(({ fromMs, granted, reason }) => ({
    from: iso(fromMs),
    decision: granted ? ('granted' as const) : ('denied' as const),
    reason,
  }));
  return { setting: untrustedClock, until: iso(tap.at.wallMs + clockHorizonMs), answers };
}

/** @param local an instant (ISO 8601) as staff read it. */
export function untrustedWords({ setting, until, answers }: UntrustedAnswers, local: (at: string) => string): string[] {
  const [first] = answers;
  const what = `The clock cannot be believed (untrustedClock: ${setting}); what the door would answer`;
  if (answers.length === 1 && first !== undefined) return [`${what} until ${local(until)}: ${answerWords(first)}.`];
  return [`${what}:`, ...answers.map((one) => `  from ${local(one.from)}: ${answerWords(one)}`)];
}

function answerWords({ decision, reason }: UntrustedAnswers['answers'][number]): string {
  return `${decision === 'granted' ? 'opens' : 'stays shut'}, ${reasonWords(reason)} (${reason})`;
}
