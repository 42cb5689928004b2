// What could be otherwise about contracts and plans: one that is not frozen, not over, not ahead; a limit that is not reached.

import { limitStandings } from '../../../access/entry/plan-limit.ts';
import type { Contract } from '../../../access/model.ts';
import { contractState } from '../../../access/person.ts';
import { dateOfDay } from '../../../access/time/date.ts';
import { zoneOf } from '../../../access/time/zone.ts';
import { withEntry, withSite } from '../changed-facts.ts';
import { named } from '../say.ts';
import type { Change, Changes } from './change.ts';
import { withFacts } from './credential.ts';
import { changedSite } from './place.ts';

export const contractChanges: Changes = ({ c, tap }) => {
  if (c === undefined) return [];
  const zone = zoneOf(c.space.timeZone);
  const today = dateOfDay(zone.dayAt(tap.at.wallMs));
  return c.person.contracts.flatMap((contract) => {
    const { id } = contract;
    const plan = tap.facts.site.plans.get(contract.plan) ?? { id: contract.plan, name: '' };
    const whose = contract.team === null ? named(c.customer) : `team ${contract.team}`;
    const name = `contract ${id} of ${whose} on plan ${named(plan)}`;
    const state = contractState(contract, zone, tap.at.wallMs);
    if (state === 'frozen') return [changed(id, 'contract-not-frozen', `${name} were not frozen`, { frozen: [] })];
    if (state === 'ended') {
      return [changed(id, 'contract-not-ended', `${name} were not over`, { to: null, frozen: [] })];
    }
    return state === 'future' ? [changed(id, 'contract-begun', `${name} had begun`, { from: today })] : [];
  });
};

function changed(id: string, change: string, words: string, otherwise: Partial<Contract>): Change {
  const apply = withFacts((facts) => ({
    contracts: (customer, teams) =>
      facts.contracts(customer, teams).map((one) => (one.id === id ? { ...one, ...otherwise } : one)),
  }));
  return { change, words, data: { contract: id }, apply };
}

export const limitChanges: Changes = ({ c, tap }) => {
  if (c === undefined) return [];
  const reached = new Set(limitStandings(c).flatMap(({ plan, reached: is }) => (is ? [plan] : [])));
  return [...reached].map((id) => {
    const apply = changedSite((facts) => {
      const plan = facts.site.plans.get(id);
      if (plan === undefined) return facts;
      return withSite(facts, { plans: withEntry(facts.site.plans, id, { ...plan, limits: none }) });
    });
    const words = `no limit of plan ${named(tap.facts.site.plans.get(id) ?? { id, name: '' })} were reached`;
    return { change: 'plan-limit-not-reached', words, data: { plan: id }, apply };
  });
};

const none = { daysPerWeek: null, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null };
