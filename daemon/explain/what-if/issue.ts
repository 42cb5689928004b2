// What could be otherwise about a card or code that nobody has: somebody who may enter could have it.

import type { Tap } from '../../../access/entry/tap.ts';
import { factsWith } from '../../../access/facts-with.ts';
import type { Contract, Customer, Plan } from '../../../access/model.ts';
import { withEntry, withSite } from '../changed-facts.ts';
import type { Change, Changes } from './change.ts';

const id = 'what-if';

const somebody: Customer = { id, name: 'somebody', registeredWith: [], teams: [], disabled: false };

const none = { daysPerWeek: null, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null };
/** What no hours, no pass and no limit can refuse: only what holds for everyone can. */
const plan: Plan = { id, name: id, usesTimePasses: false, allHours: true, limits: none };
const contract: Contract = { id, customer: id, team: null, plan: id, from: '1900-01-01', to: null, frozen: [] };
const forSomebody = { plans: [], teams: [], customers: [id], timePasses: [] };

export const issueChanges: Changes = ({ tap, credential }) => {
  if (credential !== undefined && credential.holder !== null) return [];
  const { type } = tap.credential;
  const known = credential?.credential.id;
  const words = `${known ?? `this ${type}`} were given to somebody who may enter: ${known === undefined ? 'added to the credentials' : 'named'} as that customer's, staff member's or visitor's`;
  return [{ change: 'credential-issued', words, data: { type, credential: known ?? null }, apply: issued }];
};

const issued: Change['apply'] = (tap: Tap): Tap => {
  const { facts, accessPoint, credential } = tap;
  const { plans, rulesAt } = facts.site;
  const rules = rulesAt.get(accessPoint.id) ?? [];
  const rule = { accessPoint: accessPoint.id, allow: forSomebody, schedule: null };
  const site = {
    plans: withEntry(plans, id, plan),
    rulesAt: rules.length === 0 ? rulesAt : withEntry(rulesAt, accessPoint.id, [...rules, rule]),
  };
  const held = {
    credential: {
      id,
      type: credential.type,
      customer: id,
      status: 'active',
      validFrom: null,
      expires: null,
      extendedUnlock: false,
      duress: false,
    },
    holder: { kind: 'customer', id },
  } as const;
  const answers = factsWith(facts, {
    credential: (hash) => (hash === credential.hash ? held : facts.credential(hash)),
    customer: (of) => (of === id ? somebody : facts.customer(of)),
    contracts: (of, teams) => (of === id ? [contract] : facts.contracts(of, teams)),
  });
  return { ...tap, facts: withSite(answers, site) };
};
