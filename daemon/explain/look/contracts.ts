// What the rows about contracts and plans found: which contract is in what state, which limit stands where.

import { limitStandings } from '../../../access/entry/plan-limit.ts';
import type { Case } from '../../../access/entry/tap.ts';
import type { JsonObject } from '../../../access/event.ts';
import type { Contract } from '../../../access/model.ts';
import { activePlans, contractState } from '../../../access/person.ts';
import { dateOfDay } from '../../../access/time/date.ts';
import { zoneOf } from '../../../access/time/zone.ts';
import { limitWords } from '../limits.ts';
import { listed, named, spanInWords } from '../say.ts';
import { type Look, ofCase } from '../subject.ts';

export const limits: Look = ofCase((c) => {
  const standings = limitStandings(c);
  const data = standings.map((standing) => ({ ...standing, period: { ...standing.period } }));
  return { words: listed(standings.map(limitWords), 'no active plan has a limit'), data: { limits: data } };
});

export const plansWithoutPasses: Look = ofCase((c) => {
  const { plans } = c.tap.facts.site;
  const contracts = contractsOf(c);
  const free = contracts.find(
    ({ contract, state, own }) => own && state === 'active' && plans.get(contract.plan)?.usesTimePasses === false,
  );
  const words =
    free === undefined
      ? listed(contracts.map(contractWords), 'there is no contract')
      : `contract ${free.contract.id} is active, and its plan ${free.contract.plan} needs no passes`;
  return { words, data: { contract: free?.contract.id ?? null, contracts: contracts.map(contractData) } };
});

export const payAsYouGo: Look = ofCase((c) => {
  const plans = activePlans(c.person, zoneOf(c.space.timeZone), c.tap.at.wallMs);
  const kind = plans.length > 0 ? 'members' : 'contacts';
  const on = c.space.payAsYouGo[kind];
  const who = plans.length > 0 ? `a member (${plans.join(', ')})` : 'a contact (no active contract)';
  const words = `the holder is ${who}; pay-as-you-go for ${kind} is ${on ? 'on' : 'off'} at ${named(c.space)}`;
  return { words, data: { kind, plans, payAsYouGo: on } };
});

export const frozen: Look = ofCase((c) => {
  const found = contractsOf(c).filter(({ state, own }) => own && state === 'frozen');
  const today = dateOfDay(zoneOf(c.space.timeZone).dayAt(c.tap.at.wallMs));
  const said = found.map(({ contract: { id, frozen: spans } }) => {
    const span = spans.find(({ from, to }) => from <= today && (to === null || today <= to));
    return `contract ${id} is frozen${span === undefined ? '' : ` ${spanInWords(span)}`}`;
  });
  return { words: listed(said, 'no contract is frozen'), data: { contracts: found.map(contractData) } };
});

interface Standing {
  readonly contract: Contract;
  readonly state: string;
  /** Not a team's. */
  readonly own: boolean;
}

function contractsOf({ person, space, tap }: Case): Standing[] {
  const zone = zoneOf(space.timeZone);
  return person.contracts.map((contract) => ({
    contract,
    state: contractState(contract, zone, tap.at.wallMs),
    own: contract.customer === person.customer.id,
  }));
}

function contractWords({ contract: { id, plan, from, to, team }, state, own }: Standing): string {
  const whose = own ? '' : ` of team ${team ?? ''}`;
  return `contract ${id}${whose} (plan ${plan}, ${spanInWords({ from, to })}) is ${state}`;
}

function contractData({ contract: { id, plan, from, to, frozen: spans, team }, state }: Standing): JsonObject {
  return { id, plan, from, to, state, team, frozen: spans.map((span) => ({ ...span })) };
}
