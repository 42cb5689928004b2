// Instants, dates and slots as staff read them: in the space's zone, named once at the top of an explanation.

import type { Facts } from '../../access/facts.ts';
import type { DateSpan, Slot, Weekday } from '../../access/model.ts';

export interface Say {
  /** `Mon 2 Mar 2026, 16:00` of UTC milliseconds. */
  instant(ms: number): string;
}

export function sayIn(timeZone: string): Say {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return { instant: (ms) => format.format(new Date(ms)) };
}

const week: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `Mon–Fri 09:00–14:00, Sat 10:00–24:00`; no slots: `always`. */
export function slotsInWords(slots: readonly Slot[]): string {
  if (slots.length === 0) return 'always';
  return slots.map(({ days, from, to }) => `${daysInWords(days)} ${from}–${to === '00:00' ? '24:00' : to}`).join(', ');
}

function daysInWords(days: readonly Weekday[]): string {
  const places = week.flatMap((day, place) => (days.includes(day) ? [place] : []));
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === place - 1) last[1] = place;
    else runs.push([place, place]);
  }
  if (runs.length === 1 && places.length === week.length) return 'daily';
  return runs.map(([from, to]) => (from === to ? name(from) : `${name(from)}–${name(to)}`)).join(', ');
}

function name(place: number): string {
  const day = week[place] ?? '';
  return day.slice(0, 1).toUpperCase() + day.slice(1);
}

/** `from 2026-02-01 to 2026-02-15`; both days are included. */
export function spanInWords({ from, to }: DateSpan): string {
  return to === null ? `from ${from} on` : `from ${from} to ${to}`;
}

/** `ana`, or `ana (Ana Silva)` where the name says more than the id. */
export function named({ id, name: called }: { readonly id: string; readonly name: string }): string {
  return called === id || called === '' ? id : `${id} (${called})`;
}

/** A space by its id; one that is not listed has no name. */
export function spaceNamed({ site }: Pick<Facts, 'site'>, id: string): string {
  return named(site.spaces.get(id) ?? { id, name: '' });
}

export function listed(parts: readonly string[], none: string): string {
  return parts.length === 0 ? none : parts.join('; ');
}
