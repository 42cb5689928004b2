// What the rows about passes found: each pass that is held, what is left of it, and why it can or cannot be used.

import { heldAsItIs } from '../../../access/entry/rows.ts';
import type { Case } from '../../../access/entry/tap.ts';
import type { JsonObject } from '../../../access/event.ts';
import { choosePass } from '../../../access/passes/choose.ts';
import { type Held, remainingAt } from '../../../access/passes/held.ts';
import { whyNot } from '../../../access/passes/validity.ts';
import { iso } from '../../../access/visit/settle.ts';
import { listed, named, slotsInWords } from '../say.ts';
import { type Look, ofCase, type Subject } from '../subject.ts';

export const chosenPass: Look = ofCase((c, { say }) => {
  const chosen = choosePass(c.held(), { person: c.person, space: c.space }, c.tap.at.wallMs, c.day);
  const words =
    chosen === undefined
      ? listed(passesInWords(c, say), 'no pass is held')
      : `${passName(chosen)} is taken (${leftInWords(chosen, c)}, valid ${slotsInWords(chosen.timePass.availability)})`;
  return {
    words,
    data: { pass: chosen === undefined ? null : idOf(chosen), businessDay: c.day.label, passes: passesData(c) },
  };
});

export const noneValid: Look = ofCase((c, { say }) => ({
  words: listed(passesInWords(c, say, heldAsItIs(c)), 'no pass is held'),
  data: { passes: passesData(c, heldAsItIs(c)) },
}));

function passesInWords(c: Case, say: Subject['say'], all = c.held()): string[] {
  return all.map((held) => `${passName(held)}: ${why(held, c, say)}`);
}

function passName(held: Held): string {
  const id = idOf(held);
  const team = held.pass.team === null ? '' : ` of team ${held.pass.team}`;
  return `${id === null ? 'a pass proposed for sale' : `pass ${id}${team}`}, ${named(held.timePass)}`;
}

/** null: a pass proposed for sale has none. */
function idOf({ pass, proposed }: Held): string | null {
  return proposed ? null : pass.id;
}

function why(held: Held, c: Case, say: Subject['say']): string {
  const { pass, timePass } = held;
  switch (whyNot(held, { person: c.person, space: c.space }, c.tap.at.wallMs, c.day)) {
    case 'pass-exhausted':
      return `used up (${leftInWords(held, c)})`;
    case 'pass-expired':
      return pass.expires !== null && pass.expires <= c.tap.at.wallMs
        ? `expired ${say.instant(pass.expires)}`
        : 'the contract that it belongs to is over';
    case 'pass-not-valid-here': {
      const spaces = timePass.validIn.length === 0 ? 'where the holder is registered' : timePass.validIn.join(', ');
      const plans = timePass.onlyForPlans.length === 0 ? '' : `, only for plans ${timePass.onlyForPlans.join(', ')}`;
      return `not valid here (valid in: ${spaces}${plans}${timePass.onlyFor === null ? '' : `, only for ${timePass.onlyFor}`})`;
    }
    case 'pass-outside-timeslot':
      if (pass.validFrom !== null && pass.validFrom > c.tap.at.wallMs)
        return `valid from ${say.instant(pass.validFrom)}`;
      return `not valid at this time (valid ${slotsInWords(timePass.availability)}${pass.source === 'plan' ? ', while its contract is active' : ''})`;
    case null:
      return `valid (${leftInWords(held, c)})`;
  }
}

function leftInWords(held: Held, c: Case): string {
  const left = remainingAt(held, c.tap.at.wallMs);
  if (left !== null) return `${Math.floor(left / 60_000)} minutes left`;
  if (held.usedOn === null) return 'a day pass, not used yet';
  return `a day pass, used on ${held.usedOn}${held.usedBy === null ? '' : ` by ${held.usedBy}`}`;
}

function passesData(c: Case, all = c.held()): JsonObject[] {
  const asker = { person: c.person, space: c.space };
  return all.map((held) => {
    const { pass, timePass, usedOn, usedBy, proposed } = held;
    const left = remainingAt(held, c.tap.at.wallMs);
    return {
      pass: idOf(held),
      timePass: timePass.id,
      team: pass.team,
      source: pass.source,
      proposed,
      remainingMinutes: left === null ? null : Math.floor(left / 60_000),
      usedOn,
      usedBy,
      validFrom: pass.validFrom === null ? null : iso(pass.validFrom),
      expires: pass.expires === null ? null : iso(pass.expires),
      validIn: timePass.validIn,
      availability: timePass.availability.map(({ days, from, to }) => ({ days, from, to })),
      why: whyNot(held, asker, c.tap.at.wallMs, c.day),
    };
  });
}
