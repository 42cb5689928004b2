// What came of one tap, in words: the door's answer first, then what was recorded beside it.

import { recordOf, textOf } from '../../config/raw.ts';
import { localTime } from '../cli/text.ts';
import { eventWords, reasonWords } from '../words.ts';

export interface TapAnswer {
  readonly granted: boolean;
  readonly reason: string;
  readonly direction: string;
}

/** @param events as they were recorded, of any shape. @returns one line or more, without line ends. */
export function tapWords(answer: TapAnswer, events: readonly Readonly<Record<string, unknown>>[]): string[] {
  const { granted, reason, direction } = answer;
  const access = events.find((event) => textOf(event.type)?.startsWith('access.') === true);
  const data = recordOf(access?.data);
  const who = textOf(recordOf(data.holder).id);
  const door = textOf(access?.accessPoint);
  const verdict = granted ? 'OPEN' : 'REFUSED';
  const way = granted ? `${direction}${door === undefined ? '' : ` at ${door}`}` : (door ?? direction);
  const first = `${verdict}  ${who ?? 'somebody unknown'}, ${way}: ${reasonWords(reason)} (${reason})`;
  const next = textOf(data.nextValid);
  const more = events.filter((event) => event !== access).flatMap(recordWords);
  return [first, ...(next === undefined ? [] : [`  valid again from ${localTime(next)}`]), ...more];
}

function recordWords(event: Readonly<Record<string, unknown>>): string[] {
  const type = textOf(event.type) ?? '';
  const data = recordOf(event.data);
  const uses = Array.isArray(data.usage) ? data.usage.map((use) => usageWords(recordOf(use))) : [];
  const details: (string | undefined)[] = [textOf(data.space), textOf(data.pass), ...uses];
  if (type === 'checkin.rejected') details.push(reasonWords(textOf(data.reason) ?? ''));
  if (type === 'charge.proposed') details.push(`${textOf(data.amount)} ${textOf(data.currency)}`);
  const said = details.filter((detail) => detail !== undefined).join(', ');
  return [`  ${eventWords(type)}${said === '' ? '' : `: ${said}`}`];
}

/** `10 min of pass p1`, or the day of a day pass. */
export function usageWords({ pass, minutes, businessDay }: Readonly<Record<string, unknown>>): string {
  if (typeof minutes === 'number') return `${minutes} min of pass ${textOf(pass) ?? ''}`;
  return `pass ${textOf(pass) ?? ''} for ${textOf(businessDay) ?? 'the day'}`;
}
