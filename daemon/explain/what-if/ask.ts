// What would have to change to be let in: the rules are asked again, really, with one thing changed at a time; where no one
// change is enough, with two; where no two are, with one set of more, none of which can be left out.

import type { Ruling, Tap } from '../../../access/entry/tap.ts';
import type { JsonObject } from '../../../access/event.ts';
import type { Subject } from '../subject.ts';
import type { Change, Changes } from './change.ts';
import { contractChanges, limitChanges } from './contracts.ts';
import { accountChanges, credentialChanges, visitorChanges } from './credential.ts';
import { issueChanges } from './issue.ts';
import { heldPassChanges, newPassChanges, registrationChanges } from './passes.ts';
import { bookingChanges, placeChanges } from './place.ts';
import { byRank } from './rank.ts';
import { siteRuleChanges } from './site-rules.ts';

export interface WhatIf {
  readonly changes: readonly { readonly change: string; readonly words: string; readonly data: JsonObject }[];
  /** Why the door would open then. */
  readonly reason: string;
}

const all: readonly Changes[] = [
  issueChanges,
  credentialChanges,
  accountChanges,
  visitorChanges,
  placeChanges,
  siteRuleChanges,
  contractChanges,
  limitChanges,
  heldPassChanges,
  newPassChanges,
  registrationChanges,
  bookingChanges,
];

type Ask = (tap: Tap) => Ruling;

/** Of a catalogue of any size, so many changes are tried alone, and so many in pairs. */
const maxAlone = 2000;
const maxPaired = 60;

/** What staff can do at once first. Empty for a grant, and where not even all changes together would let in. */
export function whatIf(subject: Subject, ask: Ask): readonly WhatIf[] {
  const { ruling, tap } = subject;
  if (ruling.granted) return [];
  const changes = all.flatMap((make) => make(subject)).slice(0, maxAlone);
  const alone = changes.flatMap((change) => asked(tap, [change], ask));
  if (alone.length > 0) return byRank(alone);
  const few = changes.slice(0, maxPaired);
  const two = pairs(tap, few, ask);
  return two.length > 0 ? byRank(two) : together(tap, few, ask);
}

/** One set that lets in, from which nothing can be taken away. */
function together(tap: Tap, changes: readonly Change[], ask: Ask): WhatIf[] {
  if (asked(tap, changes, ask).length === 0) return [];
  let needed = changes;
  for (const change of changes) {
    const without = needed.filter((other) => other !== change);
    if (asked(tap, without, ask).length > 0) needed = without;
  }
  return asked(tap, needed, ask);
}

function pairs(tap: Tap, changes: readonly Change[], ask: Ask): WhatIf[] {
  return changes.flatMap((first, place) =>
    changes.slice(place + 1).flatMap((second) => asked(tap, [first, second], ask)),
  );
}

function asked(tap: Tap, changes: readonly Change[], ask: Ask): WhatIf[] {
  const ruling = ask(changes.reduce((changed, { apply }) => apply(changed), tap));
  if (!ruling.granted) return [];
  return [{ changes: changes.map(({ change, words, data }) => ({ change, words, data })), reason: ruling.reason }];
}
