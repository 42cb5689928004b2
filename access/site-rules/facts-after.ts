// What the site rules will remember once planned changes are done, beside what is remembered now: part of `factsAfter`.

import type { StateChange } from '../change.ts';
import type { Facts, Presence, Visit, VisitorInside } from '../facts.ts';
import {
  type Attempts,
  holderKey,
  nobodyWaits,
  nothingTried,
  type PersonInside,
  type SiteRuleFacts,
  type WaitingAt,
  type Whereabouts,
} from './state.ts';

/** The changes of site rules, each key's in their order. */
export interface RulesLeft {
  readonly moves: Extract<StateChange, { do: 'moved' | 'not-moved' | 'forgive' }>[];
  readonly attempts: Map<string, Attempts | null>;
  readonly waits: Map<string, Partial<WaitingAt>>;
}

export function rulesLeft(): RulesLeft {
  return { moves: [], attempts: new Map(), waits: new Map() };
}

/** What the changes leave of who is inside, where they say anything. */
interface PeopleLeft {
  /** By id; null: closed. */
  readonly visits: ReadonlyMap<string, Visit | null>;
  /** By customer; null: ended. */
  readonly presences: ReadonlyMap<string, Presence | null>;
  /** By visitor; null: departed. */
  readonly visitors: ReadonlyMap<string, VisitorInside | null>;
}

export function ruleFactsAfter(facts: Facts, { moves, attempts, waits }: RulesLeft, people: PeopleLeft): SiteRuleFacts {
  return {
    whereabouts: (holder) => {
      const key = holderKey(holder);
      return moves.reduce((where, change) => whereaboutsAfter(where, change, key), facts.whereabouts(holder));
    },
    attempts: (reader) => (attempts.has(reader) ? (attempts.get(reader) ?? nothingTried) : facts.attempts(reader)),
    waitingAt: (accessPoint) => {
      const left = waits.get(accessPoint);
      const now = facts.waitingAt(accessPoint);
      return left === undefined ? now : { ...(now ?? nobodyWaits), ...left };
    },
    peopleInside: (space) => peopleAfter(facts.peopleInside(space), space, people),
  };
}

type Move = RulesLeft['moves'][number];

/** Where somebody is after one change, by whoever it is about. */
export function whereaboutsAfter(where: Whereabouts | undefined, change: Move, key: string): Whereabouts | undefined {
  const { holder } = change;
  if (holder !== null && holderKey(holder) !== key) return where;
  switch (change.do) {
    case 'moved':
      return { ...change.to, before: where === undefined ? null : { area: where.area, at: where.at } };
    case 'not-moved':
      return where?.accessPoint === change.accessPoint ? restored(where) : where;
    case 'forgive':
      return change.area === null || where?.area === change.area ? undefined : where;
  }
}

function restored({ before, accessPoint }: Whereabouts): Whereabouts | undefined {
  return before === null ? undefined : { ...before, accessPoint, before: null };
}

function peopleAfter(now: readonly PersonInside[], space: string, left: PeopleLeft): readonly PersonInside[] {
  const stays = ({ holder, visit }: PersonInside): boolean => {
    if (holder.kind === 'visitor') return !left.visitors.has(holder.id);
    return visit === null ? !left.presences.has(holder.id) : !left.visits.has(visit);
  };
  const came: PersonInside[] = [];
  for (const [id, visit] of left.visits) {
    if (visit?.space === space) came.push({ holder: { kind: 'customer', id: visit.customer }, visit: id });
  }
  for (const [id, presence] of left.presences) {
    const isIn = presence?.kind === 'no-visit' && presence.space === space;
    if (isIn) came.push({ holder: { kind: 'customer', id }, visit: null });
  }
  for (const [id, inside] of left.visitors) {
    if (inside?.space === space) came.push({ holder: { kind: 'visitor', id }, visit: null });
  }
  return [...now.filter(stays), ...came];
}
