// The way of peers' records over the wire: heard directly, asked for where they were missed, believed only where they are signed.

import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { signText } from '../../../sync/protocol/jws.ts';
import { ana, bob, hour, replica, startMs } from './people.ts';
import { WiredSite } from './wired.ts';

const doors = { a: 'berlin', b: 'berlin', c: 'annex' };
const hours = { id: 'h1', timePass: 'hours', customer: 'ana', source: 'sold' };
const day = { id: 'p1', timePass: 'day', customer: 'bob', source: 'sold' };

function newSite(): WiredSite {
  return new WiredSite({ doors, replica: { ...replica, passes: [hours, day] }, startMs });
}

function sameEverywhere(site: WiredSite): void {
  const states = site.doors.map((door) => door.state(['ana', 'bob'], ['p1', 'h1'], ['2026-03-02']));
  for (const state of states) expect(state).toEqual(states[0]);
  expect(site.doors.flatMap(({ errors }) => errors)).toEqual([]);
}

describe('controllers on one broker', () => {
  it('hear each other directly, while the office is away', () => {
    const site = newSite();
    site.connect('a', 'b', 'c');
    site.clock.advance(1_000);
    site.door('a').tap('in', ana);
    site.clock.advance(1_000);
    expect(site.door('c').journal.facts.openVisit('ana')).toMatchObject({ space: 'berlin', owner: 'a' });
    site.door('b').tap('out', ana);
    site.clock.advance(1_000);
    sameEverywhere(site);
    expect(site.door('b').ofType('checkout.recorded')).toHaveLength(1);
  });

  it('ask the office for what they missed, and know it before the next tap', () => {
    const site = newSite();
    site.startOffice();
    site.connect('a', 'b');
    site.clock.advance(1_000);
    site.door('a').tap('in', ana);
    site.door('b').tap('in', bob);
    site.clock.advance(hour);
    site.door('a').tap('out', ana);
    site.clock.advance(hour);
    site.connect('c');
    site.clock.advance(10_000);
    sameEverywhere(site);
    expect(site.door('c').journal.facts.openVisit('bob')).toMatchObject({ owner: 'b' });
    site.disconnect('c');
    for (let taps = 0; taps < 60; taps++) {
      site.clock.advance(20_000);
      site.door('a').tap(taps % 2 === 0 ? 'in' : 'out', ana);
    }
    site.connect('c');
    site.clock.advance(60_000);
    sameEverywhere(site);
    const [known] = site
      .door('c')
      .journal.shared.cursors()
      .filter(({ controller }) => controller === 'a');
    expect(known?.through).toBe(site.door('a').journal.head.seq);
  });

  it('are told past records that are lost, and past what never was a record', () => {
    const site = newSite();
    site.startOffice();
    site.door('a').tap('in', ana);
    site.clock.advance(1_000);
    const damaged = new Database(site.door('a').file);
    damaged.prepare("UPDATE events SET body = 'no record' WHERE seq = 2").run();
    damaged.close();
    site.connect('a');
    site.clock.advance(1_000);
    site.door('a').tap('in', bob);
    site.clock.advance(60_000);
    site.connect('c');
    site.clock.advance(60_000);
    const { journal } = site.door('c');
    expect(journal.facts.openVisit('bob')).toMatchObject({ owner: 'a' });
    const known = journal.shared.cursors().find(({ controller }) => controller === 'a');
    expect(known?.through).toBe(site.door('a').journal.head.seq);
    expect(site.refused.filter(({ kind }) => kind === 'peers')).toEqual([]);
  });

  it('pass over nothing on an answer that is late, or that somebody sends again', () => {
    const site = newSite();
    site.startOffice();
    site.connect('a', 'c');
    site.clock.advance(1_000);
    site.door('a').tap('in', ana);
    site.clock.advance(20_000);
    site.stopOffice();
    for (const id of ['a', 'c']) site.disconnect(id);
    const { head, epoch } = site.door('a').journal;
    const through = () =>
      site
        .door('c')
        .journal.shared.cursors()
        .find(({ controller }) => controller === 'a')?.through;
    expect(through()).toBe(head.seq);
    site.door('a').tap('in', bob);
    const [passed, ...events] = site.door('a').events.filter(({ seq }) => seq > head.seq);
    const stranger = site.network.transport();
    const connection = stranger.connect(
      { clientId: 'stranger', will: null, subscriptions: [], maxMessageBytes: 1_000 },
      { up: () => {}, message: () => {}, oversized: () => {}, down: () => {} },
    );
    site.connect('c');
    site.clock.advance(1_000);
    const asked = passed?.seq ?? 0;
    const after = { seq: asked, hash: events[0]?.prev };
    const topic = 'cardea/1/berlin/c/peers';
    const text = JSON.stringify({ controller: 'a', epoch, asked, after, head: events.at(-1)?.seq, events });
    connection.publish(topic, signText(topic, text, site.officeSigner), { retain: false });
    site.clock.advance(1_000);
    expect(through()).toBe(head.seq);
    site.startOffice();
    site.connect('a', 'b');
    site.clock.advance(60_000);
    sameEverywhere(site);
    expect(through()).toBe(site.door('a').journal.head.seq);
  });

  it('know what is new though what came before is missing, and the office away', () => {
    const site = newSite();
    site.startOffice();
    site.connect('a', 'b');
    site.clock.advance(1_000);
    site.door('a').tap('in', bob);
    site.clock.advance(60_000);
    site.stopOffice();
    site.connect('c');
    site.clock.advance(1_000);
    site.door('a').tap('in', ana);
    site.clock.advance(60_000);
    expect(site.door('c').journal.facts.openVisit('ana')).toMatchObject({ owner: 'a' });
    expect(site.door('c').journal.facts.openVisit('bob')).toBeUndefined();
    site.startOffice();
    site.clock.advance(120_000);
    sameEverywhere(site);
  });

  it('begin again after a restart where they were', () => {
    const site = newSite();
    site.connect('a', 'b');
    site.clock.advance(1_000);
    site.door('a').tap('in', ana);
    site.clock.advance(1_000);
    const before = site.door('b').journal.shared.cursors();
    site.disconnect('b');
    site.connect('b');
    site.clock.advance(60_000);
    expect(site.door('b').journal.shared.cursors()).toEqual(before);
    expect(site.refused).toEqual([]);
  });
});

describe('what another controller did not sign', () => {
  const topic = 'cardea/1/berlin/a/events';

  function heard(site: WiredSite, publish: (payload: string, retain?: boolean) => void): void {
    site.connect('b');
    site.clock.advance(1_000);
    const { journal } = site.door('a');
    const events = site.door('a').events.map((event) => event);
    const text = JSON.stringify({ epoch: journal.epoch, events });
    const keys = site.keys;
    const key = (id: string) => keys.get(id)?.signer ?? site.officeSigner;
    const forged = [
      signText(topic, text, key('c')),
      signText(topic, text, key('office')),
      signText('cardea/1/berlin/c/events', text, key('a')),
      signText(topic, JSON.stringify({ epoch: journal.epoch, events: events.slice().reverse() }), key('a')),
      signText(topic, text.replaceAll('"ana"', '"bob"').replaceAll('"a"', '"c"'), key('a')),
      'no message at all',
    ];
    for (const payload of forged) publish(payload);
    publish(signText(topic, text, key('a')), true);
    site.clock.advance(10_000);
  }

  it('changes nothing, and is told of', () => {
    const site = newSite();
    site.door('a').tap('in', ana);
    const stranger = site.network.transport();
    let up = (): void => {};
    const connection = stranger.connect(
      { clientId: 'stranger', will: null, subscriptions: [], maxMessageBytes: 1_000 },
      { up: () => up(), message: () => {}, oversized: () => {}, down: () => {} },
    );
    site.clock.advance(100);
    heard(site, (payload, retain = false) => connection.publish(topic, payload, { retain }));
    site.disconnect('b');
    up = () => {};
    // The retained one comes at each connection.
    site.connect('b');
    site.clock.advance(120_000);
    expect(site.door('b').journal.facts.openVisit('ana')?.owner).toBe('a');
    expect(site.door('b').journal.facts.openVisit('bob')).toBeUndefined();
    const reasons = new Set(site.refused.map(({ kind, reason }) => `${kind}/${reason}`));
    for (const reason of ['unknown-key', 'wrong-topic', 'malformed', 'retained'])
      expect(reasons).toContain(`peers/${reason}`);
    expect(site.door('b').errors).toEqual([]);
  });
});
