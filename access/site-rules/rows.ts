// Row C6a of rules.md: the site rules in their order, each looked at only where it is switched on. The first that fits denies.
// At a door that stands unlocked nothing is to be proven: only anti-passback and occupancy are looked at there.

import type { Approach } from '../entry/tap.ts';
import type { DenyReason } from '../entry/verdict.ts';
import type { JsonObject } from '../event.ts';
import type { Holder } from '../facts.ts';
import { isRefused } from './attempts.ts';
import { isPassback } from './passback.ts';
import type { SiteRules } from './settings.ts';
import { isSame, nothingTried } from './state.ts';

/** Somebody on the way in whom rows C1 to C6 let pass. */
export interface Entering {
  readonly tap: Approach;
  readonly holder: Holder;
}

export interface SiteRow {
  readonly name: string;
  /** What the row asks, for whoever reads an explanation. */
  readonly asks: string;
  readonly isOn: (rules: SiteRules) => boolean;
  /** Whether it is looked at where the door stands unlocked, too. */
  readonly whenUnlocked: boolean;
  /** null: it does not fit. */
  readonly rule: (entering: Entering) => DenyReason | null;
}

const lockOut: SiteRow = {
  name: 'lock-out',
  asks: 'is the reader locked out for PINs, or for this credential?',
  isOn: (rules) => rules.lockOut !== null,
  whenUnlocked: false,
  rule: ({ tap }) => (isGuessedAt(tap) ? 'locked-out' : null),
};

/** Whether the reader refuses the tap's credential, because somebody guesses. */
export function isGuessedAt({ accessPoint, facts, reader, at, credential }: Approach): boolean {
  const { lockOut: settings } = accessPoint.siteRules;
  if (settings === null || reader.id === null || credential === null) return false;
  return isRefused(facts.attempts(reader.id) ?? nothingTried, settings, at, credential);
}

const antiPassback: SiteRow = {
  name: 'anti-passback',
  asks: 'is the holder inside the area already?',
  isOn: (rules) => rules.area !== null && rules.area.antiPassback !== 'off',
  whenUnlocked: true,
  rule: (entering) => (!onlyFlags(entering.tap) && isInsideAlready(entering) ? 'anti-passback' : null),
};

/** At a toggle reader nobody can say which way they go: to deny there would shut somebody in. */
function onlyFlags({ accessPoint, reader }: Approach): boolean {
  return accessPoint.siteRules.area?.antiPassback === 'soft' || reader.direction === 'toggle';
}

/** Whether the holder comes in a second time; where anti-passback is soft that is only told. */
function isInsideAlready({ tap, holder }: Entering): boolean {
  const { area } = tap.accessPoint.siteRules;
  if (area === null || area.antiPassback === 'off') return false;
  return isPassback(area, tap.facts.whereabouts(holder), tap.at, tap.facts.site.spaces.get(tap.accessPoint.space));
}

/** What a grant tells of a rule that only flags; null: nothing. */
export function violationOf(tap: Approach, holder: Holder): JsonObject | null {
  if (tap.accessPoint.siteRules.area === null || !onlyFlags(tap)) return null;
  return isInsideAlready({ tap, holder }) ? { violation: 'anti-passback' } : null;
}

const interlock: SiteRow = {
  name: 'interlock',
  asks: 'is another door of the interlock open or free?',
  isOn: (rules) => rules.interlock !== null,
  whenUnlocked: false,
  rule: ({ tap }) => (tap.interlockedBy == null ? null : 'interlock'),
};

const occupancy: SiteRow = {
  name: 'occupancy',
  asks: 'is the space full?',
  isOn: (rules) => rules.occupancyLimit !== null,
  whenUnlocked: true,
  rule: ({ tap, holder }) => {
    const { kind, space, siteRules } = tap.accessPoint;
    if (kind === 'interior' || siteRules.occupancyLimit === null) return null;
    const inside = tap.facts.peopleInside(space);
    const isIn = inside.some((person) => isSame(person.holder, holder));
    return !isIn && inside.length >= siteRules.occupancyLimit ? 'occupancy' : null;
  },
};

export const secondPerson: SiteRow = {
  name: 'second-person',
  asks: 'is a second person missing?',
  isOn: (rules) => rules.secondPerson !== null,
  whenUnlocked: false,
  rule: ({ tap }) => (tap.companion === true ? null : 'second-person'),
};

const pin: SiteRow = {
  name: 'pin',
  asks: 'is a PIN missing, or one that does not open here?',
  isOn: (rules) => rules.pin.use !== 'optional',
  whenUnlocked: false,
  rule: ({ tap }) => {
    const { use } = tap.accessPoint.siteRules.pin;
    const isPin = tap.credential?.type === 'pin';
    if (use === 'never') return isPin ? 'pin-wrong' : null;
    const isProven = use === 'only' ? isPin : tap.pin != null;
    return isProven ? null : 'pin-required';
  },
};

export const siteRows: readonly SiteRow[] = [lockOut, antiPassback, interlock, occupancy, secondPerson, pin];

/** What row C6a denies with. */
export const siteRuleReasons: readonly DenyReason[] = [
  'locked-out',
  'anti-passback',
  'interlock',
  'occupancy',
  'second-person',
  'pin-required',
  'pin-wrong',
];

interface On {
  readonly controlled: readonly SiteRow[];
  readonly unlocked: readonly SiteRow[];
}

/** By the settings of a door, which never change: a tap looks nothing up twice. */
const kept = new WeakMap<SiteRules, On>();

/** The rows that are looked at for this tap. */
export function rowsOn({ accessPoint: { siteRules }, mode }: Approach): readonly SiteRow[] {
  let on = kept.get(siteRules);
  if (on === undefined) {
    const controlled = siteRows.filter(({ isOn }) => isOn(siteRules));
    on = { controlled, unlocked: controlled.filter(({ whenUnlocked }) => whenUnlocked) };
    kept.set(siteRules, on);
  }
  return mode === 'unlocked' ? on.unlocked : on.controlled;
}
