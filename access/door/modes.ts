// What people have set at a door, and the mode that is in force by its rank (rules.md section 6): lockdown, locked, override
// by command, schedule, controlled. A mode that is set takes the place of those above it; those below it stay, and are in
// force again when one above them ends by itself. Only `controlled` ends a lockdown, and it ends all.

import type { Mode } from '../entry/tap.ts';

/** A mode that somebody can set. */
export type SetMode = Exclude<Mode, 'controlled'>;

export interface Setting {
  /** Who set it, for the records. */
  readonly by: string;
  /** When it ends by itself, UTC milliseconds; null: when another command ends it. */
  readonly untilMs: number | null;
  /** Whether it was set for all doors of a space. */
  readonly spaceWide: boolean;
}

/** What is set at a door, by mode. */
export type Settings = { readonly [Name in SetMode]: Setting | null };

export const nothingSet: Settings = { lockdown: null, locked: null, unlocked: null };

/** The mode of a door with what put it in force; of `controlled`: what ended the mode before. */
export interface InForce {
  readonly mode: Mode;
  readonly source: 'command' | 'schedule' | 'none';
  /** A name, `schedule` or `until`. */
  readonly by: string;
  readonly untilMs: number | null;
}

/** The time on the wall side, as far as it is known. */
export interface WallTime {
  /** The least that it can be, UTC milliseconds. */
  readonly wallMs: number;
  /** Whether it was known at any time since the machine was booted; else hours may have passed unnoticed. */
  readonly known: boolean;
}

/** Highest rank first. */
export const ranked: readonly SetMode[] = ['lockdown', 'locked', 'unlocked'];

/** @param cause what is named where nothing is left in force. */
export function inForce(settings: Settings, scheduled: boolean, time: WallTime, cause: string): InForce {
  for (const mode of ranked) {
    const setting = settings[mode];
    if (setting === null || !stands(mode, setting, time)) continue;
    return { mode, source: 'command', by: setting.by, untilMs: setting.untilMs };
  }
  if (scheduled) return { mode: 'unlocked', source: 'schedule', by: 'schedule', untilMs: null };
  return { mode: 'controlled', source: 'none', by: cause, untilMs: null };
}

/** A door that stands free until an hour that nobody knows to have passed is not free. */
function stands(mode: SetMode, { untilMs }: Setting, { known }: WallTime): boolean {
  return untilMs === null || known || mode !== 'unlocked';
}

/** A lockdown that is there already stays whose it is. */
export function setMode(settings: Settings, mode: SetMode, setting: Setting): Settings {
  if (mode === 'lockdown') return settings.lockdown === null ? { ...settings, lockdown: setting } : settings;
  return mode === 'locked' ? { ...settings, locked: setting } : { ...settings, locked: null, unlocked: setting };
}

/** Without what has ended by itself. */
export function withoutEnded(settings: Settings, wallMs: number): Settings {
  const isOver = (setting: Setting | null): boolean => (setting?.untilMs ?? Number.POSITIVE_INFINITY) <= wallMs;
  if (!ranked.some((mode) => isOver(settings[mode]))) return settings;
  const { lockdown, locked, unlocked } = settings;
  return {
    lockdown: isOver(lockdown) ? null : lockdown,
    locked: isOver(locked) ? null : locked,
    unlocked: isOver(unlocked) ? null : unlocked,
  };
}

/** When the first of them ends by itself, UTC milliseconds; null: none does. */
export function firstEnd(settings: Settings): number | null {
  const ends = ranked.flatMap((mode) => settings[mode]?.untilMs ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Whether two are the same for whoever decides and whoever reads the records. */
export function sameInForce(a: InForce, b: InForce): boolean {
  if (a.mode !== b.mode) return false;
  return a.mode === 'controlled' || (a.source === b.source && a.by === b.by && a.untilMs === b.untilMs);
}
