// The weeks and months that plan limits count in (rules.md section 4): Monday to Sunday, and calendar months, of business
// days by their date labels. Dates compare as text.

import { dateOfDay, dayOfDate } from './date.ts';

/** Dates `YYYY-MM-DD`, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Of the dates that were asked for: nearly every question is about the same one. */
const maxKept = 512;
const weeks = new Map<string, Period>();
const months = new Map<string, Period>();

function keptOr(kept: Map<string, Period>, date: string, find: (date: string) => Period): Period {
  let period = kept.get(date);
  if (period === undefined) {
    period = find(date);
    if (kept.size >= maxKept) kept.clear();
    kept.set(date, period);
  }
  return period;
}

/** The Monday-based week of that date. */
export function weekOf(date: string): Period {
  return keptOr(weeks, date, findWeek);
}

function findWeek(date: string): Period {
  const day = dayOfDate(date);
  // Day 0, 1970-01-01, was a Thursday.
  const monday = day - ((((day + 3) % 7) + 7) % 7);
  return { from: dateOfDay(monday), to: dateOfDay(monday + 6) };
}

/** The calendar month of that date. */
export function monthOf(date: string): Period {
  return keptOr(months, date, findMonth);
}

function findMonth(date: string): Period {
  const from = `${date.slice(0, 7)}-01`;
  const next = dayOfDate(from) + 31;
  return { from, to: dateOfDay(dayOfDate(`${dateOfDay(next).slice(0, 7)}-01`) - 1) };
}

export function holdsDate({ from, to }: Period, date: string): boolean {
  return from <= date && date <= to;
}
