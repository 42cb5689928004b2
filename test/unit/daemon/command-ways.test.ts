// The two ways that a command comes, the wire and the local socket: one id is one command on both, and what changes nothing is
// one record a minute for each reason, however much of it there is.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../access/event.ts';
import { LineFaults } from '../../../daemon/run/line-faults.ts';
import { refusalRecord } from '../../../daemon/run/office-words.ts';
import { Orders } from '../../../daemon/run/orders.ts';
import { readRequest } from '../../../daemon/socket/protocol.ts';
import { commandMessage, commandSchema } from '../../../sync/protocol/commands.ts';
import { DaemonBench } from './daemon-bench.ts';

let bench: DaemonBench;
beforeEach(async () => {
  bench = new DaemonBench();
  await bench.daemon.start([]);
});
afterEach(() => bench.end());

const startMs = Date.parse('2026-03-02T09:00:00+01:00');

function ask(more: Readonly<Record<string, Json>>): Json {
  const line = JSON.stringify({ id: 1, do: 'command', accessPoint: 'front-door', by: 'sam', ...more });
  return bench.daemon.answer(readRequest(line).request);
}

const named = { commandId: 'c1', issuedAtMs: startMs, expiresAtMs: startMs + 30_000 };

const refused = () => bench.events().filter(({ type }) => type === 'command.refused');

describe('the local socket', () => {
  it('carries a command with an id out once, and counts those that come again', () => {
    expect(ask({ type: 'unlock', ...named })).toMatchObject({ outcome: 'done', taken: ['front-door'] });
    for (let n = 0; n < 500; n++) {
      expect(ask({ type: 'unlock', ...named })).toEqual({
        outcome: 'duplicate',
        reason: 'done',
        taken: [],
        refused: [],
        accessPoints: [],
      });
    }
    expect(refused()).toHaveLength(1);
    bench.clock.advance(60_000);
    expect(refused().map(({ data }) => [data.reason, data.count])).toEqual([
      ['duplicate', 1],
      ['duplicate', 499],
    ]);
    expect(refused()[0]?.data.command).toMatchObject({
      id: 'c1',
      type: 'unlock',
      accessPoint: 'front-door',
      by: 'sam',
    });
  });

  it('takes one without as often as it comes, and one that names half of it not at all', () => {
    ask({ type: 'unlock' });
    ask({ type: 'unlock' });
    expect(bench.events().filter(({ type }) => type === 'command.applied')).toHaveLength(2);
    expect(() => ask({ type: 'unlock', commandId: 'c1' })).toThrow(/all or none/);
    expect(() => ask({ type: 'unlock', ...named, commandId: 'c 1' })).toThrow(/commandId/);
    expect(() => ask({ type: 'checkin' })).toThrow(/checkin names space/);
    expect(() => ask({ type: 'melt' })).toThrow(/type/);
  });

  it('checks in and out by hand, and lets in who asked elsewhere', () => {
    const visit = { accessPoint: undefined as never, space: 'riverside', customer: 'ana' };
    expect(ask({ type: 'checkin', ...visit })).toMatchObject({ outcome: 'done', reason: null });
    expect(ask({ type: 'checkout', ...visit })).toMatchObject({ outcome: 'done' });
    expect(ask({ type: 'admit', customer: 'bob' })).toMatchObject({ outcome: 'done', taken: ['front-door'] });
    expect(ask({ type: 'test' })).toMatchObject({ outcome: 'done' });
  });
});

describe('the wire', () => {
  it('shares its ids with the socket, and one record a minute for each reason is the most that a flood leaves', () => {
    const controller = bench.daemon.doors?.controller;
    if (controller === undefined) throw new Error('no doors');
    const orders = new Orders(bench.clock, (refusal) => {
      const record = refusalRecord(refusal);
      if (record !== null) bench.daemon.record(record);
    });
    ask({ type: 'unlock', ...named });
    const unlock = { type: 'unlock', accessPoint: 'front-door', by: 'office' } as const;
    const came = (id: string, issuedAtMs: number, lifeMs: number, more: object = {}) => {
      const message = commandMessage(unlock, { id, issuedAtMs, expiresAtMs: issuedAtMs + lifeMs });
      const { outcome, reason } = orders.take(controller, commandSchema.parse({ ...message, ...more }));
      return `${outcome} ${reason}`;
    };
    expect(came('c1', startMs, 30_000)).toBe('duplicate done');
    for (let second = 0; second < 60; second++) {
      for (let n = 0; n < 10; n++) {
        const id = `c-${second}-${n}`;
        expect(came(`${id}-old`, startMs - 10_000, 5_000)).toBe('expired expired');
        expect(came(`${id}-late`, startMs - 10_000, 3_600_000)).toBe('refused reordered');
        expect(came(`${id}-new`, startMs, 30_000, { type: 'melt' })).toMatch(
          /^(refused not-supported|expired expired)$/,
        );
        expect(came('c1', startMs, 30_000)).toBe('duplicate done');
      }
      bench.clock.advance(1_000);
    }
    orders.stop();
    const counts = new Map<string, number>();
    for (const { data } of refused()) {
      counts.set(String(data.reason), (counts.get(String(data.reason)) ?? 0) + Number(data.count));
    }
    expect([...counts].sort()).toEqual([
      ['duplicate', 601],
      ['expired', 900],
      ['not-supported', 300],
      ['reordered', 600],
    ]);
    expect(refused().length).toBeLessThanOrEqual(4 * 3);
    expect(bench.events().filter(({ type }) => type === 'command.applied')).toHaveLength(1);
  });
});

it('a lock line is as it was driven until the keeper says otherwise, and while the keeper answers', () => {
  const faults = new LineFaults();
  expect(faults.of('main', true)).toBeNull();
  expect(faults.of('main', false)).toBe('keeper-silent');
  faults.found('main');
  expect([faults.of('main', true), faults.of('other', true)]).toEqual(['line-stuck', null]);
  faults.gone(null);
  expect(faults.of('main', true)).toBe('line-stuck');
  faults.gone('main');
  faults.found('main');
  faults.found(null);
  expect(faults.of('main', true)).toBeNull();
});
