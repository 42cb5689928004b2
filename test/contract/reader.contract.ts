// What every reader driver must keep: each test is a sentence of the reader's port (drivers/port.ts).

import { afterEach, describe, expect, it } from 'vitest';
import type { Display, Reader, ReaderEvents } from '../../drivers/port.ts';
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
  /** What its device shows; null: a reader that can show nothing. */
  readonly feedback: FeedbackWorld | null;
  /** Clears away what the world is made of; the reader is closed already. */
  close(): Promise<void>;
}

export interface FeedbackWorld {
  /** Brings the device into a state in which it can be told; the reader may present a card for it. */
  ready(): Promise<void>;
  /** What the device was told last, as it understands it; null: nothing yet. */
  last(): string | null;
  /** The same of a display. */
  looksLike(display: Display): string;
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

/** What no two drivers show alike; a serial reader has a line for each of these kinds. */
const granted: Display = { kind: 'granted', light: 'green', blinks: false, beeps: 1, text: 'OK' };
const denied: Display = { kind: 'no-pass', light: 'red', blinks: false, beeps: 2, text: 'PASS' };
const held: Display = { kind: 'held', light: 'red', blinks: true, beeps: 3, text: 'DOOR!' };
const idle: Display = { kind: 'idle', light: 'off', blinks: false, beeps: 0, text: '' };

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

    it('presents what is read without a pause in the order in which it was read', async () => {
      const { world, log } = await online();
      await Promise.all(cards.map((card) => world.read(card)));
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

    it('says what it can show and shows what it is told, each in its turn; or says that it can show nothing', async () => {
      const { world, log } = await online();
      const { feedback, reader } = world;
      if (feedback === null) {
        expect(reader.means ?? null).toBeNull();
        expect(() => reader.show?.(granted)).not.toThrow();
        return;
      }
      expect(reader.means?.kinds).toEqual(expect.arrayContaining(['granted', 'no-pass', 'held', 'idle']));
      await feedback.ready();
      for (const display of [granted, denied, idle, held, granted]) {
        reader.show?.(display);
        await eventually(`it shows ${display.kind}`, () => feedback.last() === feedback.looksLike(display));
      }
      expect(log.entries).not.toContain('dropped');
    });

    it('shows in the end what it was told last, however much it was told at once', async () => {
      const { world } = await online();
      await world.feedback?.ready();
      for (let round = 0; round < 200; round++)
        for (const display of [granted, idle, held]) world.reader.show?.(display);
      world.reader.show?.(denied);
      const { feedback } = world;
      if (feedback === null) return;
      await eventually('it shows the last', () => feedback.last() === feedback.looksLike(denied));
    });

    it('presents each credential once and in order while it is told what to show, whether its device can take it or not', async () => {
      const { world, log } = await online();
      for (const card of cards) {
        world.reader.show?.(denied);
        await world.read(card);
        world.reader.show?.(granted);
      }
      await count(log, `card:${cards.at(-1)}`, 1);
      expect(log.entries).toEqual(['online', ...cards.map((card) => `card:${card}`)]);
    });

    it('shows nothing, and throws nothing, before it is online, while it is offline and after its end', async () => {
      const { world, log } = await given(true);
      const { feedback, reader } = world;
      reader.show?.(granted);
      reader.open(log.events);
      await count(log, 'online', 1);
      await feedback?.ready();
      const nothing = feedback?.last();
      expect(nothing ?? null).toBeNull();
      await world.unplug();
      await count(log, 'offline', 1);
      reader.show?.(granted);
      await world.plug();
      await count(log, 'online', 2);
      await feedback?.ready();
      reader.show?.(held);
      if (feedback !== null) await eventually('it shows', () => feedback.last() === feedback.looksLike(held));
      await reader.close();
      reader.show?.(denied);
      expect(feedback?.last()).toBe(feedback?.looksLike(held));
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
