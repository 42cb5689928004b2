// The facts as they will stand once changes that are planned, but not yet written, are done: one settlement of a tap must
// see what another of the same tap has used, and a tap what an earlier one changed that a failing disk has not taken yet.

import type { Catalogue } from '../catalogue.ts';
import type { StateChange } from '../change.ts';
import type { Facts, LocalUse, Presence, Proposal, Visit, VisitorInside } from '../facts.ts';
import { factsWith } from '../facts-with.ts';
import type { PlanUsage } from '../model.ts';
import { type RulesLeft, ruleFactsAfter, rulesLeft } from '../site-rules/facts-after.ts';
import type { Anchor } from '../time/trusted-time.ts';
import { seenAt } from './shown.ts';
import { coversWithoutPass } from './stay.ts';

/** What the changes leave, in their order; null: no longer there. */
interface Left {
  /** By id. */
  readonly visits: Map<string, Visit | null>;
  readonly seen: Map<string, Anchor[]>;
  readonly catalogues: Map<string, Catalogue>;
  readonly presences: Map<string, Presence | null>;
  readonly visitors: Map<string, VisitorInside | null>;
  readonly uses: LocalUse[];
  readonly planned: PlanUsage[];
  readonly proposed: Proposal[];
  readonly rules: RulesLeft;
}

export function factsAfter(facts: Facts, changes: readonly StateChange[]): Facts {
  const left = leftBy(changes);
  const stands = (visit: Visit): Visit => (left.seen.get(visit.id) ?? []).reduce(seenAt, visit);
  const opened = (): Visit[] => [...left.visits.values()].filter((visit) => visit !== null).map(stands);
  const stillOpen = (visit: Visit): boolean => !left.visits.has(visit.id);
  return factsWith(facts, {
    planUse: (customer) => [...facts.planUse(customer), ...left.planned.filter((use) => use.customer === customer)],
    openVisit(customer) {
      const visit = facts.openVisit(customer);
      if (visit !== undefined && stillOpen(visit)) return stands(visit);
      return opened().find((one) => one.customer === customer);
    },
    catalogueOf: (visit) => left.catalogues.get(visit) ?? facts.catalogueOf(visit),
    presence(customer) {
      const presence = left.presences.get(customer);
      return presence === undefined ? facts.presence(customer) : (presence ?? undefined);
    },
    visitorInside(visitor) {
      const inside = left.visitors.get(visitor);
      return inside === undefined ? facts.visitorInside(visitor) : (inside ?? undefined);
    },
    localUse: (passes) => [...facts.localUse(passes), ...left.uses.filter((use) => passes.includes(use.pass))],
    proposals: (customer, businessDay) => [
      ...facts.proposals(customer, businessDay),
      ...left.proposed.filter((p) => p.customer === customer && p.businessDay === businessDay),
    ],
    insideOnPasses: () => [
      ...facts.insideOnPasses().filter(({ visit }) => !left.visits.has(visit)),
      ...opened()
        .filter((visit) => !coversWithoutPass(visit))
        .map(({ id, customer, pass }) => ({ visit: id, customer, pass: pass?.id ?? null })),
    ],
    ...ruleFactsAfter(facts, left.rules, left),
  });
}

function leftBy(changes: readonly StateChange[]): Left {
  const left: Left = {
    visits: new Map(),
    seen: new Map(),
    catalogues: new Map(),
    presences: new Map(),
    visitors: new Map(),
    uses: [],
    planned: [],
    proposed: [],
    rules: rulesLeft(),
  };
  for (const change of changes) (leave[change.do] as (change: StateChange, left: Left) => void)(change, left);
  return left;
}

function insideBy({ space, sinceMs, boot, sinceBootMs }: VisitorInside): VisitorInside {
  return { space, sinceMs, boot, sinceBootMs };
}

const leave: { readonly [K in StateChange['do']]: (change: Extract<StateChange, { do: K }>, left: Left) => void } = {
  'open-visit': ({ visit, catalogue }, { visits, catalogues }) => {
    visits.set(visit.id, visit);
    catalogues.set(visit.id, catalogue);
  },
  // When minutes run out is asked of the visit itself.
  exhausts: () => {},
  seen: ({ visit, at }, { seen }) => void seen.set(visit, [...(seen.get(visit) ?? []), at]),
  // What the clock shows of a visit is asked of the clock.
  shift: () => {},
  'close-visit': ({ visit }, { visits }) => void visits.set(visit, null),
  use: ({ use }, { uses }) => void uses.push(use),
  'plan-use': ({ use }, { planned }) => void planned.push(use),
  propose: ({ proposal }, { proposed }) => void proposed.push(proposal),
  present: ({ presence }, { presences }) => void presences.set(presence.customer, presence),
  absent: ({ customer }, { presences }) => void presences.set(customer, null),
  'visitor-in': ({ visitor, ...arrived }, { visitors }) => void visitors.set(visitor, insideBy(arrived)),
  'visitor-out': ({ visitor }, { visitors, rules }) => {
    visitors.set(visitor, null);
    rules.moves.push({ do: 'forgive', holder: { kind: 'visitor', id: visitor }, area: null });
  },
  // No decision asks the facts for a mode: the door itself says it.
  door: () => {},
  moved: (change, { rules }) => void rules.moves.push(change),
  'not-moved': (change, { rules }) => void rules.moves.push(change),
  forgive: (change, { rules }) => void rules.moves.push(change),
  attempts: ({ reader, attempts }, { rules }) => void rules.attempts.set(reader, attempts),
  wait: ({ accessPoint, for: slot, waiting }, { rules }) =>
    void rules.waits.set(accessPoint, { ...rules.waits.get(accessPoint), [slot]: waiting }),
  // Nor for a command: who takes them knows.
  'settle-command': () => {},
  'forget-commands': () => {},
  commanded: () => {},
  // What peers say is asked for once it is written.
  share: () => {},
  'forget-journal': () => {},
  'share-own': () => {},
  'take-back': () => {},
  merged: () => {},
  'keep-catalogue': () => {},
};
