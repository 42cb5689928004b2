// What could be otherwise about the door, its space, and bookings.

import { isOpen } from '../../../access/entry/opening.ts';
import type { Tap } from '../../../access/entry/tap.ts';
import type { Facts } from '../../../access/facts.ts';
import type { Space } from '../../../access/model.ts';
import { withEntry, withSite } from '../changed-facts.ts';
import { ruleData, ruleWords } from '../rules.ts';
import { named } from '../say.ts';
import type { Change, Changes } from './change.ts';
import { withFacts } from './credential.ts';

export const placeChanges: Changes = ({ tap, c, visitor }) => {
  const { accessPoint, mode, facts } = tap;
  const { id } = accessPoint;
  const space = facts.site.spaces.get(accessPoint.space);
  const found: Change[] = [];
  if (mode === 'lockdown' || mode === 'locked') {
    const apply = (changed: Tap): Tap => ({ ...changed, mode: 'controlled' });
    found.push({
      change: 'door-controlled',
      words: `${id} were not in mode ${mode}`,
      data: { accessPoint: id },
      apply,
    });
  }
  if (space === undefined) return found;
  if (!isOpen(space, tap.at.wallMs)) {
    const words = `${named(space)} were open at that time`;
    const apply = withSpace(space.id, { closures: [], openingHours: [] });
    found.push({ change: 'space-open', words, data: { space: space.id }, apply });
  }
  const rules = facts.site.rulesAt.get(id) ?? [];
  if (rules.length > 0) {
    const apply = changedSite((now) => withSite(now, { rulesAt: withEntry(now.site.rulesAt, id, []) }));
    const letIn = rules.map((rule) => ruleWords(rule, facts.site)).join('; or ');
    const words = `a rule gave a right at ${id} (those there: ${letIn})`;
    found.push({ change: 'right', words, data: { accessPoint: id, rules: rules.map(ruleData) }, apply });
  }
  if (c === undefined || visitor !== undefined) return found;
  const kinds = ['members', 'contacts'] as const;
  for (const kind of kinds.filter((one) => !space.payAsYouGo[one])) {
    const words = `${named(space)} let ${kind} in without a pass, to pay as they go`;
    const apply = withSpace(space.id, { payAsYouGo: { ...space.payAsYouGo, [kind]: true } });
    found.push({ change: 'pay-as-you-go', words, data: { space: space.id, kind }, apply });
  }
  return found;
};

function withSpace(id: string, otherwise: Partial<Space>): Change['apply'] {
  return changedSite((facts) => {
    const space = facts.site.spaces.get(id);
    return space === undefined
      ? facts
      : withSite(facts, { spaces: withEntry(facts.site.spaces, id, { ...space, ...otherwise }) });
  });
}

export function changedSite(change: (facts: Facts) => Facts): Change['apply'] {
  return (tap) => ({ ...tap, facts: change(tap.facts) });
}

/** A booking of each resource behind the door. */
export const bookingChanges: Changes = ({ tap, c }) => {
  if (c === undefined) return [];
  const customer = c.customer.id;
  const name = named(c.customer);
  const nowMs = tap.at.wallMs;
  return (tap.facts.site.resourcesBehind.get(tap.accessPoint.id) ?? []).map((booked) => {
    const { id: resource } = booked;
    const booking = { id: 'what-if', resource, customer, from: nowMs, to: nowMs, status: 'confirmed' } as const;
    const apply = withFacts((facts) => ({ bookings: (of) => [...facts.bookings(of), booking] }));
    const words = `${name} had a confirmed booking of ${named(booked)} at that time`;
    return { change: 'booking', words, data: { resource, customer }, apply };
  });
};
