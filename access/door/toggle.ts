// Three taps in a row of one staff credential at a door (rules.md section 6): no tap of anybody else between them, all three
// within the time that the door's config gives.

export interface StaffTaps {
  /** Keyed hash of the credential that tapped last. */
  readonly hash: string;
  /** Its taps so far, milliseconds since boot, at most two. */
  readonly atMs: readonly number[];
}

const tapsInARow = 3;

/** The taps that count from here on; `toggles`: this was the third, and the next one is a first again. */
export function staffTap(
  before: StaffTaps | null,
  hash: string,
  nowMs: number,
  withinMs: number,
): { readonly taps: StaffTaps | null; readonly toggles: boolean } {
  const earlier = before?.hash === hash ? before.atMs.filter((atMs) => nowMs - atMs <= withinMs) : [];
  if (earlier.length + 1 >= tapsInARow) return { taps: null, toggles: true };
  return { taps: { hash, atMs: [...earlier, nowMs] }, toggles: false };
}
