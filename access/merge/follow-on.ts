// A visit that a way out after the cut-off proved (rules.md section 4): it begins at the cut-off and ends with that way out. Of one
// person, space and business day there is one. Where controllers that were cut off from each other each made one, the first way
// out by the order of all records holds: the second one is what it would have been had its door known, an exit of nobody inside (O5).

export interface ProvedData {
  readonly space: string;
  readonly businessDay?: string | undefined;
  /** The cut-off that it began with; left out: it is no such visit. */
  readonly since?: unknown;
}

/** What several such visits of one person have in common; null: the check-in is of an ordinary visit. */
export function provedDay({ space, businessDay, since }: ProvedData): string | null {
  return since === undefined || businessDay === undefined ? null : `${space} ${businessDay}`;
}
