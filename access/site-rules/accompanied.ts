// A tap with what belongs to it from taps before: the credential that a PIN follows, and whoever waits for a second person
// (rules.md C6a). Two people who open a door together are decided on both, each by all rows; only where both may enter it
// opens, for both.

import type { Ruling, Tap } from '../entry/tap.ts';
import type { EventDraft } from '../event.ts';
import { factsAfter } from '../visit/facts-after.ts';
import { pinStep } from './pin-step.ts';
import { isSame, type Waiting } from './state.ts';
import { waitEnds, waitingFor } from './waits.ts';

/** @param decideIt one person's tap. @param horizonMs as of `pinStep`. */
export function accompanied(tap: Tap, decideIt: (tap: Tap) => Ruling, horizonMs = 0): Ruling {
  const { pin, secondPerson } = tap.accessPoint.siteRules;
  if (pin.use !== 'required' && secondPerson === null) return decideIt(tap);
  const step = pinStep(tap, horizonMs);
  const ruling = step.tap === null ? step.ruling : withSecondPerson(step.tap, decideIt);
  if (ruling === null) throw new TypeError('a PIN is taken with its tap, or refused');
  return step.changes.length === 0 ? ruling : { ...ruling, changes: [...step.changes, ...ruling.changes] };
}

function withSecondPerson(tap: Tap, decideIt: (tap: Tap) => Ruling): Ruling {
  const waiting = firstPerson(tap);
  if (waiting === null) return decideIt(tap);
  const own = decideIt({ ...tap, companion: true });
  if (!own.granted || own.direction === 'out') return own;
  const other = decideIt({
    ...tap,
    id: tap.companionId ?? tap.id,
    credential: waiting.credential,
    reader: waiting.reader,
    pin: waiting.pin,
    companion: true,
    facts: factsAfter(tap.facts, own.changes),
  });
  // Whoever waited may not enter any more, or is on the way out: they are no second person.
  if (!other.granted || other.direction === 'out') return decideIt(tap);
  return {
    ...own,
    drafts: [...withOther(own.drafts, waiting.holder), ...withOther(other.drafts, holderOf(tap))],
    changes: [...own.changes, ...other.changes, waitEnds(tap, 'companion')],
  };
}

/** Somebody else than who taps now, in time; null: nobody. */
function firstPerson(tap: Tap): Waiting | null {
  const { secondPerson } = tap.accessPoint.siteRules;
  if (secondPerson === null || tap.mode === 'unlocked') return null;
  const holder = holderOf(tap);
  const waiting = waitingFor('companion', tap, secondPerson.withinMs);
  return waiting === null || holder === null || isSame(waiting.holder, holder) ? null : waiting;
}

function holderOf({ facts, credential }: Tap): Waiting['holder'] | null {
  return facts.credential(credential.hash)?.holder ?? null;
}

/** The grant says who it was given together with. */
function withOther([grant, ...rest]: readonly EventDraft[], other: Waiting['holder'] | null): readonly EventDraft[] {
  if (grant === undefined || other === null) return grant === undefined ? [] : [grant, ...rest];
  return [{ ...grant, data: { ...grant.data, secondPerson: { kind: other.kind, id: other.id } } }, ...rest];
}
