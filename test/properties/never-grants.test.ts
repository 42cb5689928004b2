// What must never open a door (docs/architecture.md): one more denial in the data, or one reason fewer to be let in. In most
// runs the change is aimed at what was tapped: its card, its door and space, its holder's passes, contracts and bookings.
// Where a reason fewer is also a limit fewer, the rules themselves grant, and the property leaves that out where it says so:
// - the end of a contract makes its holder a contact: passes for contacts only may then be used (section 1), and limits of
//   its plan bind nobody any more (C11 binds members): a member with a plan's days used up and a sold pass is let in on it;
// - who may pay as they go, or to whom something may be sold at a check-out elsewhere, may be let in on that instead.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Replica, ScenarioFile, Step } from '../oracle/document.ts';
import { Premise } from './premise.ts';
import { answerOf, fullStories, isGranted, isIn, lastTapOf, payAsYouGoOff } from './story.ts';

const runs = { seed: 20_260_302, numRuns: 80 };

/** What was tapped last, and by whom; a holder that is no customer has no name here. */
interface Aim {
  readonly credential: string;
  readonly customer: string | undefined;
  readonly teams: readonly string[];
  readonly accessPoint: string;
  readonly space: string;
}

/** `concerns`: the change is one of what was tapped. */
interface Changed {
  readonly replica: Replica;
  readonly command?: NonNullable<Step['command']>;
  readonly concerns: boolean;
}

type Change = (replica: Replica, aim: Aim, pick: number) => Changed | null;

function aimOf({ config, replica }: ScenarioFile, { present }: Step): Aim {
  const accessPoint = config.readers.find(({ id }) => id === present?.reader)?.accessPoint ?? '';
  const tapped = (replica.credentials ?? []).find(({ type, value }) => `${type}:${value}` === present?.credential);
  return {
    credential: tapped?.id ?? '',
    customer: tapped?.customer,
    teams: (replica.customers ?? []).find(({ id }) => id === tapped?.customer)?.teams ?? [],
    accessPoint,
    space: config.accessPoints.find(({ id }) => id === accessPoint)?.space ?? '',
  };
}

/** Whoever the change keeps out was to be let in before: in so many runs a denial is added to a denial. */
function neverGrants(name: string, prepare: (replica: Replica, aim: Aim) => Replica, change: Change): void {
  it(`${name} never grants`, { timeout: 300_000 }, () => {
    const premise = new Premise(`${name} never grants: denied before, and the change is of what was tapped`);
    fc.assert(
      fc.property(fullStories, fc.nat(1000), (story, pick) => {
        const last = lastTapOf(story);
        if (last === null) return;
        const aim = aimOf(story, last.tap);
        const replica = prepare(story.replica, aim);
        const changed = change(replica, aim, pick);
        const before = answerOf(last, replica);
        const denied = isIn(before) && !isGranted(before);
        premise.met(denied && changed?.concerns === true);
        if (!denied || changed === null) return;
        const commands = changed.command === undefined ? [] : [{ at: last.tap.at, command: changed.command }];
        const after = answerOf(last, changed.replica, ...commands);
        expect(isGranted(after), `${JSON.stringify(before.data)} became ${JSON.stringify(after.data)}`).toBe(false);
      }),
      runs,
    );
    premise.report();
  });
}

const same = (replica: Replica): Replica => replica;

/** Mostly one that is meant, now and then any. */
function aimedAt<Entry>(all: readonly Entry[], isMeant: (one: Entry) => boolean, pick: number): Entry | undefined {
  const meant = pick % 8 === 0 ? [] : all.filter(isMeant);
  return meant.length > 0 ? meant[pick % meant.length] : all[pick % all.length];
}

neverGrants('blocking a credential', same, (replica, aim, pick) => {
  const all = replica.credentials ?? [];
  const one = aimedAt(all, ({ id }) => id === aim.credential, pick);
  const status = pick % 2 === 0 ? 'blocked' : 'lost';
  return {
    replica: { ...replica, credentials: all.map((each) => (each === one ? { ...each, status } : each)) },
    concerns: one?.id === aim.credential,
  };
});

neverGrants('disabling an account', same, (replica, aim, pick) => {
  const all = replica.customers ?? [];
  const one = aimedAt(all, ({ id }) => id === aim.customer, pick);
  return {
    replica: { ...replica, customers: all.map((each) => (each === one ? { ...each, disabled: true } : each)) },
    concerns: one?.id === aim.customer,
  };
});

neverGrants('closing a space', same, (replica, aim, pick) => {
  const one = aimedAt(replica.spaces, ({ id }) => id === aim.space, pick);
  const closed = [{ from: '2026-01-01', to: '2027-12-31' }];
  const spaces = replica.spaces.map((each) => (each === one ? { ...each, closures: closed } : each));
  return { replica: { ...replica, spaces }, concerns: one?.id === aim.space };
});

neverGrants('a lockdown', same, (replica, { accessPoint }) => {
  const command = { type: 'mode', mode: 'lockdown', accessPoint, by: 'office' } as const;
  return { replica, command, concerns: true };
});

neverGrants('a lockdown of a space', same, (replica, { space }) => {
  const command = { type: 'mode', mode: 'lockdown', space, by: 'office' } as const;
  return { replica, command, concerns: true };
});

/** Nothing is on sale either: what a check-out elsewhere would propose is a pass that is held. */
function withoutSales(replica: Replica): Replica {
  const timePasses = (replica.timePasses ?? []).map((each) => ({ ...each, onSale: false }));
  return payAsYouGoOff({ ...replica, timePasses });
}

interface Owned {
  readonly customer?: string | null;
  readonly team?: string | null;
}

function owns({ customer, teams }: Aim, { customer: holder, team }: Owned): boolean {
  return customer !== undefined && (holder === customer || (typeof team === 'string' && teams.includes(team)));
}

/** The list without one of them, mostly one of whoever tapped; null: there is none. */
function without<Entry extends Owned>(
  list: readonly Entry[] | undefined,
  aim: Aim,
  pick: number,
): { readonly rest: Entry[]; readonly concerns: boolean } | null {
  const one = aimedAt(list ?? [], (each) => owns(aim, each), pick);
  if (list === undefined || one === undefined) return null;
  return { rest: list.filter((each) => each !== one), concerns: owns(aim, one) };
}

/** The first of them is of whoever tapped, so that there is something to remove. */
function handedOver<Entry extends Owned>(list: readonly Entry[] | undefined, aim: Aim): Entry[] {
  const [first, ...rest] = list ?? [];
  if (first === undefined || aim.customer === undefined) return [...(list ?? [])];
  const { team: _, ...kept } = first;
  return [{ ...kept, customer: aim.customer } as Entry, ...rest];
}

const withPass = (replica: Replica, aim: Aim): Replica => ({
  ...withoutSales(replica),
  passes: handedOver(replica.passes, aim),
});

neverGrants('removing a pass', withPass, (replica, aim, pick) => {
  const left = without(replica.passes, aim, pick);
  return left === null ? null : { replica: { ...replica, passes: left.rest }, concerns: left.concerns };
});

neverGrants('removing a credential', withoutSales, (replica, aim, pick) => {
  const all = replica.credentials ?? [];
  const one = aimedAt(all, ({ id }) => id === aim.credential, pick);
  const credentials = all.filter((each) => each !== one);
  const known = new Set(credentials.map(({ id }) => id));
  const staff = (replica.staff ?? []).filter((each) => each.credentials.every((id) => known.has(id)));
  const visitors = (replica.visitors ?? []).filter(({ credential }) => known.has(credential));
  return { replica: { ...replica, credentials, staff, visitors }, concerns: one?.id === aim.credential };
});

/** Whoever tapped has a booking that is over, and mostly one that may not be. */
function withBooking(replica: Replica, aim: Aim): Replica {
  const [from, to] = ['2025-01-01T08:00:00Z', '2025-01-01T18:00:00Z'];
  const over = { id: 'over', resource: 'desk', customer: aim.customer ?? 'ana', from, to };
  return { ...withoutSales(replica), bookings: [...handedOver(replica.bookings, aim), over] };
}

neverGrants('removing a booking', withBooking, (replica, aim, pick) => {
  const left = without(replica.bookings, aim, pick);
  return left === null ? null : { replica: { ...replica, bookings: left.rest }, concerns: left.concerns };
});

/** What the end of a contract opens by the rules (see above) is not there: no pass for contacts only, no limit of a plan. */
function withContract(replica: Replica, aim: Aim): Replica {
  const timePasses = (replica.timePasses ?? []).map((each) =>
    each.onlyFor === 'contacts' ? { ...each, onlyFor: null } : each,
  );
  const plans = (replica.plans ?? []).map(({ limits: _, ...plan }) => plan);
  return withoutSales({ ...replica, timePasses, plans, contracts: handedOver(replica.contracts, aim) });
}

neverGrants('removing a contract', withContract, (replica, aim, pick) => {
  const left = without(replica.contracts, aim, pick);
  return left === null ? null : { replica: { ...replica, contracts: left.rest }, concerns: left.concerns };
});
