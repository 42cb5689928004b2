// In the end all ends agree on who is inside: the journals with each other, and the office with them.

import Database from 'better-sqlite3';
import type { Report } from './violations.ts';

export interface Ends {
  readonly office: string;
  readonly controllers: readonly { readonly id: string; readonly journal: string }[];
  /** Controllers whose wall clock was not right all the time. */
  readonly disturbed: ReadonlySet<string>;
}

export function checkAgreement({ office, controllers, disturbed }: Ends, report: Report): void {
  const atOffice = insideIn(office, 'SELECT visit, customer, space FROM visits WHERE to_ms IS NULL ORDER BY visit');
  for (const { id, journal } of controllers) {
    const here = insideIn(journal, 'SELECT id AS visit, customer, space FROM visits ORDER BY id');
    if (here !== atOffice) report('inside', `${id} says inside is [${here}], the office says [${atOffice}]`);
  }
  for (const words of overlaps(office, disturbed)) report('visit', words);
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
