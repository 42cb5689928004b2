// The disk under the journal fails and comes back: what the door does, and what the journal says afterwards. The failure is
// a real one of SQLite: another handle takes the table of events away, and gives it back.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../access/event.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Controller } from '../../../daemon/controller/controller.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import type { MemoryLocks } from '../../../drivers/simulated/memory-lock.ts';
import { anasReplica, ControllerLife, anasCard as card, entrance, readerAt } from './controller-bench.ts';

const config = {
  accessPoints: [entrance('main', { onStorageFailure: 'grant' }), entrance('strict', { onStorageFailure: 'deny' })],
  readers: [readerAt('main', 'in'), readerAt('main', 'out'), readerAt('strict', 'strict-in', 'in')],
};
const replica = anasReplica([{ id: 'p1', timePass: 'day' }]);

let folder: string;
let file: string;
let disk: Database.Database;
let clock: VirtualClock;
let life: ControllerLife;
let journal: Journal;
let locks: MemoryLocks;
let controller: Controller;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-storage-'));
  file = join(folder, 'journal.db');
  clock = new VirtualClock(Date.parse('2026-03-02T09:00:00+01:00'));
  life = new ControllerLife(file, { clock, config, replica });
  ({ journal, locks, controller } = life);
  disk = new Database(file);
});

afterEach(() => {
  disk.close();
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

function fail(): void {
  disk.exec('ALTER TABLE events RENAME TO events_away');
}

function mend(): void {
  disk.exec('ALTER TABLE events_away RENAME TO events');
}

function types(): string[] {
  return recorded().map((event) => event.type);
}

/** But for the start. */
function recorded(): JournalEvent[] {
  return life.events().slice(1);
}

describe('a disk that fails', () => {
  it('opens where the door is set to grant, and the journal has the visit once the disk is back', () => {
    fail();
    expect(controller.tap('in', card)).toMatchObject({ granted: true, reason: 'pass', events: [] });
    expect(locks.state('main')).toBe('unlocked');
    mend();
    clock.advance(60_000);
    controller.tap('out', card);
    expect(types()).toEqual([
      'access.granted',
      'checkin.recorded',
      'pass.used',
      'storage.failed',
      'access.granted',
      'checkout.recorded',
    ]);
    const checkOut = recorded().at(-1)?.data;
    expect(checkOut).toMatchObject({ from: '2026-03-02T08:00:00.000Z', to: '2026-03-02T08:01:00.000Z' });
    expect(verifyJournal(file).ok).toBe(true);
  });

  it('stays shut where the door is set to deny, and never says later that it opened', () => {
    fail();
    expect(controller.tap('strict-in', card)).toMatchObject({ granted: false, reason: 'storage-failed' });
    expect(locks.state('strict')).toBe('locked');
    mend();
    clock.advance(60_000);
    expect(types()).toEqual(['access.denied', 'storage.failed']);
    expect(journal.facts.openVisit('ana')).toBeUndefined();
    expect(controller.tap('strict-in', card)).toMatchObject({ granted: true, reason: 'pass' });
  });

  it('opens for no repeat either where the door is set to deny', () => {
    controller.tap('strict-in', card);
    clock.advance(6_000);
    expect(locks.state('strict')).toBe('locked');
    fail();
    expect(controller.tap('strict-in', card)).toMatchObject({ granted: false, reason: 'storage-failed' });
    expect(locks.state('strict')).toBe('locked');
    mend();
  });

  it('knows of what is only in memory: one visit, one pass, whatever is tapped meanwhile', () => {
    fail();
    expect(controller.tap('in', card)).toMatchObject({
      reason: 'pass',
      unwritten: [{ type: 'access.granted' }, {}, {}],
    });
    clock.advance(11_000);
    expect(controller.tap('in', card).reason).toBe('re-entry');
    clock.advance(11_000);
    expect(controller.tap('out', card).reason).toBe('exit');
    clock.advance(11_000);
    expect(controller.tap('in', card).reason).toBe('pass');
    mend();
    clock.advance(60_000);
    controller.tap('out', card);
    const count = (wanted: string): number => types().filter((type) => type === wanted).length;
    expect([count('access.granted'), count('checkin.recorded'), count('checkout.recorded')]).toEqual([5, 2, 2]);
    expect(count('pass.used')).toBe(1);
    expect(recorded().some((event) => event.data.setAside !== undefined)).toBe(false);
    expect(journal.facts.openVisit('ana')).toBeUndefined();
    expect(verifyJournal(file).ok).toBe(true);
  });

  it('writes the records of a decision that cannot stand beside what is there by then, and goes on', () => {
    fail();
    controller.tap('in', card);
    disk.exec(`INSERT INTO catalogues (hash, body) VALUES ('other', '{"timePasses":[],"plans":[]}');
      INSERT INTO visits (id, customer, space, business_day, from_ms, boot, from_since_boot_ms, coverage, plans,
        last_seen_ms, closes_ms, catalogue)
      VALUES ('other', 'ana', 'berlin', '2026-03-02', 0, 'b', 0, 'plan', '[]', 0, 9e15, 'other')`);
    mend();
    clock.advance(60_000);
    controller.tap('out', card);
    expect(types().filter((type) => type === 'access.granted')).toHaveLength(2);
    expect(types().filter((type) => type === 'checkout.recorded')).toHaveLength(1);
    expect(recorded().some((event) => event.data.setAside !== undefined)).toBe(true);
    expect(verifyJournal(file).ok).toBe(true);
  });

  it('closes a visit once that was left while the disk was away, over the cut-off', () => {
    controller.tap('in', card);
    clock.advance(14 * 3_600_000);
    fail();
    expect(controller.tap('out', card).granted).toBe(true);
    mend();
    clock.advance(2 * 3_600_000);
    expect(types().filter((type) => type === 'checkout.recorded')).toHaveLength(1);
    expect(journal.facts.presence('ana')).toBeUndefined();
  });

  it('keeps the free exit free where the facts cannot be read, and lets nobody in on a guess', () => {
    disk.exec('ALTER TABLE visits RENAME TO visits_away');
    expect(controller.tap('in', card)).toMatchObject({ granted: false, reason: 'storage-failed' });
    expect(controller.tap('out', card)).toMatchObject({ granted: true, reason: 'exit' });
    expect(locks.state('main')).toBe('unlocked');
    disk.exec('ALTER TABLE visits_away RENAME TO visits');
  });
});
