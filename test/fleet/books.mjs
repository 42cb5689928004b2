// Each controller's journal held against what the office has of it. Imports nothing of the program that it judges.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Faults } from '../torture/faults.mjs';
import { compareOffice, readJournal } from '../torture/journals.mjs';

export async function compare(folder) {
  const controllers = readdirSync(join(folder, 'controllers'));
  const faults = new Faults();
  const office = new Database(join(folder, 'office.db'), { readonly: true });
  let [events, checkins] = [0, 0];
  try {
    for (const controller of controllers) {
      const file = join(folder, 'controllers', controller, 'journal.db');
      const journal = new Database(file, { readonly: true });
      try {
        events += await readJournal(journal, faults, async ({ type }) => {
          if (type === 'checkin.recorded') checkins++;
        });
        compareOffice(journal, office, faults);
      } finally {
        journal.close();
      }
    }
    const count = (sql) => office.prepare(sql).pluck().get();
    const kept = count('SELECT count(*) FROM events');
    if (kept > events) faults.add('twice', `the office has ${kept} records, the controllers wrote ${events}`);
    const visits = count('SELECT count(*) FROM visits');
    if (visits !== checkins)
      faults.add(visits < checkins ? 'lost' : 'twice', `${visits} visits of ${checkins} check-ins`);
    for (const text of office
      .prepare("SELECT kind || ' of ' || controller || ': ' || reason FROM anomalies")
      .pluck()
      .iterate()) {
      faults.add('other', text);
    }
    return { controllers: controllers.length, events, visits, ...faults.counts, words: faults.words };
  } finally {
    office.close();
  }
}
