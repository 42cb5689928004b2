// When a level counts: as soon as it has lasted for the debounce. A level that lasts longer is always seen, a shorter one
// never, also where its edges are read late, as long as they carry their own times. Values in, values out.

export interface Debounce {
  readonly debounceMs: number;
  /** What counts now, null: nothing yet; and the time of the edge that it came with. */
  readonly stable: boolean | null;
  readonly stableSinceMs: number;
  /** The level since its last edge, and the time of that edge, in ms of one clock that never steps. */
  readonly level: boolean;
  readonly sinceMs: number;
}

/** The level that is found first has to last as any other: the contact may be bouncing just then. */
export function debounceFrom(level: boolean, atMs: number, debounceMs: number): Debounce {
  return settle({ debounceMs, stable: null, stableSinceMs: atMs, level, sinceMs: atMs }, atMs);
}

/**
 * An edge to `level`. An edge to the level that it has tells of one in between that was too short to be read: the level
 * begins anew. An edge that is dated before the last one is taken as of its time.
 */
export function edge(state: Debounce, level: boolean, atMs: number): Debounce {
  return { ...settle(state, atMs), level, sinceMs: Math.max(atMs, state.sinceMs) };
}

/** No edge came up to `nowMs`. */
export function settle(state: Debounce, nowMs: number): Debounce {
  const lasted = nowMs - state.sinceMs >= state.debounceMs;
  if (!lasted || state.level === state.stable) return state;
  return { ...state, stable: state.level, stableSinceMs: state.sinceMs };
}

/** Edges before `atMs` were lost: nobody knows how long the level had lasted, so it begins anew. */
export function lost(state: Debounce, atMs: number): Debounce {
  return { ...state, sinceMs: Math.max(atMs, state.sinceMs) };
}

/**
 * The line is not watched for now: of a level that does not count yet nobody knows whether it lasts. Null where none counts:
 * what is found next is the first.
 */
export function forget(state: Debounce): Debounce | null {
  return state.stable === null ? null : { ...state, level: state.stable };
}

/** When the level counts unless an edge comes before; null where it counts already. */
export function dueMs(state: Debounce): number | null {
  return state.level === state.stable ? null : state.sinceMs + state.debounceMs;
}
