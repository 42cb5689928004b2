// Civil dates as days since 1970-01-01 (proleptic Gregorian), and their text. No zone is involved here.

import type { Weekday } from '../model.ts';

const dayMs = 86_400_000;
const weekdays = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const;

/** Days since 1970-01-01 of `YYYY-MM-DD`. */
export function dayOfDate(date: string): number {
  const ms = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)));
  return Math.round(ms / dayMs);
}

const maxKept = 4096;
const kept = new Map<number, string>();

/** `YYYY-MM-DD` of that day. */
export function dateOfDay(day: number): string {
  let date = kept.get(day);
  if (date === undefined) {
    date = new Date(day * dayMs).toISOString().slice(0, 10);
    if (kept.size >= maxKept) kept.clear();
    kept.set(day, date);
  }
  return date;
}

export function weekdayOfDay(day: number): Weekday {
  return weekdays[((day % 7) + 7) % 7] ?? 'thu';
}

const timePattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

export function isTimeOfDay(text: string): boolean {
  return timePattern.test(text);
}

/** Minutes since midnight of `HH:MM`. */
export function minuteOfTime(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
