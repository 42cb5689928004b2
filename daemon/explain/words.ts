// An explanation in words, for the staff at the desk.

import { reasonWords } from '../../access/reasons.ts';
import { plain } from '../cli/text.ts';
import { countedInWords } from './counted.ts';
import type { Explanation } from './decision.ts';
import { doorWords } from './door-at.ts';
import { named, sayIn } from './say.ts';
import { untrustedWords } from './untrusted.ts';

/** Of whatever there is to change, the most that are told; JSON has them all. */
const maxTold = 8;

export function inWords(explanation: Explanation, timeZone: string): string[] {
  const { decision, reason, accessPoint, space, direction, holder, door, rows } = explanation;
  const say = sayIn(timeZone);
  const local = (at: string): string => say.instant(Date.parse(at));
  const who =
    holder === null
      ? 'nobody the replica knows'
      : `${holder.kind} ${named({ id: holder.id, name: holder.name ?? '' })}`;
  const lines = [
    `${decision === 'granted' ? 'The door opens' : 'The door stays shut'}: ${reasonWords(reason)} (${reason}).`,
    `${who}, at ${accessPoint} (${space}), on the way ${direction}, ${say.instant(Date.parse(explanation.at))} ${timeZone}.`,
    ...(door.source === 'none' && !door.waitsForFirstEntry ? [] : [`${accessPoint} is ${doorWords(door, say)}.`]),
    'Looked at:',
    ...rows.map(
      ({ row, asks, found, fits, settled }) =>
        `  ${row.padEnd(9)} ${asks} ${settled ? 'YES, this settled it' : fits ? 'yes' : 'no'}: ${found}`,
    ),
    ...otherwise(explanation),
    ...(explanation.untrusted === null ? [] : untrustedWords(explanation.untrusted, local)),
    ...later(explanation, local),
    ...countedInWords(explanation.counted, local),
  ];
  return lines.map(plain);
}

function otherwise({ decision, whatIf }: Explanation): string[] {
  if (decision === 'granted') return [];
  if (whatIf.length === 0) return ['Nothing that could be changed about what the replica has would open the door.'];
  const told = whatIf.slice(0, maxTold).map(({ changes, reason }) => {
    const both = changes.map(({ words }) => words).join(', and ');
    return `  … ${both} (${reason})`;
  });
  const more = whatIf.length - told.length;
  const rest = more === 0 ? [] : [`  … and ${more} more ways: --json lists them`];
  return ['The door would open if', ...told, ...rest];
}

function later({ decision, nextValid, nextOpen, untrusted }: Explanation, local: (at: string) => string): string[] {
  if (decision === 'granted') return [];
  const lines = nextValid === null ? [] : [`Next time that a pass is valid and the space open: ${local(nextValid)}.`];
  const next = nextOpen === null ? 'not within 35 days' : `${local(nextOpen.at)} (${reasonWords(nextOpen.reason)})`;
  if (untrusted !== null) return lines;
  return [...lines, `With nothing changed, this door opens next: ${next}.`];
}
