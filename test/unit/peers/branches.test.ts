// Two controllers that go by one name, a cloned card: whoever heard the other branch first takes the office's in the end.

import { describe, expect, it } from 'vitest';
import { canonicalJson, eventHash } from '../../../access/canonical.ts';
import type { JournalEvent, Json } from '../../../access/event.ts';
import { signText } from '../../../sync/protocol/jws.ts';
import { ana, bob, replica, startMs } from './people.ts';
import { WiredSite } from './wired.ts';

const doors = { a: 'berlin', b: 'berlin', c: 'annex' };
const day = { id: 'p1', timePass: 'day', customer: 'bob', source: 'sold' };
const other = { id: 'p2', timePass: 'day', customer: 'ana', source: 'sold' };
const topic = 'cardea/1/berlin/a/events';

/** What a clone would have recorded in their place, a second later and of another visit. */
function cloned(events: readonly JournalEvent[]): JournalEvent[] {
  let prev = events[0]?.prev ?? '';
  return events.map((event) => {
    const time = new Date(Date.parse(event.time) + 1_000).toISOString();
    const data = { ...event.data, ...('visit' in event.data ? { visit: 'visit-of-the-clone' } : {}) };
    const twin = { ...event, time, data, prev };
    prev = eventHash(canonicalJson(twin as unknown as Json));
    return twin;
  });
}

describe('a cloned journal', () => {
  it('ends as the office has it, wherever the other branch was heard first', () => {
    const site = new WiredSite({ doors, replica: { ...replica, passes: [day, other] }, startMs });
    site.connect('a', 'c');
    site.clock.advance(1_000);
    site.door('a').tap('in', ana);
    site.clock.advance(1_000);
    site.disconnect('a');
    const { head, epoch } = site.door('a').journal;
    site.door('a').tap('in', bob);
    const twins = cloned(site.door('a').events.filter(({ seq }) => seq > head.seq));
    const connection = site.network
      .transport()
      .connect(
        { clientId: 'clone', will: null, subscriptions: [], maxMessageBytes: 1_000 },
        { up: () => {}, message: () => {}, oversized: () => {}, down: () => {} },
      );
    site.clock.advance(100);
    const signer = site.keys.get('a')?.signer ?? site.officeSigner;
    connection.publish(topic, signText(topic, JSON.stringify({ epoch, events: twins }), signer), { retain: false });
    site.clock.advance(1_000);
    expect(site.door('c').journal.facts.openVisit('bob')?.id).toBe('visit-of-the-clone');
    site.startOffice();
    site.connect('a', 'b');
    site.clock.advance(1_000);
    site.door('a').tap('out', ana);
    site.clock.advance(120_000);
    const states = site.doors.map((door) => door.state(['ana', 'bob'], ['p1', 'p2'], ['2026-03-02']));
    for (const state of states) expect(state).toEqual(states[0]);
    expect(site.door('c').journal.facts.openVisit('bob')?.id).toBe(site.door('a').journal.facts.openVisit('bob')?.id);
    expect(site.refused.map(({ reason }) => reason)).toContain('fork');
    const known = site.door('c').journal.shared.cursors();
    const { seq: through, hash } = site.door('a').journal.head;
    expect(known.find(({ controller }) => controller === 'a')).toMatchObject({ through, hash });
    expect(site.doors.flatMap(({ errors }) => errors)).toEqual([]);
  });
});
