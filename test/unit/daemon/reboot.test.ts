// The machine starts anew while somebody is inside: another boot id, a monotonic clock from 0, the same journal.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../access/event.ts';
import { parseScenario } from '../../../config/load.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Controller } from '../../../daemon/controller/controller.ts';
import { Ledger } from '../../../daemon/controller/ledger.ts';
import { replayKey, replicaOf } from '../../../daemon/replay/document-replica.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { MemoryLocks } from '../../../drivers/simulated/memory-lock.ts';

const card = { type: 'card', value: '04A1B2C3D4E580' } as const;
const config = {
  site: 'berlin',
  controller: 'c1',
  accessPoints: [{ id: 'main', space: 'berlin', kind: 'entrance', lock: { driver: 'simulated' } }],
  readers: ['in', 'out', 'toggle'].map((direction) => ({
    id: direction,
    driver: 'simulated',
    accessPoint: 'main',
    direction,
  })),
};
const replica = {
  format: 'cardea-replica/1',
  site: 'berlin',
  revision: 1,
  spaces: [{ id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' }],
  timePasses: [{ id: 'hours', price: '6.00', currency: 'EUR', minutesIncluded: 180 }],
  customers: [{ id: 'ana', registeredWith: ['berlin'] }],
  passes: [{ id: 'p1', timePass: 'hours', customer: 'ana', source: 'sold' }],
  credentials: [{ id: 'c1', type: 'card', value: card.value, customer: 'ana' }],
};

/** One life of the machine, from its boot on. */
class Life {
  readonly clock: VirtualClock;
  readonly controller: Controller;
  readonly #journal: Journal;

  constructor(file: string, time: string, boot: string, sinceBootMs: number) {
    this.clock = new VirtualClock(Date.parse(time), boot, sinceBootMs);
    const { scenario } = parseScenario(JSON.stringify({ config, replica, steps: [] }), 'scenario.json');
    const tools = { clock: this.clock, random: seededRandom(boot) };
    const identity = { site: 'berlin', controller: 'c1' };
    this.#journal = openJournal({ file, ...identity, durability: 'none', ...tools }).journal;
    this.controller = new Controller({
      ...tools,
      config: scenario.config,
      journal: this.#journal,
      replica: replicaOf(scenario.replica),
      credentialKey: replayKey,
      locks: new MemoryLocks([], () => undefined),
      ledger: new Ledger({ journal: this.#journal, recorded: () => undefined, log: () => undefined }),
      log: () => undefined,
    });
    this.controller.start();
  }

  tap(reader: string): string {
    return this.controller.tap(reader, card).reason;
  }

  /** The power goes. */
  end(): void {
    this.#journal.close();
  }
}

let folder: string;
let file: string;
let life: Life;

function boot(time: string, name: string, sinceBootMs = 9_000): void {
  life = new Life(file, time, name, sinceBootMs);
}

function ofType(type: string): JournalEvent['data'][] {
  const reader = openJournalReader(file);
  try {
    return [...reader.events()].filter((event) => event.type === type).map(({ data }) => data);
  } finally {
    reader.close();
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-reboot-'));
  file = join(folder, 'journal.db');
  boot('2026-03-02T09:00:00+01:00', 'first', 86_400_000);
  expect(life.tap('in')).toBe('pass');
});

afterEach(() => {
  expect(verifyJournal(file).ok).toBe(true);
  life.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('a reboot during a visit', () => {
  it('leaves the visit open, and its minutes are those between the two taps', () => {
    life.end();
    boot('2026-03-02T10:00:00+01:00', 'second');
    expect(life.tap('in')).toBe('re-entry');
    life.clock.advance(1_800_000);
    expect(life.tap('out')).toBe('exit');
    expect(ofType('checkout.recorded')).toEqual([
      expect.objectContaining({
        from: '2026-03-02T08:00:00.000Z',
        to: '2026-03-02T09:30:00.000Z',
        usage: [{ pass: 'p1', minutes: 90 }],
      }),
    ]);
  });

  it('tells of minutes that run out afterwards at their instant', () => {
    life.end();
    boot('2026-03-02T11:00:00+01:00', 'second');
    life.clock.advance(3_599_999);
    expect(ofType('coverage.exhausted')).toEqual([]);
    life.clock.advance(1);
    expect(ofType('coverage.exhausted')).toEqual([expect.objectContaining({ pass: 'p1' })]);
  });

  it('closes at the start what the cut-off would have closed meanwhile, with the minutes up to the last tap', () => {
    life.clock.advance(3_600_000);
    expect(life.tap('in')).toBe('re-entry');
    life.end();
    boot('2026-03-03T00:10:00+01:00', 'second');
    expect(ofType('checkout.recorded')).toEqual([
      expect.objectContaining({
        to: '2026-03-02T23:00:00.000Z',
        auto: true,
        review: true,
        usage: [{ pass: 'p1', minutes: 60 }],
      }),
    ]);
    expect(life.tap('out')).toBe('exit');
    expect(ofType('checkin.recorded').at(-1)).toMatchObject({ source: 'door' });
  });

  it('counts the stay at a toggle reader on, whatever the new boot clock says', () => {
    life.end();
    boot('2026-03-02T09:00:40+01:00', 'second', 500_000_000);
    expect(life.tap('toggle')).toBe('re-entry');
    life.clock.advance(20_000);
    expect(life.tap('toggle')).toBe('exit');
  });

  it('takes no tap for the repeat of one before it', () => {
    life.end();
    boot('2026-03-02T09:00:05+01:00', 'second');
    expect(life.tap('in')).toBe('re-entry');
    expect(ofType('access.repeated')).toEqual([]);
  });

  it('makes no negative stay where the clock comes back behind the check-in, and the whole one once it is right', () => {
    life.end();
    boot('1970-01-01T00:00:10Z', 'second');
    life.clock.advance(60_000);
    life.clock.step(Date.parse('2026-03-02T10:00:00+01:00'), true);
    life.controller.clockStepped();
    life.tap('out');
    expect(ofType('checkout.recorded')).toEqual([
      expect.objectContaining({ from: '2026-03-02T08:00:00.000Z', usage: [{ pass: 'p1', minutes: 60 }] }),
    ]);
    expect(life.tap('in')).toBe('pass');
    life.end();
    boot('1970-01-01T00:00:10Z', 'third');
    life.tap('out');
    const last = ofType('checkout.recorded').at(-1);
    expect(last).toMatchObject({ from: last?.to, usage: [{ pass: 'p1', minutes: 0 }] });
  });
});
