// A list of people that becomes much shorter is more often an accident than meant. It is measured against the most that there
// were since shrinking was last meant, so that many small steps are no way around.

import type { ReplicaCounts } from './replica-rows.ts';

const guardedKinds = ['customers', 'credentials'] as const;

/** The most of each guarded kind since shrinking was last meant. */
export type MostKept = Readonly<Record<(typeof guardedKinds)[number], number>>;

/** Of one replica by itself. */
export function mostOf(counts: ReplicaCounts): MostKept {
  return { customers: counts.customers ?? 0, credentials: counts.credentials ?? 0 };
}

/** Once `counts` was taken. */
export function mostAfter(before: MostKept | null, counts: ReplicaCounts, shrinkMeant: boolean): MostKept {
  const now = mostOf(counts);
  if (before === null || shrinkMeant) return now;
  return {
    customers: Math.max(before.customers, now.customers),
    credentials: Math.max(before.credentials, now.credentials),
  };
}

/** What would become more than a fifth fewer, in words; null where nothing does. */
export function shrinks(most: MostKept | null, counts: ReplicaCounts): string | null {
  for (const kind of most === null ? [] : guardedKinds) {
    const had = most?.[kind] ?? 0;
    const has = counts[kind] ?? 0;
    if (has * 5 < had * 4) return `${kind} would go from ${had} to ${has}`;
  }
  return null;
}
