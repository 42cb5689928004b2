// `cardea office command` and `cardea office commands` on a store of their own, with no office running: what is kept, what is
// said of it, what is refused.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { latestCommands, settleCommand } from '../../../sync/office/store/commands.ts';
import { openOfficeStore } from '../../../sync/office/store/open.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig('front-desk');
});
afterEach(() => bench.remove());

const startMs = Date.parse('2026-03-02T12:00:00Z');

function give(...args: readonly string[]): Promise<number> {
  const whose = ['--controller', 'front-desk', '--by', 'sam', '--config', config];
  return bench.run('office', 'command', ...args, ...whose);
}

function withStore<T>(work: (store: ReturnType<typeof openOfficeStore>) => T): T {
  const store = openOfficeStore(bench.path('office.db'), { site: 'riverside', mode: 'write' });
  try {
    return work(store);
  } finally {
    store.close();
  }
}

describe('office command', () => {
  it('keeps what is asked for, with the life of its kind, and says that nobody sends it', async () => {
    expect(await give('unlock', '--door', 'front-door', '--wait', '0s')).toBe(0);
    expect(bench.out).toEqual([
      expect.stringMatching(
        /^front-desk: unlock front-door: not sent yet \(is `cardea office run` running, and the broker there\?\): it may be carried out until /,
      ),
    ]);
    expect(await give('mode', 'locked', '--space', 'riverside', '--until', '2h', '--wait', '0s')).toBe(0);
    expect(await give('checkin', '--customer', 'ana', '--space', 'riverside', '--wait', '0s', '--json')).toBe(0);
    expect(JSON.parse(bench.out[0] ?? '')).toMatchObject({
      controller: 'front-desk',
      command: { type: 'checkin', customer: 'ana', space: 'riverside', by: 'sam' },
      outcome: 'waiting',
      reason: null,
      sent: 0,
    });
    const kept = withStore((store) => latestCommands(store, 9));
    expect(kept.map(({ command, expiresAtMs, issuedAtMs }) => [command, expiresAtMs - issuedAtMs])).toEqual([
      [{ type: 'checkin', customer: 'ana', space: 'riverside', by: 'sam' }, 300_000],
      [{ type: 'mode', mode: 'locked', space: 'riverside', untilMs: startMs + 7_200_000, by: 'sam' }, 3_600_000],
      [{ type: 'unlock', accessPoint: 'front-door', by: 'sam' }, 30_000],
    ]);
  });

  it.each([
    [['open', '--door', 'front-door'], /"open" is no command; allowed is unlock, lock, mode, test/],
    [['unlock'], /unlock names exactly one of a door and space/],
    [['unlock', '--door', 'a', '--space', 'b'], /unlock names exactly one of/],
    [['unlock', 'unlocked', '--door', 'a'], /unlock is followed by nothing/],
    [['unlock', '--door', 'a b'], /"a b" is no id/],
    [['unlock', '--door', 'a', '--until', '2h'], /unlock takes no until/],
    [['mode', '--door', 'a'], /mode is followed by one of controlled, unlocked, locked, lockdown/],
    [['mode', 'ajar', '--door', 'a'], /mode is followed by one of/],
    [['mode', 'locked', '--door', 'a', '--until', 'noon'], /--until "noon": allowed is/],
    [['checkin', '--space', 'a'], /checkin names a customer/],
    [['identify', '--door', 'a'], /identify names reader/],
    [['unlock', '--door', 'a', '--life', '2d'], /--life "2d": allowed is a duration/],
    [['unlock', '--door', 'a', '--life', '25h'], /--life "25h": allowed is a duration/],
    [['unlock', '--door', 'a', '--wait', 'long'], /--wait "long": allowed is a duration/],
  ])('refuses %j', async (args, words) => {
    expect(await give(...args)).toBe(2);
    expect(bench.err.join('\n')).toMatch(words);
  });

  it('knows whom the office listens to', async () => {
    const whose = ['--controller', 'back-door', '--by', 'sam', '--config', config];
    expect(await bench.run('office', 'command', 'unlock', '--door', 'a', ...whose)).toBe(1);
    expect(bench.err).toEqual([
      expect.stringContaining("no controller back-door in the office's config; it has front-desk"),
    ]);
  });
});

describe('office commands', () => {
  it('lists the latest, with what became of them in words', async () => {
    for (const door of ['a', 'b', 'c', 'd']) await give('unlock', '--door', door, '--wait', '0s');
    withStore((store) => {
      const [d, c, b] = latestCommands(store, 9);
      if (d === undefined || c === undefined || b === undefined) throw new Error('not kept');
      settleCommand(store, d, 'done', null, startMs);
      settleCommand(store, c, 'refused', 'lockdown', startMs);
      settleCommand(store, b, 'unanswered', null, null);
    });
    expect(await bench.run('office', 'commands', '--config', config, '--last', '3')).toBe(0);
    expect(bench.out.slice(1).map((line) => line.replace(/^\S+ \S+ +/, '').replace(/ +/g, ' '))).toEqual([
      'front-desk sam unlock d done',
      'front-desk sam unlock c refused: it is in lockdown, which only `cardea mode c controlled` ends',
      'front-desk sam unlock b no answer before it expired: whether it was carried out is not known',
    ]);
    expect(await bench.run('office', 'commands', '--config', config, '--json')).toBe(0);
    expect(bench.out.map((line) => JSON.parse(line).outcome)).toEqual(['done', 'refused', 'unanswered', 'waiting']);
    expect(await bench.run('office', 'commands', '--config', config, '--last', 'all')).toBe(2);
  });
});
