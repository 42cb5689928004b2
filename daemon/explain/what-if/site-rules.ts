// What could be otherwise about the site rules (rules.md C6a): what was not shown, who is inside, what stands open.

import type { Tap } from '../../../access/entry/tap.ts';
import { rowsOn } from '../../../access/site-rules/rows.ts';
import type { Change, Changes } from './change.ts';
import { withFacts } from './credential.ts';

export const siteRuleChanges: Changes = ({ tap }) => {
  const on = new Set(rowsOn(tap).map(({ name }) => name));
  const { id, siteRules, space } = tap.accessPoint;
  const reader = tap.reader.id;
  const all: Readonly<Record<string, Omit<Change, 'change'>>> = {
    'lock-out': {
      words: `reader ${reader} were not locked out`,
      data: { reader },
      apply: withFacts(() => ({ attempts: () => undefined })),
    },
    'anti-passback': {
      words: 'they had gone out, or were forgiven (cardea forgive)',
      data: { area: siteRules.area?.id ?? null },
      apply: withFacts(() => ({ whereabouts: () => undefined })),
    },
    interlock: {
      words: 'no other door of the interlock were open or free',
      data: { interlock: siteRules.interlock },
      apply: (changed: Tap) => ({ ...changed, interlockedBy: null }),
    },
    occupancy: {
      words: `somebody left ${space}`,
      data: { space, limit: siteRules.occupancyLimit },
      apply: withFacts((facts) => ({ peopleInside: (of) => facts.peopleInside(of).slice(1) })),
    },
    'second-person': {
      words: `a second person who may enter tapped at ${id}, too`,
      data: { accessPoint: id },
      apply: (changed: Tap) => ({ ...changed, companion: true }),
    },
    pin: {
      words: siteRules.pin.use === 'required' ? 'their PIN followed the credential' : 'they gave a PIN',
      data: { use: siteRules.pin.use },
      apply: (changed: Tap) => ({ ...changed, pin: { duress: false } }),
    },
  };
  // A PIN where none is taken, and one where nothing else is, are other credentials.
  const usable = Object.entries(all).filter(
    ([name]) => on.has(name) && (name !== 'pin' || siteRules.pin.use === 'required'),
  );
  return usable.map(([change, what]) => ({ change, ...what }));
};
