// The check-in table of rules.md section 2 as a table: a customer's rows in their order; the first that answers settles it.
// C1 to C3, C9 and C10 are looked at before, by who the holder is; the site rules (C6a) stand after C6 where they are switched on.

import { choosePass } from '../passes/choose.ts';
import type { Held } from '../passes/held.ts';
import { passDenials, whyNot } from '../passes/validity.ts';
import { hasFrozenContract } from '../person.ts';
import { rowsOn, type SiteRow } from '../site-rules/rows.ts';
import { zoneOf } from '../time/zone.ts';
import { factsAfter } from '../visit/facts-after.ts';
import { heldBeside } from '../visit/together.ts';
import { nextValid } from './next-valid.ts';
import { isOpenFor } from './opening.ts';
import { planLimitReached } from './plan-limit.ts';
import { bookingHere, hasRight } from './rights.ts';
import type { Approach, Case } from './tap.ts';
import { deny, open, type Verdict } from './verdict.ts';

export interface Row {
  readonly name: string;
  /** What the row asks, for whoever reads an explanation. */
  readonly asks: string;
  /** null: the row does not fit. */
  readonly rule: (c: Case) => Verdict | null;
}

const c4: Row = {
  name: 'C4',
  asks: 'is the account disabled?',
  rule: (c) => (c.customer.disabled ? deny('account-disabled') : null),
};

const c5: Row = {
  name: 'C5',
  asks: 'is the door in lockdown or locked, or the space closed?',
  rule: (c) => {
    if (c.tap.mode === 'lockdown') return deny('lockdown');
    if (c.tap.mode === 'locked') return deny('locked');
    return isOpenFor(c.person, c.space, c.tap.facts.site.plans, c.tap.at.wallMs) ? null : deny('closed');
  },
};

const c6: Row = {
  name: 'C6',
  asks: 'has the holder no right at this access point?',
  rule: (c) =>
    hasRight(c) || bookingHere(c.tap, c.customer.id) !== undefined ? null : deny('not-authorised', { rejected: false }),
};

const noPassNeeded: Row = {
  name: 'no-passes',
  asks: 'does the space use no passes at all?',
  rule: (c) => {
    const coverage = coverageWithoutPass(c, c.plansNow());
    return coverage === 'none-needed' ? open('no-pass-needed', { coverage, held: null }) : null;
  },
};

const c7: Row = {
  name: 'C7',
  asks: 'is a visit already open here on this business day?',
  // What its own cut-off has not closed is of this business day, whatever a stepped clock or a moved cut-off now says.
  rule: (c) => (c.openVisit()?.space === c.space.id ? open('re-entry') : null),
};

const c11: Row = {
  name: 'C11',
  asks: 'has every active plan one of its limits reached?',
  rule: (c) => (planLimitReached(c) ? deny('plan-limit', { soft: true }) : null),
};

const c12: Row = {
  name: 'C12',
  asks: 'has the member an active plan that uses no time passes?',
  rule: (c) => {
    const coverage = coverageWithoutPass(c, c.plansNow());
    return coverage === 'plan' ? open('plan', { coverage, held: null }) : null;
  },
};

const c13: Row = {
  name: 'C13',
  asks: 'is a pass valid here and now?',
  rule: (c) => {
    const held = choosePass(c.held(), { person: c.person, space: c.space }, c.tap.at.wallMs, c.day);
    return held === undefined ? null : open('pass', { coverage: 'pass', held });
  },
};

const c14: Row = {
  name: 'C14',
  asks: 'does the space sell by use to this kind of customer?',
  rule: (c) => {
    const { members, contacts } = c.space.payAsYouGo;
    const on = c.plansNow().length > 0 ? members : contacts;
    return on ? open('pay-as-you-go', { coverage: 'pay-as-you-go', held: null }) : null;
  },
};

const c15: Row = {
  name: 'C15',
  asks: 'is a contract frozen?',
  rule: (c) =>
    hasFrozenContract(c.person, zoneOf(c.space.timeZone), c.tap.at.wallMs)
      ? deny('contract-frozen', { soft: true })
      : null,
};

const c16: Row = {
  name: 'C16',
  asks: 'are passes held, but none valid now and here?',
  rule: (c) => {
    const asker = { person: c.person, space: c.space };
    const denials = heldAsItIs(c).map((held) => whyNot(held, asker, c.tap.at.wallMs, c.day));
    const reason = passDenials.findLast((code) => denials.includes(code));
    return reason === undefined ? null : deny(reason, { soft: true, nextValidMs: nextValid(c) });
  },
};

/** A tap that is denied closes nothing elsewhere (C8): what is drawn there is gone, what closing it would sell is not held. */
export function heldAsItIs(c: Case): readonly Held[] {
  const closed = c.elsewhere();
  if (closed === null) return c.held();
  const { changes } = closed;
  const unsold = changes.filter((change) => change.do !== 'propose' || (change.proposal.remainingMinutes ?? 0) < 0);
  if (unsold.length === changes.length) return c.held();
  const { id, teams } = c.customer;
  const facts = factsAfter(c.tap.facts, unsold);
  return heldBeside(facts, facts.site, c.customer, facts.passes(id, teams), c.day.label);
}

const c17: Row = { name: 'C17', asks: 'is there no pass?', rule: () => deny('no-pass', { soft: true }) };

const first: readonly Row[] = [c4, c5, c6];

export const entranceRows: readonly Row[] = [c7, noPassNeeded, c11, c12, c13, c14, c15, c16, c17];

/** A check-in by hand: no door is asked, so there is no mode of one, no right at one, and no rule of a site about one. */
export const byHandRows: readonly Row[] = [c4, c5, ...entranceRows];

/** Interior access points make no visits (section 2, last part): C4 to C6a, then open. */
export const interiorRows: readonly Row[] = [
  { name: 'interior', asks: 'is this an interior door?', rule: (c) => interiorGrant(c) },
];

const lastRows = { entrance: entranceRows, interior: interiorRows } as const;
const withoutSiteRules = { entrance: [...first, ...entranceRows], interior: [...first, ...interiorRows] } as const;

/** The rows without C6a. */
export const customerRows: readonly Row[] = [...first, ...entranceRows, ...interiorRows];

/** The table for one tap. @param without a site rule that is left out. */
export function tableFor(tap: Approach, without: SiteRow | null): readonly Row[] {
  const { kind } = tap.accessPoint;
  const switchedOn = rowsOn(tap);
  if (switchedOn.length === 0) return withoutSiteRules[kind];
  const looked = switchedOn.filter((row) => row !== without);
  return [...first, ...looked.map(siteRow), ...lastRows[kind]];
}

function siteRow({ name, asks, rule }: SiteRow): Row {
  return {
    name,
    asks,
    rule: (c) => {
      const reason = rule({ tap: c.tap, holder: { kind: 'customer', id: c.customer.id } });
      return reason === null ? null : deny(reason);
    },
  };
}

function interiorGrant(c: Case): Verdict {
  return open(bookingHere(c.tap, c.customer.id) === undefined ? 'no-pass-needed' : 'booking');
}

/**
 * What covers a visit without a pass: the space itself, or a plan; null: nothing.
 * @param active plans that are, when the visit begins
 */
export function coverageWithoutPass({ space, tap }: Case, active: readonly string[]): 'none-needed' | 'plan' | null {
  if (!space.checkInRequiresPass) return 'none-needed';
  const { plans } = tap.facts.site;
  return active.some((plan) => plans.get(plan)?.usesTimePasses === false) ? 'plan' : null;
}
