// The oracle's calendar: what a wall clock in a zone shows at an instant, asked of Intl, and nothing else.
// A zone's offset never changes inside a quarter of an hour, so it is asked once for each; that, and how dates are written,
// are the only things kept.

import type { Slot, Space } from './document.ts';

export const minuteMs = 60_000;
const dayMs = 86_400_000;
export const quarterMs = 15 * minuteMs;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();
const dates = new Map<number, string>();

/** Milliseconds that the wall clock is ahead of UTC. */
export function offsetMs(zone: string, at: number): number {
  const quarter = Math.floor(at / quarterMs);
  let ofZone = offsets.get(zone);
  if (ofZone === undefined) {
    ofZone = new Map();
    offsets.set(zone, ofZone);
  }
  let offset = ofZone.get(quarter);
  if (offset === undefined) {
    offset = askOffsetMs(zone, quarter * quarterMs);
    ofZone.set(quarter, offset);
  }
  return offset;
}

function askOffsetMs(zone: string, at: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - at;
}

/** The civil date there, as 2026-03-02. */
export function dateAt(zone: string, at: number): string {
  const day = Math.floor((at + offsetMs(zone, at)) / dayMs);
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * dayMs).toISOString().slice(0, 10);
    dates.set(day, date);
  }
  return date;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

export function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

/** Whether the wall clock shows a time in one of the slots; no slots are all of time. */
export function inSlots(slots: readonly Slot[] | undefined, zone: string, at: number): boolean {
  if (slots === undefined || slots.length === 0) return true;
  const wall = at + offsetMs(zone, at);
  const dayNumber = Math.floor(wall / dayMs);
  const clock = wall - dayNumber * dayMs;
  // 1970-01-01 was a Thursday.
  const today = weekdays[(dayNumber + 3) % 7] ?? '';
  const yesterday = weekdays[(dayNumber + 2) % 7] ?? '';
  return slots.some((slot) => {
    const from = minutesOf(slot.from) * minuteMs;
    const to = slot.to === '00:00' ? dayMs : minutesOf(slot.to) * minuteMs;
    if (from < to) return slot.days.includes(today) && clock >= from && clock < to;
    return (slot.days.includes(today) && clock >= from) || (slot.days.includes(yesterday) && clock < to);
  });
}

/** The instant at which business day `date` begins: in a gap the first instant after it, in an overlap the first of the two. */
export function cutOffOf(space: Space, date: string): number {
  const cutOff = minutesOf(space.dailyCutOff ?? '00:00');
  const wanted = Date.parse(`${date}T00:00:00Z`) + cutOff * minuteMs;
  const shown = (at: number) => at + offsetMs(space.timeZone, at);
  let at = Math.floor((wanted - 15 * 60 * minuteMs) / quarterMs) * quarterMs;
  while (shown(at + quarterMs - minuteMs) < wanted) at += quarterMs;
  while (shown(at) < wanted) at += minuteMs;
  return at;
}

/** The label of the business day that an instant belongs to. */
export function businessDayOf(space: Space, at: number): string {
  let date = addDays(dateAt(space.timeZone, at), 1);
  while (cutOffOf(space, date) > at) date = addDays(date, -1);
  return date;
}

/** The first cut-off after an instant. */
export function nextCutOff(space: Space, at: number): number {
  return cutOffOf(space, addDays(businessDayOf(space, at), 1));
}

const isDate = (text: string): boolean => text.length === 10;

/** Whether a beginning is reached: an instant, or a date, whose first moment in the zone it is. */
export function hasBegun(from: string | null | undefined, zone: string, at: number): boolean {
  if (from === null || from === undefined) return true;
  return isDate(from) ? dateAt(zone, at) >= from : at >= Date.parse(from);
}

/** Whether an end is past: an instant, or a date, which is included whole. */
export function hasEnded(to: string | null | undefined, zone: string, at: number): boolean {
  if (to === null || to === undefined) return false;
  return isDate(to) ? dateAt(zone, at) > to : at >= Date.parse(to);
}

/** Whether the space is open: neither closed for the day nor outside its opening hours. */
export function isOpen(space: Space, at: number): boolean {
  const date = dateAt(space.timeZone, at);
  const closed = (space.closures ?? []).some(({ from, to }) => from <= date && date <= to);
  return !closed && inSlots(space.openingHours, space.timeZone, at);
}

/** Whole seconds, rounded up to the minute. */
export const wholeMinutes = (ms: number): number => Math.ceil(Math.floor(ms / 1000) / 60);

/** How long the business day is that an instant belongs to. */
export function dayLengthMs(space: Space, at: number): number {
  return nextCutOff(space, at) - cutOffOf(space, businessDayOf(space, at));
}
