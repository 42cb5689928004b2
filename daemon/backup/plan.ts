// What a restore moves where. Pure: what is known of the backup and of the folder gives the same moves, in the order in
// which they are done; the journal takes its place last.

import { basename, join } from 'node:path';
import type { EarlierJournal } from '../../db/journal/earlier.ts';
import { journalName, replicaName } from './manifest.ts';
import type { KnownJournal, Present } from './present.ts';

export interface Move {
  readonly from: string;
  readonly to: string;
}

export interface RestorePlan {
  /** Into the folder for what was there; empty where nothing was. */
  readonly aside: readonly Move[];
  readonly place: readonly Move[];
  /** What the new journal knows of those before it, for the outbox. */
  readonly earlier: readonly EarlierJournal[];
  /** The replica that was there is newer than that of the backup, and stays. */
  readonly keepsReplica: boolean;
}

export interface PlanInput {
  readonly folder: string;
  readonly asideFolder: string;
  /** The backup's own journal first, then those before it. */
  readonly unpacked: readonly [KnownJournal, ...KnownJournal[]];
  /** The new journal, made from the backup's. */
  readonly newJournal: string;
  readonly replica: { readonly path: string; readonly revision: number } | null;
  readonly present: Present;
}

export function planRestore(input: PlanInput): RestorePlan {
  const { folder, asideFolder, unpacked, newJournal, replica, present } = input;
  const known = [...unpacked, ...(present.journal === null ? [] : [present.journal]), ...present.earlier];
  const best = bestOfEach(known);
  // The backup's own journal stays readable beside the new one; others only for what the office has not of them.
  const kept = [...best.values()].filter(({ epoch, last, through }) => epoch === unpacked[0].epoch || through < last);
  const homeOf = (epoch: string): string => join(folder, `journal-${epoch}.db`);
  const place = kept
    .map(({ epoch, path }) => ({ from: path, to: homeOf(epoch) }))
    .filter(({ from, to }) => from !== to);
  const staying = new Set(kept.map(({ path }) => path));
  const keepsReplica = present.revision > 0 && present.revision >= (replica?.revision ?? 0);
  if (replica !== null && !keepsReplica) place.push({ from: replica.path, to: join(folder, replicaName) });
  place.push({ from: newJournal, to: join(folder, journalName) });
  const moving = new Set(place.map(({ from }) => from));
  const leaving = new Set([
    ...present.journalFiles.filter((path) => !staying.has(path)),
    ...(keepsReplica || replica === null ? [] : present.replicaFiles),
    // Nothing is ever written over: an older copy of an epoch goes too.
    ...place.map(({ to }) => to).filter((to) => present.files.has(to) && !moving.has(to)),
  ]);
  return {
    aside: [...leaving].map((from) => ({ from, to: join(asideFolder, basename(from)) })),
    place,
    earlier: kept
      .filter(({ last, through }) => through < last)
      .map(({ epoch, last, through, issuedAtMs }) => ({ epoch, last, through, issuedAtMs })),
    keepsReplica,
  };
}

/** Of each epoch the copy that goes furthest, with the furthest cursor that is known. */
function bestOfEach(known: readonly KnownJournal[]): Map<string, KnownJournal> {
  const best = new Map<string, KnownJournal>();
  for (const one of known) {
    const other = best.get(one.epoch);
    if (other === undefined) {
      best.set(one.epoch, one);
      continue;
    }
    const longer = one.last > other.last ? one : other;
    const further = one.through > other.through ? one : other;
    const through = Math.min(further.through, longer.last);
    best.set(one.epoch, { ...longer, through, issuedAtMs: further.issuedAtMs });
  }
  return best;
}
