// What must never open a door (docs/architecture.md): one more denial in the data, or one reason fewer to be let in.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Replica, ScenarioFile, Step } from '../oracle/document.ts';
import { Premise } from './premise.ts';
import { answerOf, isGranted, isIn, lastTapOf, payAsYouGoOff, stories } from './story.ts';

const runs = { seed: 20_260_302, numRuns: 80 };

type Change = (
  replica: Replica,
  file: ScenarioFile,
  pick: number,
) => { replica: Replica; steps?: readonly Step[] } | null;

/** Whoever the change keeps out was to be let in before: in so many runs a denial is added to a denial. */
function neverGrants(name: string, prepare: (replica: Replica) => Replica, change: Change): void {
  it(`${name} never grants`, { timeout: 300_000 }, () => {
    const premise = new Premise(`${name} never grants: denied before`);
    fc.assert(
      fc.property(stories, fc.nat(1000), (story, pick) => {
        const file = { ...story, replica: prepare(story.replica) };
        const last = lastTapOf(file);
        const changed = last === null ? null : change(file.replica, last.file, pick);
        if (last === null || changed === null) return;
        const before = answerOf(last, file.replica);
        if (!isIn(before) || !premise.met(!isGranted(before))) return;
        const after = answerOf(
          last,
          changed.replica,
          ...(changed.steps ?? []).map((step) => ({ ...step, at: last.tap.at })),
        );
        expect(isGranted(after), `${JSON.stringify(before.data)} became ${JSON.stringify(after.data)}`).toBe(false);
      }),
      runs,
    );
    premise.report();
  });
}

const same = (replica: Replica): Replica => replica;

neverGrants('blocking a credential', same, (replica, _, pick) => {
  const all = replica.credentials ?? [];
  const one = all[pick % all.length];
  return {
    replica: { ...replica, credentials: all.map((each) => (each === one ? { ...each, status: 'blocked' } : each)) },
  };
});

neverGrants('closing a space', same, (replica, _, pick) => {
  const one = replica.spaces[pick % replica.spaces.length];
  const closed = [{ from: '2026-01-01', to: '2027-12-31' }];
  return {
    replica: {
      ...replica,
      spaces: replica.spaces.map((each) => (each === one ? { ...each, closures: closed } : each)),
    },
  };
});

neverGrants('a lockdown', same, (replica, { config }, pick) => {
  const point = config.accessPoints[pick % config.accessPoints.length];
  if (point === undefined) return null;
  const command = { type: 'mode', mode: 'lockdown', accessPoint: point.id, by: 'office' } as const;
  return { replica, steps: [{ at: '', command }] };
});

/** Nothing is on sale either: what a check-out elsewhere would propose is a pass that is held. */
function withoutSales(replica: Replica): Replica {
  const timePasses = (replica.timePasses ?? []).map((each) => ({ ...each, onSale: false }));
  return payAsYouGoOff({ ...replica, timePasses });
}

function without<Entry>(list: readonly Entry[] | undefined, pick: number): Entry[] | null {
  return list === undefined || list.length === 0 ? null : list.toSpliced(pick % list.length, 1);
}

neverGrants('removing a pass', withoutSales, (replica, _, pick) => {
  const passes = without(replica.passes, pick);
  return passes === null ? null : { replica: { ...replica, passes } };
});

neverGrants('removing a credential', withoutSales, (replica, _, pick) => {
  const credentials = without(replica.credentials, pick) ?? [];
  const known = new Set(credentials.map(({ id }) => id));
  const staff = (replica.staff ?? []).filter((one) => one.credentials.every((id) => known.has(id)));
  const visitors = (replica.visitors ?? []).filter(({ credential }) => known.has(credential));
  return { replica: { ...replica, credentials, staff, visitors } };
});

neverGrants('removing a booking', withoutSales, (replica, _, pick) => {
  const bookings = without(replica.bookings, pick);
  return bookings === null ? null : { replica: { ...replica, bookings } };
});

/** A pass for contacts only is the one thing that the end of a contract may open (section 1): not looked at here. */
function forAnyone(replica: Replica): Replica {
  const timePasses = (replica.timePasses ?? []).map((each) =>
    each.onlyFor === 'contacts' ? { ...each, onlyFor: null } : each,
  );
  return withoutSales({ ...replica, timePasses });
}

neverGrants('removing a contract', forAnyone, (replica, _, pick) => {
  const contracts = without(replica.contracts, pick);
  return contracts === null ? null : { replica: { ...replica, contracts } };
});
