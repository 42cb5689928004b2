// What came of one tap, in words: the door's answer first, then what was recorded beside it.

import { reasonWords } from '../../access/reasons.ts';
import { recordOf, textOf } from '../../config/raw.ts';
import { localTime } from '../cli/text.ts';
import { eventWords } from '../words.ts';

export interface TapAnswer {
  readonly granted: boolean;
  readonly reason: string;
  readonly direction: string;
}

/**
 * @param events as they were recorded, of any shape.
 * @param feedback what the reader showed, null: nothing.
 * @returns one line or more, without line ends.
 */
export function tapWords(
  answer: TapAnswer,
  events: readonly Readonly<Record<string, unknown>>[],
  feedback: unknown = null,
): string[] {
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
  return [
    first,
    ...(next === undefined ? [] : [`  valid again from ${localTime(next)}`]),
    ...more,
    ...shownWords(recordOf(feedback)),
  ];
}

/** `the reader shows granted: "OK", green light, 1 beep`. */
function shownWords({ kind, light, blinks, beeps, text }: Readonly<Record<string, unknown>>): string[] {
  const name = textOf(kind);
  if (name === undefined) return [];
  const says = textOf(text) ?? '';
  const words = [
    ...(says === '' ? [] : [`"${says}"`]),
    ...(light === 'off' ? [] : [`${textOf(light) ?? ''} light${blinks === true ? ', blinking' : ''}`]),
    ...(typeof beeps === 'number' && beeps > 0 ? [`${beeps} ${beeps === 1 ? 'beep' : 'beeps'}`] : []),
  ];
  return [`  the reader shows ${name}: ${words.join(', ')}`];
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
