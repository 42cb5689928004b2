// Rows of refusals of one person: each within ten minutes of the one before, whichever controllers refused, in the order of their time,
// whatever the order in which they became known. A ticket that was answered or closed ends its row: what comes after begins another. Pure.

export interface Refusal {
  readonly timeMs: number;
  /** Of the row that it was found to belong to; null: of none yet. */
  readonly ticket: string | null;
}

export const withinMs = 10 * 60_000;
/** So many within ten minutes need somebody. */
export const enough = 3;

export type Found =
  /** Not enough, or the ticket is there already. */
  | { readonly opens: false; readonly ticket: string | null }
  /** @property through of the row: place of the refusal that made it enough */
  | { readonly opens: true; readonly through: number };

/** The row that holds the one at `place`, as places [from, to). @param refusals in order. @param settledMs when tickets of rows were settled */
export function rowAround(
  refusals: readonly Refusal[],
  place: number,
  settledMs: readonly number[],
): { readonly from: number; readonly to: number } {
  const together = (before: number): boolean => {
    const [a, b] = [refusals[before], refusals[before + 1]];
    if (a === undefined || b === undefined || b.timeMs - a.timeMs > withinMs) return false;
    return !settledMs.some((ms) => a.timeMs <= ms && ms < b.timeMs);
  };
  let [from, to] = [place, place + 1];
  while (together(from - 1)) from--;
  while (together(to - 1)) to++;
  return { from, to };
}

export function judgeRow(row: readonly Refusal[]): Found {
  const known = row.find(({ ticket }) => ticket !== null);
  if (known !== undefined) return { opens: false, ticket: known.ticket };
  for (const [n, last] of row.entries()) {
    const first = row[n - enough + 1];
    if (first !== undefined && last.timeMs - first.timeMs <= withinMs) return { opens: true, through: n };
  }
  return { opens: false, ticket: null };
}
