// Which uses of a pass are too many (rules.md section 5): controllers that were cut off from each other spent it twice, or more
// minutes of it than it had. A function of the set of uses: of each two the later one is too much, whichever was heard of first.

import { byTimeAndPlace, type RecordPlace } from './record.ts';

export interface PassUse {
  readonly visit: string;
  readonly customer: string;
  /** Of a day pass; null: a minute pass. */
  readonly businessDay: string | null;
  readonly minutes: number;
  /** Of the check-in, or of the check-out that used it. */
  readonly place: RecordPlace;
  /** The office used it in the place of one that was oversold: whoever used it at a door was first. */
  readonly office: boolean;
  /** Of the replica that the check-in was decided on; null: not known. */
  readonly revision: number | null;
  /** Minutes that the pass had by that replica; null: not known. */
  readonly remaining: number | null;
}

export interface Oversold {
  readonly visit: string;
  /** Of a minute pass, how many were too many; null: the day pass. */
  readonly minutes: number | null;
}

export interface Judged {
  readonly oversold: readonly Oversold[];
  /** Visits of which nothing new is said: the document counts them already. */
  readonly settled: readonly string[];
}

/** @param includes whether a revision counts what that record says */
export function judgeUses(
  uses: readonly PassUse[],
  includes: (revision: number, epoch: string, seq: number) => boolean,
): Judged {
  const ordered = [...uses].sort((a, b) => Number(a.office) - Number(b.office) || byTimeAndPlace(a.place, b.place));
  const days = daysTwice(ordered, includes);
  const minutes = minutesTooMany(
    ordered.filter(({ businessDay }) => businessDay === null),
    includes,
  );
  return { oversold: [...days, ...minutes.oversold], settled: minutes.settled };
}

/** One business day of one person. Whoever used it on a replica that counts the use before was given it anew. */
function daysTwice(ordered: readonly PassUse[], includes: Parameters<typeof judgeUses>[1]): Oversold[] {
  let first: PassUse | undefined;
  const oversold: Oversold[] = [];
  for (const use of ordered) {
    if (use.businessDay === null) continue;
    const before = first;
    const knew =
      before !== undefined && use.revision !== null && includes(use.revision, before.place.epoch, before.place.seq);
    if (before === undefined || knew) first = use;
    else if (before.businessDay !== use.businessDay || before.customer !== use.customer) {
      oversold.push({ visit: use.visit, minutes: null });
    }
  }
  return oversold;
}

/** By the newest replica that anybody was let in on: what that counts already is settled, the rest must fit into what it says. */
function minutesTooMany(ordered: readonly PassUse[], includes: Parameters<typeof judgeUses>[1]): Judged {
  const newest = ordered.reduce<PassUse | undefined>(
    (best, use) => (use.remaining !== null && (use.revision ?? -1) > (best?.revision ?? -1) ? use : best),
    undefined,
  );
  if (newest?.revision == null || newest.remaining === null)
    return { oversold: [], settled: ordered.map(({ visit }) => visit) };
  const { revision, remaining } = newest;
  const isSettled = ({ place }: PassUse): boolean => includes(revision, place.epoch, place.seq);
  const open = ordered.filter((use) => !isSettled(use));
  const settled = ordered.filter(isSettled).map(({ visit }) => visit);
  // Each use was rounded up to the minute: as much is nobody's fault.
  const least = open.reduce((sum, { minutes }) => sum + Math.max(minutes - 1, 0), 0);
  if (least <= remaining) return { oversold: [], settled };
  const oversold: Oversold[] = [];
  let used = 0;
  for (const { visit, minutes } of open) {
    used += minutes;
    const over = Math.min(used - remaining, minutes);
    if (over > 0) oversold.push({ visit, minutes: over });
  }
  return { oversold, settled };
}
