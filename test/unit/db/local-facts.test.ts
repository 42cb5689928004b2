import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StateChange } from '../../../access/change.ts';
import type { LocalUse, Presence, Proposal } from '../../../access/facts.ts';
import { openForWriting } from '../../../db/open.ts';
import { catalogue, drafts, folder, openAt, pass, startMs, visit } from './support.ts';

const open = (id: string, customer: string, more = {}, exhaustsMs: number | null = null): StateChange => ({
  do: 'open-visit',
  visit: visit(id, customer, more),
  catalogue: catalogue('20.00'),
  exhaustsMs,
});

function journalWith(...changes: StateChange[]) {
  const { journal } = openAt(':memory:');
  journal.commit(drafts(1), changes);
  return journal;
}

describe('visits', () => {
  it('come back as they were opened, with their catalogue', () => {
    const journal = journalWith(open('v1', 'ana'), open('v2', 'bob', { pass: null, coverage: 'none-needed' }));
    expect(journal.facts.openVisit('ana')).toEqual(visit('v1', 'ana'));
    expect(journal.facts.openVisit('bob')).toEqual(visit('v2', 'bob', { pass: null, coverage: 'none-needed' }));
    expect(journal.facts.openVisit('cy')).toBeUndefined();
    expect(journal.facts.catalogueOf('v1')).toEqual(catalogue('20.00'));
    expect(journal.facts.catalogueOf('none')).toBeUndefined();
    expect(journal.openVisits().map((found) => found.id)).toEqual(['v1', 'v2']);
    expect(journal.stats()).toMatchObject({ records: 1, openVisits: 2, localUses: 0 });
  });

  it('are seen and closed', () => {
    const journal = journalWith(open('v1', 'ana'));
    journal.commit(drafts(1), [{ do: 'seen', visit: 'v1', at: { wallMs: startMs + 5, boot: 'b2', sinceBootMs: 5 } }]);
    expect(journal.facts.openVisit('ana')?.lastSeenMs).toBe(startMs + 5);
    journal.commit(drafts(1), [{ do: 'close-visit', visit: 'v1' }, open('v2', 'ana')]);
    expect(journal.facts.openVisit('ana')?.id).toBe('v2');
  });

  it('are found where passes cover them', () => {
    const other = { ...pass, id: 'p2' };
    const journal = journalWith(
      open('v1', 'ana'),
      open('v2', 'bob', { pass: other }),
      open('v3', 'cy', { pass: null, coverage: 'plan' }),
    );
    expect(journal.facts.insideOnPasses()).toEqual([
      { visit: 'v1', customer: 'ana', pass: 'p1' },
      { visit: 'v2', customer: 'bob', pass: 'p2' },
    ]);
  });

  it('fall due in order, a cut-off before an exhaustion at the same instant', () => {
    const journal = journalWith(open('v1', 'ana', {}, startMs + 3000), open('v2', 'bob', { closesMs: startMs + 2000 }));
    const due = () => {
      const found = journal.due();
      expect(journal.soonestMs()).toBe(found?.atMs ?? null);
      return found && [found.kind, found.visit.id, found.atMs - startMs];
    };
    expect(due()).toEqual(['cut-off', 'v2', 2000]);
    journal.commit(drafts(1), [{ do: 'exhausts', visit: 'v1', exhaustsMs: startMs + 2000 }]);
    expect(due()).toEqual(['cut-off', 'v2', 2000]);
    journal.commit(drafts(1), [{ do: 'exhausts', visit: 'v1', exhaustsMs: startMs + 1999 }]);
    expect(due()).toEqual(['exhausted', 'v1', 1999]);
    journal.commit(drafts(1), [{ do: 'exhausts', visit: 'v1', exhaustsMs: null }]);
    expect(due()).toEqual(['cut-off', 'v2', 2000]);
    journal.commit(drafts(1), [{ do: 'close-visit', visit: 'v2' }]);
    expect(due()).toEqual(['cut-off', 'v1', 10_000]);
    journal.commit(drafts(1), [{ do: 'close-visit', visit: 'v1' }]);
    expect(due()).toBeUndefined();
  });

  it('keep their own catalogue, which goes when nobody needs it', () => {
    const dear: StateChange = {
      do: 'open-visit',
      visit: visit('v2', 'bob'),
      catalogue: catalogue('30.00'),
      exhaustsMs: null,
    };
    const journal = journalWith(open('v1', 'ana'));
    journal.commit(drafts(1), [dear]);
    journal.commit(drafts(1), [{ do: 'close-visit', visit: 'v1' }]);
    journal.dropIncluded(3);
    expect(journal.facts.catalogueOf('v2')?.timePasses.get('hours')?.price).toBe('30.00');
    // The pruned content is written again where it is needed again.
    journal.commit(drafts(1), [open('v3', 'cy')]);
    expect(journal.facts.catalogueOf('v3')).toEqual(catalogue('20.00'));
  });
});

describe('use', () => {
  const day: LocalUse = { pass: 'p1', customer: 'ana', businessDay: '2026-03-02', minutes: 0 };
  const minutes: LocalUse = { pass: 'p2', customer: 'bob', businessDay: null, minutes: 45 };

  it('counts until a replica includes its commit', () => {
    const { journal } = openAt(':memory:');
    journal.commit(drafts(2), [{ do: 'use', visit: 'v1', use: day }]);
    journal.commit(drafts(3), [{ do: 'use', visit: 'v2', use: minutes }]);
    expect(journal.facts.localUse(['p1'])).toEqual([day]);
    expect(journal.facts.localUse(['p2', 'p1'])).toEqual([day, minutes]);
    expect(journal.facts.localUse([])).toEqual([]);
    journal.dropIncluded(1);
    expect(journal.facts.localUse(['p1', 'p2'])).toEqual([day, minutes]);
    journal.dropIncluded(4);
    expect(journal.facts.localUse(['p1', 'p2'])).toEqual([minutes]);
    journal.dropIncluded(5);
    expect(journal.facts.localUse(['p1', 'p2'])).toEqual([]);
  });

  it('proposed for sale holds for its business day, included or not', () => {
    const proposal: Proposal = { customer: 'ana', businessDay: '2026-03-02', timePass: 'day', remainingMinutes: null };
    const long: Proposal = { customer: 'ana', businessDay: '2026-02-02', timePass: 'day', remainingMinutes: 5 };
    const journal = journalWith(
      { do: 'propose', visit: 'v1', proposal },
      { do: 'propose', visit: 'v1', proposal: long },
    );
    expect(journal.facts.proposals('ana', '2026-02-02')).toEqual([long]);
    journal.dropIncluded(1);
    expect(journal.facts.proposals('ana', '2026-03-02')).toEqual([proposal]);
    expect(journal.facts.proposals('ana', '2026-02-02')).toEqual([]);
    expect(journal.facts.proposals('bob', '2026-03-02')).toEqual([]);
  });
});

describe('presence', () => {
  it('is one per customer, and ends', () => {
    const flagged: Presence = {
      customer: 'ana',
      space: 'riverside',
      kind: 'no-visit',
      sinceMs: startMs,
      untilMs: startMs + 9,
      closed: null,
    };
    const closed = visit('v1', 'ana');
    const presumed: Presence = { ...flagged, kind: 'presumed', untilMs: startMs + 20, closed };
    const journal = journalWith({ do: 'present', presence: flagged });
    expect(journal.facts.presence('ana')).toEqual(flagged);
    journal.commit(drafts(1), [
      { do: 'present', presence: presumed },
      { do: 'present', presence: { ...flagged, customer: 'bob' } },
    ]);
    expect(journal.facts.presence('ana')).toEqual(presumed);
    expect(journal.presenceDue()?.customer).toBe('bob');
    expect(journal.soonestMs()).toBe(startMs + 9);
    journal.commit(drafts(1), [{ do: 'absent', customer: 'bob' }]);
    expect(journal.presenceDue()).toEqual(presumed);
    expect(journal.soonestMs()).toBe(startMs + 20);
    expect(journal.facts.presence('bob')).toBeUndefined();
  });

  it('keeps the catalogue of the visit that the cut-off closed, until it is over', () => {
    const journal = journalWith(open('v1', 'ana'));
    const presence: Presence = {
      customer: 'ana',
      space: 'riverside',
      kind: 'presumed',
      sinceMs: startMs,
      untilMs: startMs + 9,
      closed: visit('v1', 'ana'),
    };
    journal.commit(drafts(1), [
      { do: 'close-visit', visit: 'v1' },
      { do: 'present', presence },
    ]);
    journal.dropIncluded(2);
    expect(journal.facts.catalogueOf('v1')).toEqual(catalogue('20.00'));
    journal.commit(drafts(1), [{ do: 'present', presence: { ...presence, untilMs: startMs + 12 } }]);
    expect(journal.facts.catalogueOf('v1')).toEqual(catalogue('20.00'));
    journal.commit(drafts(1), [{ do: 'absent', customer: 'ana' }]);
    expect(journal.facts.catalogueOf('v1')).toBeUndefined();
  });

  it('of visitors', () => {
    const arrived = { space: 'riverside', sinceMs: 7, boot: 'boot', sinceBootMs: 5 };
    const inside = { do: 'visitor-in', host: 'ana', ...arrived } as const;
    const journal = journalWith(
      { ...inside, visitor: 'v1', untilMs: 20 },
      { ...inside, visitor: 'v2', host: null, untilMs: 10 },
    );
    expect(journal.facts.visitorInside('v1')).toEqual(arrived);
    expect(journal.visitorDue()).toEqual({ visitor: 'v2', host: null, space: 'riverside', untilMs: 10, owner: null });
    expect(journal.soonestMs()).toBe(10);
    journal.commit(drafts(1), [{ do: 'visitor-out', visitor: 'v2' }]);
    expect(journal.facts.visitorInside('v2')).toBeUndefined();
    expect(journal.visitorDue()).toEqual({ visitor: 'v1', host: 'ana', space: 'riverside', untilMs: 20, owner: null });
  });
});

describe('reading', () => {
  it('answers as of one moment, whatever another handle writes meanwhile', () => {
    const file = join(folder(), 'journal.db');
    const { journal } = openAt(file);
    journal.commit(drafts(1), [open('v1', 'ana')]);
    const other = openForWriting(file, 'none');
    const ids = journal.reading(() => {
      const before = journal.facts.openVisit('ana')?.id;
      other.exec("UPDATE visits SET id = 'v2'");
      return [before, journal.facts.openVisit('ana')?.id];
    });
    expect(ids).toEqual(['v1', 'v1']);
    expect(journal.facts.openVisit('ana')?.id).toBe('v2');
    other.close();
    journal.close();
  });

  it('ends with an error of whoever asks, and the journal is written on', () => {
    const journal = journalWith(open('v1', 'ana'));
    const refused = new RangeError('no answer');
    const ask = (): never => {
      journal.facts.openVisit('ana');
      throw refused;
    };
    expect(() => journal.reading(ask)).toThrow(refused);
    journal.commit(drafts(1), [{ do: 'close-visit', visit: 'v1' }]);
    expect(journal.facts.openVisit('ana')).toBeUndefined();
  });
});
