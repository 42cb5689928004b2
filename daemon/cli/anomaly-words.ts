// What is wrong with controllers' journals, in words, each with what a person does about it.

import type { Anomaly, AnomalyKind } from '../../sync/office/store/anomalies.ts';

interface Words {
  readonly what: string;
  readonly mend: string;
}

const secondJournal = 'see "A second journal" in docs/operating.md';

const words: { readonly [K in AnomalyKind]: Words } = {
  fork: {
    what: 'two journals in one',
    mend: `a cloned card, or an old copy of a journal that was put back: what came first is kept; find the second controller and stop it: ${secondJournal}`,
  },
  'two-writers': {
    what: 'two controllers',
    mend: `two machines run under this name, each with a journal of its own, and both are kept: give one of them another name and key: ${secondJournal}`,
  },
  'new-epoch': {
    what: 'new journal',
    mend: 'nothing, where the card was changed, a backup restored, or a damaged journal set aside; what the one before had not sent is on the old card only',
  },
  'chain-break': {
    what: 'broken chain',
    mend: 'nothing from this record on is taken: run cardea verify on the controller; its journal was altered, or is another one',
  },
  gap: {
    what: 'records missing',
    mend: 'they should come from their controller: look at its log and at cardea status there',
  },
  poisoned: {
    what: 'put aside',
    mend: 'nothing is derived from it: look at it with --json, and enter what it says by hand; a controller of another version may have written it',
  },
  lost: {
    what: 'lost records',
    mend: 'their controller has them no more: enter what they said by hand, from a backup of it or from what people know',
  },
  unreadable: {
    what: 'unreadable batch',
    mend: 'signed by the controller, and no batch of its journal: nothing of it is taken, and its journal waits; look at it with --json, and update the controller',
  },
  'unknown-type': {
    what: 'unknown event',
    mend: 'kept, nothing is derived from it: the controller is newer, update the office',
  },
  'duplicate-id': { what: 'doubled id', mend: 'both are kept; nothing needs to be done' },
  'visit-overflow': { what: 'endless visit', mend: 'look at the records of the visit' },
  'visit-failed': {
    what: 'visit not made',
    mend: 'its records are kept, the visit is as it was before them: report it, with the records',
  },
  'controller-ahead': {
    what: 'newer replica',
    mend: 'import the replica document again, it then gets a higher number',
  },
  more: { what: 'many more', mend: 'there are too many to list: mend those that are listed first' },
};

/** What it is, in two or three words. */
export function anomalyWords(kind: AnomalyKind): string {
  return words[kind].what;
}

/** What to do about those that there are, each kind once. */
export function mendWords(kinds: ReadonlySet<AnomalyKind>): string[] {
  return [...kinds].map((kind) => `${words[kind].what}: ${words[kind].mend}`);
}

/** For programs. `record` is the text that came. */
export function anomalyLine({ kind, controller, epoch, seq, reason, body, firstMs, lastMs, times }: Anomaly): object {
  const [first, last] = [firstMs, lastMs].map((ms) => new Date(ms).toISOString());
  return { kind, controller, epoch, seq, reason, first, last, times, mend: words[kind].mend, record: body };
}
