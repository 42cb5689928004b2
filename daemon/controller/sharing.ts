// Whose minutes a change may move: a team's are drawn on by several at once (rules.md O4), so that who comes, goes or draws is asked
// about together with whoever is near, and with nobody else. Pure.

import type { StateChange } from '../../access/change.ts';
import type { Facts, Visit } from '../../access/facts.ts';

/** Teams on whose minutes the changes may have drawn; none: they moved nobody else's. null: it cannot be told. */
export function teamsMoved(facts: Facts, changes: readonly StateChange[]): ReadonlySet<string> | null {
  const moved = new Set<string>();
  for (const change of changes) {
    const teams = teamsOfChange(facts, change);
    if (teams === null) return null;
    for (const team of teams) moved.add(team);
  }
  return moved;
}

function teamsOfChange(facts: Facts, change: StateChange): readonly string[] | null {
  if (change.do === 'close-visit') return change.shares ?? [];
  if (change.do === 'open-visit') {
    const team = change.visit.pass?.team ?? null;
    return [...(change.shares ?? []), ...(team === null ? [] : [team])];
  }
  if (change.do !== 'use' || change.use.minutes === 0) return [];
  const { customer, pass } = change.use;
  const teams = facts.customer(customer)?.teams ?? [];
  if (teams.length === 0) return [];
  // Of one that is no longer listed nobody can tell whose it was.
  const held = facts.passes(customer, teams).find(({ id }) => id === pass);
  if (held === undefined) return null;
  return held.team === null ? [] : [held.team];
}

/** Of open visits those whose minutes may depend on these teams', by what their people hold, or by others between them. */
export function visitsNear(facts: Facts, visits: readonly Visit[], moved: ReadonlySet<string>): readonly Visit[] {
  const reached = new Set(moved);
  const near: Visit[] = [];
  let rest = visits.map((visit) => ({ visit, teams: teamsOfVisit(facts, visit) }));
  for (;;) {
    const found = rest.filter(({ teams }) => teams.some((team) => reached.has(team)));
    if (found.length === 0) return near;
    rest = rest.filter((one) => !found.includes(one));
    for (const { visit, teams } of found) {
      near.push(visit);
      for (const team of teams) reached.add(team);
    }
  }
}

/** Those of its customer now, and of the pass that it began with: somebody leaves a team, and goes on drawing. */
function teamsOfVisit(facts: Facts, { customer, pass }: Visit): readonly string[] {
  const teams = facts.customer(customer)?.teams ?? [];
  return pass?.team == null ? teams : [...teams, pass.team];
}
