// What holds a door at an instant: the modes that are set at it, its unlock schedule (rules.md section 6), and until when.

import type { Site } from '../../access/catalogue.ts';
import { inForce, ranked, withoutEnded } from '../../access/door/modes.ts';
import { beginsSchedule, nextScheduleEdge, type ScheduledDoor, scheduleRuns } from '../../access/door/schedule.ts';
import type { SavedDoor } from '../../access/door/state.ts';
import type { Tap } from '../../access/entry/tap.ts';
import { iso } from '../../access/visit/settle.ts';
import type { Say } from './say.ts';

const dayMs = 86_400_000;
const horizonMs = 35 * dayMs;

export interface HeldDoor {
  readonly site: Site;
  readonly door: ScheduledDoor;
  readonly saved: SavedDoor;
  /** Whether the clock can be believed: schedules follow no other one. */
  readonly trusted: boolean;
}

export interface DoorAt {
  readonly mode: Tap['mode'];
  readonly source: 'command' | 'schedule' | 'none';
  /** Who set the mode. */
  readonly by: string;
  /** When it ends by itself, UTC milliseconds; null: it does not, or not within 35 days. */
  readonly untilMs: number | null;
  /** A schedule would hold the door open, had somebody entered inside its hours (`afterFirstEntry`). */
  readonly waits: boolean;
}

export function doorAt(held: HeldDoor, ms: number): DoorAt {
  const { site, door, saved, trusted } = held;
  const { entryMs, settings } = saved;
  const runs = trusted && scheduleRuns(site, door, entryMs, ms);
  const time = { wallMs: ms, known: trusted };
  const { mode, source, by, untilMs } = inForce(withoutEnded(settings, ms), runs, time, 'schedule');
  const waits = trusted && mode === 'controlled' && beginsSchedule(site, door, entryMs, ms);
  return { mode, source, by, untilMs: source === 'schedule' ? scheduleEnd(held, ms) : untilMs, waits };
}

function scheduleEnd({ site, door, saved }: HeldDoor, fromMs: number): number | null {
  let ms: number | null = fromMs;
  while (ms !== null && ms <= fromMs + horizonMs) {
    if (!scheduleRuns(site, door, saved.entryMs, ms)) return ms;
    ms = nextScheduleEdge(site, door, ms);
  }
  return null;
}

/** What a tap at that instant finds. */
export function tapMode({ mode, source, by }: DoorAt): Pick<Tap, 'mode' | 'modeBy' | 'commandedBy'> {
  if (source === 'schedule') return { mode, modeBy: source };
  return { mode, modeBy: 'command', ...(source === 'command' ? { commandedBy: by } : {}) };
}

/** The instants after `fromMs`, up to `toMs`, from which the door may be held otherwise. */
export function doorEdges({ site, door, saved, trusted }: HeldDoor, fromMs: number, toMs: number): number[] {
  const within = (ms: number): boolean => fromMs < ms && ms <= toMs;
  const edges = ranked.flatMap((mode) => saved.settings[mode]?.untilMs ?? []).filter(within);
  for (let ms = trusted ? nextScheduleEdge(site, door, fromMs) : null; ms !== null && within(ms); ) {
    edges.push(ms);
    ms = nextScheduleEdge(site, door, ms);
  }
  return edges;
}

export interface DoorExplained {
  readonly mode: Tap['mode'];
  readonly source: DoorAt['source'];
  readonly by: string | null;
  readonly until: string | null;
  readonly waitsForFirstEntry: boolean;
}

export function doorData({ mode, source, by, untilMs, waits }: DoorAt): DoorExplained {
  const until = untilMs === null ? null : iso(untilMs);
  return { mode, source, by: source === 'none' ? null : by, until, waitsForFirstEntry: waits };
}

/** `unlocked by its schedule until Mon 2 Mar 2026, 17:00`, `in mode controlled`. */
export function doorWords({ mode, source, by, until, waitsForFirstEntry }: DoorExplained, say: Say): string {
  const end = until === null ? '' : ` until ${say.instant(Date.parse(until))}`;
  if (source === 'schedule') return `unlocked by its schedule${end}`;
  if (source === 'command') return `in mode ${mode}, set by ${by ?? ''}${end}`;
  return `in mode ${mode}${waitsForFirstEntry ? ' (its unlock schedule waits for the first entry)' : ''}`;
}
