// What the tests of db/ share: a folder of their own, a journal on virtual time, and one of each record.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Catalogue } from '../../../access/catalogue.ts';
import type { EventDraft } from '../../../access/event.ts';
import type { Visit } from '../../../access/facts.ts';
import type { Pass } from '../../../access/model.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { type JournalOptions, type OpenedJournal, openJournal } from '../../../db/journal/open-journal.ts';
import { pass as passOf, timePass } from '../../support/records.ts';

export const startMs = Date.UTC(2026, 2, 2, 8, 10);

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cardea-db-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function openAt(file: string, more: Partial<JournalOptions> = {}): OpenedJournal {
  return openJournal({
    file,
    site: 'riverside',
    controller: 'front-desk',
    durability: 'none',
    clock: new VirtualClock(startMs),
    random: seededRandom(`journal ${file}`),
    ...more,
  });
}

export function drafts(count: number): EventDraft[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'access.granted',
    accessPoint: 'front-door',
    reader: 'front-in',
    data: { reason: 'pass', index },
  }));
}

/** A closed journal of `count` records, each a commit of its own. */
export function journalOf(count: number): string {
  const file = join(folder(), 'journal.db');
  const { journal } = openAt(file);
  for (const draft of drafts(count)) journal.commit([draft], []);
  journal.close();
  return file;
}

export const pass: Pass = passOf('p1', 'hours', {
  source: 'plan',
  remainingMinutes: 90,
  expires: startMs + 86_400_000,
});

export function visit(id: string, customer: string, more: Partial<Visit> = {}): Visit {
  return {
    id,
    customer,
    space: 'riverside',
    businessDay: '2026-03-02',
    fromMs: startMs,
    boot: 'boot-1',
    fromSinceBootMs: 5,
    coverage: 'pass',
    pass,
    plans: ['flex'],
    lastSeenMs: startMs,
    closesMs: startMs + 10_000,
    ...more,
  };
}

export function catalogue(price: string): Catalogue {
  const sold = { price, taxRate: '19', minutesIncluded: 120, countsTowardsPlanLimits: true, onSale: true };
  return { timePasses: new Map([['hours', timePass('hours', { name: 'Hours', ...sold })]]), plans: new Map() };
}
