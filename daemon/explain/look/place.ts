// What the rows about the door and its space found: modes, hours and closures, rights, bookings, the door's policy.

import { isOpen } from '../../../access/entry/opening.ts';
import { bookingHere, givesRight } from '../../../access/entry/rights.ts';
import type { JsonObject } from '../../../access/event.ts';
import type { Booking, Space } from '../../../access/model.ts';
import { activePlans } from '../../../access/person.ts';
import { dateOfDay } from '../../../access/time/date.ts';
import { inSlots } from '../../../access/time/slots.ts';
import { zoneOf } from '../../../access/time/zone.ts';
import { iso } from '../../../access/visit/settle.ts';
import { doorData, doorWords } from '../door-at.ts';
import { ruleData, ruleWords } from '../rules.ts';
import { named, slotsInWords, spanInWords } from '../say.ts';
import { type Found, type Look, ofCase, type Subject } from '../subject.ts';

export const doorAndHours: Look = (subject) => {
  const { tap, c } = subject;
  const { mode, at, facts } = tap;
  const space = facts.site.spaces.get(tap.accessPoint.space);
  const held = `the door is ${doorWords(doorData(subject.door), subject.say)}`;
  if (mode === 'lockdown' || mode === 'locked') return { words: held, data: { mode } };
  if (space === undefined) return { words: 'the replica does not have the space', data: { mode } };
  const zone = zoneOf(space.timeZone);
  const date = dateOfDay(zone.dayAt(at.wallMs));
  const closure = space.closures.find(({ from, to }) => from <= date && date <= to);
  const within = inSlots(zone, space.openingHours, at.wallMs);
  const plans = c === undefined ? [] : activePlans(c.person, zone, at.wallMs);
  const allHours = plans.find((plan) => facts.site.plans.get(plan)?.allHours === true) ?? null;
  const open = isOpen(space, at.wallMs);
  const hours = `opening hours ${slotsInWords(space.openingHours)}`;
  const shut = closure === undefined ? `outside its ${hours}` : `closed ${closureWords(closure)}`;
  const state = open ? `${named(space)} is open (${hours})` : `${named(space)} is shut: ${shut}`;
  const words = open || allHours === null ? state : `${state}; but plan ${allHours} lets its members in at all hours`;
  return {
    words: `${held}; ${words}`,
    data: { mode, open, ...hoursData(space), closure: closure ?? null, within, allHours },
  };
};

function closureWords({ from, to, name }: Space['closures'][number]): string {
  return `${spanInWords({ from, to })}${name === '' ? '' : ` (${name})`}`;
}

function hoursData({ id, openingHours }: Space): JsonObject {
  return { space: id, openingHours: openingHours.map(({ days, from, to }) => ({ days, from, to })) };
}

export const rights: Look = (subject) => {
  const { tap, c } = subject;
  const { id } = tap.accessPoint;
  const rules = tap.facts.site.rulesAt.get(id) ?? [];
  if (rules.length === 0 && subject.visitor === undefined) {
    return { words: `no rule names ${id}: it is open to whoever may enter its space`, data: { rules: [] } };
  }
  if (c === undefined) {
    const words =
      rules.length === 0
        ? 'a visitor may enter the space that expects them, and no other'
        : 'rules name this door, and none names visitors';
    return { words, data: { rules: rules.map(ruleData), space: tap.accessPoint.space } };
  }
  const giving = rules.find((rule) => givesRight(rule, c));
  const said = rules.map((rule) => ruleWords(rule, tap.facts.site));
  const booking = bookingHere(tap, c.customer.id);
  const words =
    giving === undefined
      ? `no rule at ${id} gives a right now (${said.join('; ')})`
      : `a right by the rule: ${ruleWords(giving, tap.facts.site)}`;
  const all = booking === undefined ? words : `${words}; booking ${booking.id} overrides it`;
  return {
    words: all,
    data: {
      rules: rules.map(ruleData),
      gives: giving === undefined ? null : ruleData(giving),
      booking: booking?.id ?? null,
    },
  };
};

export const interior: Look = ofCase((c, { tap, say }) => {
  const booking = bookingHere(tap, c.customer.id);
  const words = booking === undefined ? 'an interior door asks for no pass' : bookingWords(booking, say);
  return { words, data: { kind: tap.accessPoint.kind, booking: booking?.id ?? null } };
});

export const bookedHere: Look = ofCase((c, { tap, say }): Found => {
  const booking = bookingHere(tap, c.customer.id);
  if (booking === undefined) return { words: 'no booking behind this door now', data: { booking: null } };
  const { id, resource, from, to } = booking;
  return { words: bookingWords(booking, say), data: { booking: id, resource, from: iso(from), to: iso(to) } };
});

function bookingWords({ id, resource, customer, from, to }: Booking, say: Subject['say']): string {
  return `booking ${id} of ${customer} for ${resource}, ${say.instant(from)} to ${say.instant(to)}`;
}

export const policy: Look = ({ tap }) => {
  const { id, policy: set } = tap.accessPoint;
  return {
    words: `${id} has the policy ${set}: it opens, and the refused check-in is recorded`,
    data: { policy: set },
  };
};

export const unlocked: Look = ({ tap, door, say }) => ({
  words: `the door is ${doorWords(doorData(door), say)}: it lets in everyone whom C1, C2 and C4 do not refuse`,
  data: { mode: tap.mode, by: tap.modeBy, until: door.untilMs === null ? null : iso(door.untilMs) },
});

export const wayOutInside: Look = ({ tap }) => ({
  words: `${tap.accessPoint.id} is an interior door: whoever leaves a room stays in the space`,
  data: { kind: tap.accessPoint.kind },
});

export const usesPasses: Look = ofCase(({ space }) => {
  const { id, checkInRequiresPass } = space;
  const words = `${named(space)} ${checkInRequiresPass ? 'asks for a pass or a plan' : 'uses no passes'}`;
  return { words, data: { space: id, checkInRequiresPass } };
});
