// What a new config changes, as data: which doors and readers stay as they are, which end, which begin.

import { isDeepStrictEqual } from 'node:util';
import type { ControllerConfig } from '../../config/types.ts';

/** By id; something that changed is in `close` and in `open`. Each list in the order of its config. */
export interface Steps {
  readonly keep: readonly string[];
  readonly close: readonly string[];
  readonly open: readonly string[];
}

export interface ReloadPlan {
  /** An access point with its inputs: one that stays keeps its state, and a release that runs. */
  readonly doors: Steps;
  readonly readers: Steps;
  /** The readers at which a tap may still be the repeat of one before (rules.md O7): all that decided it is unchanged. */
  readonly repeatsAt: readonly string[];
}

/** Loaded, and not carried out yet: what ends is released before anything is opened in its place. Neither fails. */
export interface Change {
  close(): Promise<void>;
  open(): void;
}

export type Planned = Pick<ControllerConfig, 'accessPoints' | 'readers' | 'rules'>;

export function planReload(before: Planned, next: Planned): ReloadPlan {
  const doors = stepsOf(before.accessPoints, next.accessPoints);
  const readers = stepsOf(before.readers, next.readers);
  const atKeptDoor = next.readers.filter(({ id, accessPoint }) => {
    return readers.keep.includes(id) && doors.keep.includes(accessPoint);
  });
  const repeatsAt = isDeepStrictEqual(before.rules, next.rules) ? atKeptDoor.map(({ id }) => id) : [];
  return { doors, readers, repeatsAt };
}

/** `door x, reader y`: what was closed or opened; null where nothing was. */
export function changeWords({ doors, readers }: ReloadPlan): string | null {
  const words = [
    ...doors.close.filter((id) => !doors.open.includes(id)).map((id) => `door ${id} gone`),
    ...doors.open.map((id) => `door ${id} ${doors.close.includes(id) ? 'anew' : 'new'}`),
    ...readers.close.filter((id) => !readers.open.includes(id)).map((id) => `reader ${id} gone`),
    ...readers.open.map((id) => `reader ${id} ${readers.close.includes(id) ? 'anew' : 'new'}`),
  ];
  return words.length === 0 ? null : words.join(', ');
}

function stepsOf<Item extends { readonly id: string }>(before: readonly Item[], next: readonly Item[]): Steps {
  const old = new Map(before.map((item) => [item.id, item]));
  const kept = new Set(next.filter((item) => isDeepStrictEqual(item, old.get(item.id))).map(({ id }) => id));
  return {
    keep: next.filter(({ id }) => kept.has(id)).map(({ id }) => id),
    close: before.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
    open: next.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
  };
}
