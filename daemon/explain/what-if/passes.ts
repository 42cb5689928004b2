// What could be otherwise about passes: one that is held and not used up, not expired, valid already; a new one of each
// time pass.

import type { Customer, Pass, TimePass } from '../../../access/model.ts';
import { whyNot } from '../../../access/passes/validity.ts';
import { iso } from '../../../access/visit/settle.ts';
import { named } from '../say.ts';
import type { Change, Changes } from './change.ts';
import { withCustomer, withFacts } from './credential.ts';

export const heldPassChanges: Changes = ({ c, tap }) => {
  if (c === undefined) return [];
  return c.held().flatMap((held): Change[] => {
    if (held.proposed) return [];
    const { id } = held.pass;
    const name = `pass ${id} (${held.timePass.name})`;
    const reason = whyNot(held, { person: c.person, space: c.space }, tap.at.wallMs, c.day);
    if (reason === 'pass-exhausted') return [freshened(id, 'pass-not-used-up', `${name} were not used up`, unused)];
    if (reason === 'pass-expired')
      return [freshened(id, 'pass-not-expired', `${name} had not expired`, { expires: null })];
    if (reason !== 'pass-outside-timeslot' || held.pass.validFrom === null) return [];
    return [freshened(id, 'pass-valid', `${name} were valid already`, { validFrom: null })];
  });
};

const unused: Partial<Pass> = { usedOn: null, usedBy: null, remainingMinutes: null };

/** What was used of it here is forgotten with it. */
function freshened(id: string, change: string, words: string, otherwise: Partial<Pass>): Change {
  const used = 'usedOn' in otherwise;
  const apply = withFacts((facts) => ({
    passes: (customer, teams) =>
      facts.passes(customer, teams).map((one) => (one.id === id ? { ...one, ...otherwise } : one)),
    localUse: (passes) => facts.localUse(passes).filter(({ pass }) => !used || pass !== id),
    insideOnPasses: () => (used ? [] : facts.insideOnPasses()),
  }));
  return { change, words, data: { pass: id }, apply };
}

/** A new pass of each time pass, those on sale here first. */
export const newPassChanges: Changes = ({ c, tap }) => {
  if (c === undefined) return [];
  const all = [...tap.facts.site.timePasses.values()];
  return all
    .toSorted((a, b) => Number(b.onSale) - Number(a.onSale) || (a.id < b.id ? -1 : 1))
    .map((timePass) => newPass(timePass, c.customer, c.space.currency));
};

function newPass(timePass: TimePass, holder: Customer, currency: string): Change {
  const customer = holder.id;
  const pass: Pass = {
    id: 'what-if',
    timePass: timePass.id,
    customer,
    team: null,
    source: 'sold',
    remainingMinutes: null,
    usedOn: null,
    usedBy: null,
    validFrom: null,
    expires: null,
    createdAt: null,
  };
  const sold = timePass.onSale && timePass.currency === currency;
  const price = sold ? `, on sale for ${timePass.price} ${timePass.currency}` : ', not on sale here';
  return {
    change: 'pass',
    words: `${named(holder)} held a pass of ${named(timePass)}${price}`,
    data: { timePass: timePass.id, customer, onSale: sold, price: timePass.price, currency: timePass.currency },
    apply: withFacts((facts) => ({ passes: (of, teams) => [...facts.passes(of, teams), pass] })),
  };
}

/** Passes without a list of spaces are valid where their holder is registered. */
export const registrationChanges: Changes = ({ c }) => {
  if (c === undefined || c.customer.registeredWith.includes(c.space.id)) return [];
  const registeredWith = [...c.customer.registeredWith, c.space.id];
  const words = `${named(c.customer)} were registered with ${named(c.space)}`;
  const data = { customer: c.customer.id, space: c.space.id };
  return [{ change: 'registered', words, data, apply: withCustomer({ registeredWith }) }];
};

export function later(ms: number, words: string): Change {
  return {
    change: 'time',
    words,
    data: { at: iso(ms) },
    apply: (tap) => ({ ...tap, at: { ...tap.at, wallMs: ms } }),
  };
}
