// In the end all ends agree: who is inside with a visit, who is presumed inside, which visitors are there, what is used of each
// pass, what counts toward plan limits, what is held though it is only proposed. What can be told from the union of all journals
// each controller must have exactly; the rest all controllers must have alike.

import Database from 'better-sqlite3';
import type { Recorded } from './record.ts';
import type { Union, Use } from './union.ts';
import type { Report } from './violations.ts';

export interface Ends {
  readonly office: string;
  readonly controllers: readonly { readonly id: string; readonly journal: string; readonly replica: string }[];
  /** Controllers whose wall clock was not right all the time. */
  readonly disturbed: ReadonlySet<string>;
  readonly union: Union;
  /** Whether the newest revision counts what a record says (rules.md section 5). */
  included(record: Recorded): boolean;
  /** UTC milliseconds. */
  readonly nowMs: number;
}

/** Proposals of longer ago are forgotten by each end when it likes: nobody asks for them any more. */
const proposalDays = 5;
const dayMs = 86_400_000;

/** One line a row: what is known, and nothing of who heard it when. */
const presences = `SELECT customer || ' in ' || space || ', ' || kind || ' until ' || until_ms
  FROM presence WHERE until_ms > ? ORDER BY customer`;
const visitors = `SELECT visitor || ' in ' || space || ' until ' || until_ms
  FROM visitors_inside WHERE until_ms > ? ORDER BY visitor`;
const minuteUse = `SELECT pass || ' by ' || customer || ' in ' || visit || ': ' || sum(minutes) || ' minutes'
  FROM pass_use WHERE business_day IS NULL GROUP BY pass, customer, visit HAVING sum(minutes) > 0`;
const dayUse = `SELECT DISTINCT pass || ' by ' || customer || ' on ' || business_day FROM pass_use WHERE business_day IS NOT NULL`;
const dayCounted = `SELECT id || ' by ' || used_by || ' on ' || used_on FROM passes WHERE used_on IS NOT NULL`;
const planUse = `SELECT customer || ' on ' || day || ': ' || sum(minutes) || ' minutes' FROM plan_use GROUP BY customer, day`;
const proposals = `SELECT customer || ' has ' || time_pass || ' on ' || business_day || ' of ' || visit || ', left ' ||
    coalesce(remaining_minutes, 'a day') FROM proposals WHERE business_day >= ?`;

export function checkAgreement(ends: Ends, report: Report): void {
  const { office, controllers, disturbed, nowMs } = ends;
  const atOffice = insideIn(office, 'SELECT visit, customer, space FROM visits WHERE to_ms IS NULL ORDER BY visit');
  for (const { id, journal } of controllers) {
    const here = insideIn(journal, 'SELECT id AS visit, customer, space FROM visits ORDER BY id');
    if (here !== atOffice) report('inside', `${id} says inside is [${here}], the office says [${atOffice}]`);
  }
  for (const words of overlaps(office, disturbed)) report('visit', words);
  alike('presumed', 'presumed inside', controllers, (file) => lines(file, presences, nowMs), report);
  alike('visitors', 'visitors inside', controllers, (file) => lines(file, visitors, nowMs), report);
  const since = new Date(nowMs - proposalDays * dayMs).toISOString().slice(0, 10);
  for (const controller of controllers) {
    const { id, journal } = controller;
    const holds = (check: string, of: string, here: readonly string[], union: readonly string[]): void => {
      const words = difference(here, union);
      if (words !== null) report(check, `${of} at ${id}, and by the union of all journals: ${words}`);
    };
    holds('use', 'minutes used', lines(journal, minuteUse), minutesLeft(ends));
    checkDays(ends, controller, report);
    holds('plan', 'use that counts toward plans', lines(journal, planUse), countedLeft(ends));
    holds('proposed', 'proposed passes', lines(journal, proposals, since), soldLeft(ends, since));
  }
}

/** Minutes that no replica counts yet, without those that are oversold. */
function minutesLeft({ union, included }: Ends): string[] {
  return union.uses.flatMap((use) => {
    const { pass, customer, visit, businessDay, records } = use;
    if (businessDay !== null || records.every(included) || minutesOf(use) <= 0) return [];
    return [`${pass} by ${customer} in ${visit}: ${minutesOf(use)} minutes`];
  });
}

/**
 * Days that are used, without those that are oversold. One that the replica counts may be known besides: a later visit and a check-out
 * say the same day once more; whoever hears that keeps it, and whoever recorded it does not.
 */
function checkDays({ union }: Ends, { id, journal, replica }: Ends['controllers'][number], report: Report): void {
  const days = union.uses.filter(({ businessDay, oversold }) => businessDay !== null && oversold === undefined);
  const used = new Set(days.map(({ pass, customer, businessDay }) => `${pass} by ${customer} on ${businessDay}`));
  const here = lines(journal, dayUse);
  const known = new Set([...here, ...lines(replica, dayCounted)]);
  const more = here.filter((day) => !used.has(day));
  const less = [...used].filter((day) => !known.has(day));
  if (more.length + less.length === 0) return;
  const words = `only here [${more.join('; ')}], only there [${less.join('; ')}]`;
  report('use', `days used at ${id}, and by the union of all journals: ${words}`);
}

export function minutesOf({ minutes, oversold }: Use): number {
  return minutes - (oversold ?? 0);
}

function countedLeft({ union, included }: Ends): string[] {
  const sums = new Map<string, number>();
  for (const { customer, day, minutes, record } of union.counted) {
    const key = `${customer} on ${day}`;
    if (!included(record)) sums.set(key, (sums.get(key) ?? 0) + minutes);
  }
  return [...sums].map(([key, minutes]) => `${key}: ${minutes} minutes`);
}

/** They hold for their day, whether or not a replica counts their records. */
function soldLeft({ union }: Ends, since: string): string[] {
  return union.sold
    .filter(({ businessDay }) => businessDay >= since)
    .map(({ customer, timePass, businessDay, visit, remainingMinutes }) => {
      return `${customer} has ${timePass} on ${businessDay} of ${visit}, left ${remainingMinutes ?? 'a day'}`;
    });
}

function alike(
  check: string,
  what: string,
  controllers: Ends['controllers'],
  of: (journal: string) => readonly string[],
  report: Report,
): void {
  const [first, ...others] = controllers;
  if (first === undefined) return;
  const expected = of(first.journal);
  for (const { id, journal } of others) {
    const words = difference(of(journal), expected);
    if (words !== null) report(check, `${what} at ${id}, and at ${first.id}: ${words}`);
  }
}

/** null: they are the same. */
function difference(here: readonly string[], there: readonly string[]): string | null {
  const onlyHere = here.filter((line) => !there.includes(line));
  const onlyThere = there.filter((line) => !here.includes(line));
  if (onlyHere.length === 0 && onlyThere.length === 0 && here.length === there.length) return null;
  return `only here [${onlyHere.join('; ')}], only there [${onlyThere.join('; ')}]`;
}

function lines(file: string, question: string, ...values: readonly (string | number)[]): string[] {
  const db = new Database(file, { readonly: true });
  try {
    return db
      .prepare<(string | number)[], string>(question)
      .pluck()
      .all(...values);
  } finally {
    db.close();
  }
}

function insideIn(file: string, question: string): string {
  const db = new Database(file, { readonly: true });
  try {
    const rows = db.prepare<[], { visit: string; customer: string; space: string }>(question).all();
    return rows.map(({ visit, customer, space }) => `${customer} in ${space} (${visit})`).join(', ');
  } finally {
    db.close();
  }
}

/** Visits of one customer that the office counts at the same time; an end is told by the clock of whoever told it. */
function overlaps(office: string, disturbed: ReadonlySet<string>): string[] {
  if (disturbed.size > 0) return [];
  const db = new Database(office, { readonly: true });
  try {
    return db
      .prepare<[], { a: string; b: string; customer: string }>(
        `SELECT a.visit AS a, b.visit AS b, a.customer AS customer FROM visits a JOIN visits b
         ON a.customer = b.customer AND a.visit < b.visit AND a.from_ms < b.to_ms AND b.from_ms < a.to_ms
         ORDER BY a.visit, b.visit`,
      )
      .all()
      .map(({ a, b, customer }) => `${customer} is in ${a} and in ${b} at the same time`);
  } finally {
    db.close();
  }
}
