// What every reader driver must keep: each test is a sentence of the reader's port (drivers/port.ts).

import { afterEach, describe, expect, it } from 'vitest';
import type { Reader, ReaderEvents } from '../../drivers/port.ts';
import { eventually } from '../support/eventually.ts';

/** A reader and the hands that move its device. */
export interface ReaderWorld {
  readonly reader: Reader;
  /** The device reads this card, given in canonical form. */
  read(card: string): Promise<void>;
  /** The device sends one piece of noise. */
  disturb(): Promise<void>;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  /** Clears away what the world is made of; the reader is closed already. */
  close(): Promise<void>;
}

/** What a reader reported, one word or two a report. */
export type ReaderLog = { readonly entries: readonly string[]; readonly events: ReaderEvents };

export function readerLog(): ReaderLog {
  const entries: string[] = [];
  return {
    entries,
    events: {
      presented: ({ type, value }) => entries.push(`${type}:${value}`),
      online: () => entries.push('online'),
      offline: ({ code, message }) => entries.push(code === '' || message === '' ? 'no reason' : 'offline'),
      dropped: (_reason, count) => entries.push(count > 0 ? 'dropped' : 'nothing dropped'),
    },
  };
}

/** The reports that are bound to the order: spells alternate, and credentials come inside an online one only. */
function expectOrderly(entries: readonly string[]): void {
  let spell = 'new';
  for (const entry of entries) {
    if (entry === 'online' || entry === 'offline') {
      expect(entry, entries.join(' ')).not.toBe(spell);
      spell = entry;
    } else if (entry.includes(':')) {
      expect(spell, entries.join(' ')).toBe('online');
    }
  }
}

const cards = ['04A1B2C3D4E580', '04A1B2C3D4E581', 'DEADBEEF', '00000001'];

export function readerContract(name: string, build: (plugged: boolean) => Promise<ReaderWorld>): void {
  describe(`the reader port, kept by ${name}`, () => {
    const worlds: { world: ReaderWorld; log: ReaderLog }[] = [];

    afterEach(async () => {
      for (const { world, log } of worlds.splice(0)) {
        await world.reader.close();
        await world.close();
        expectOrderly(log.entries);
      }
    });

    async function given(plugged: boolean): Promise<{ world: ReaderWorld; log: ReaderLog }> {
      const built = { world: await build(plugged), log: readerLog() };
      worlds.push(built);
      return built;
    }

    async function online(): Promise<{ world: ReaderWorld; log: ReaderLog }> {
      const built = await given(true);
      built.world.reader.open(built.log.events);
      await count(built.log, 'online', 1);
      return built;
    }

    function count(log: ReaderLog, entry: string, times: number): Promise<boolean> {
      return eventually(`${entry} ${times} times`, () => log.entries.filter((one) => one === entry).length >= times);
    }

    it('is online once when its device is there', async () => {
      const { log } = await online();
      expect(log.entries).toEqual(['online']);
    });

    it('is offline when its device is not there, says why, and waits for it', async () => {
      const { world, log } = await given(false);
      expect(() => world.reader.open(log.events)).not.toThrow();
      await count(log, 'offline', 1);
      await world.plug();
      await count(log, 'online', 1);
      expect(log.entries).toEqual(['offline', 'online']);
    });

    it('presents each credential once, in the order of the device', async () => {
      const { world, log } = await online();
      for (const card of cards) await world.read(card);
      await count(log, `card:${cards.at(-1)}`, 1);
      expect(log.entries).toEqual(['online', ...cards.map((card) => `card:${card}`)]);
    });

    it('presents the same card twice when it is read twice', async () => {
      const { world, log } = await online();
      await world.read('DEADBEEF');
      await world.read('DEADBEEF');
      await count(log, 'card:DEADBEEF', 2);
    });

    it('never presents what was read before it was online', async () => {
      const { world, log } = await given(true);
      await world.read('0BADF00D');
      world.reader.open(log.events);
      await count(log, 'online', 1);
      await world.read('600DCAFE');
      await count(log, 'card:600DCAFE', 1);
      expect(log.entries).not.toContain('card:0BADF00D');
    });

    it('counts noise, and never presents it', async () => {
      const { world, log } = await online();
      await world.disturb();
      await world.read('600DCAFE');
      await count(log, 'card:600DCAFE', 1);
      expect(log.entries).toEqual(['online', 'dropped', 'card:600DCAFE']);
    });

    it('gets a lost device back by itself, again and again, with one report each way', async () => {
      const { world, log } = await online();
      for (const round of [1, 2]) {
        await world.unplug();
        await count(log, 'offline', round);
        await world.plug();
        await count(log, 'online', round + 1);
        await world.read(`0000000${round}`);
        await count(log, `card:0000000${round}`, 1);
      }
      expect(log.entries).toEqual([
        'online',
        'offline',
        'online',
        'card:00000001',
        'offline',
        'online',
        'card:00000002',
      ]);
    });

    it('does not touch another reader when it fails', async () => {
      const lost = await online();
      const other = await online();
      await lost.world.unplug();
      await count(lost.log, 'offline', 1);
      await other.world.read('600DCAFE');
      await count(other.log, 'card:600DCAFE', 1);
      expect(other.log.entries).toEqual(['online', 'card:600DCAFE']);
    });

    it('ends all activity on close, which may be called twice', async () => {
      const { world, log } = await online();
      await Promise.all([world.reader.close(), world.reader.close()]);
      await world.unplug();
      await world.reader.close();
      expect(log.entries).toEqual(['online']);
    });

    it('can be closed while it is offline', async () => {
      const { world, log } = await given(false);
      world.reader.open(log.events);
      await count(log, 'offline', 1);
      await world.reader.close();
      await world.plug();
      expect(log.entries).toEqual(['offline']);
    });

    it('can be closed before it is opened, and in the turn in which it is', async () => {
      const never = await given(true);
      await never.world.reader.close();
      never.world.reader.open(never.log.events);
      expect(never.log.entries).toEqual([]);
      const soon = await given(true);
      soon.world.reader.open(soon.log.events);
      const before = soon.log.entries.length;
      await soon.world.reader.close();
      expect(soon.log.entries.length).toBe(before);
    });

    it('reports nothing more once a report has closed it', async () => {
      const { world, log } = await given(true);
      world.reader.open({
        ...log.events,
        presented: (credential) => {
          log.events.presented(credential);
          void world.reader.close();
        },
      });
      await count(log, 'online', 1);
      await Promise.allSettled([world.read('00000001'), world.read('00000002')]);
      await count(log, 'card:00000001', 1);
      await world.reader.close();
      expect(log.entries).toEqual(['online', 'card:00000001']);
    });
  });
}
