// The office's commands: sent again until they are answered, kept with the first answer of the one controller that may give it,
// and never taken for carried out where nobody said so.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../access/command/command.ts';
import { addCommand, latestCommands, maxWaiting, readCommand } from '../../../sync/office/store/commands.ts';
import { resendWaits } from '../../../sync/office/wire/commands.ts';
import { type JoseSigner, joseRead } from '../../support/jose-signer.ts';
import { startMs } from './bench.ts';
import { base, OfficeBench } from './office-bench.ts';

let b: OfficeBench;
beforeEach(async () => {
  b = await OfficeBench.make();
});
afterEach(() => b.close());

const unlock: Command = { type: 'unlock', accessPoint: 'front-door', by: 'sam' };
const topic = `${base}/front-desk/command`;

/** As another process on the same store does. */
function give(id: string, { lifeMs = 30_000, controller = 'front-desk', command = unlock } = {}): void {
  const other = b.bench.open();
  addCommand(other, { id, controller, command, nowMs: b.bench.clock.now().wallMs, lifeMs });
}

/** Ids of the commands that were published since, verified. */
async function sent(): Promise<unknown[]> {
  const found = b.broker.published.filter((message) => message.topic === topic);
  for (const message of found) b.broker.published.splice(b.broker.published.indexOf(message), 1);
  expect(found.every(({ retain }) => !retain)).toBe(true);
  const messages = await Promise.all(found.map(({ payload }) => joseRead(topic, payload, b.officeKey)));
  return messages.map(({ id }) => id);
}

async function reply(payload: object, controller = 'front-desk', signer: JoseSigner = b.front): Promise<void> {
  const on = `${base}/${controller}/reply`;
  b.broker.message(on, await signer.sign(on, payload));
}

function state(id: string): unknown[] {
  const { state: now, reason } = readCommand(b.store, id) ?? { state: 'gone', reason: null };
  return [now, reason];
}

describe('a command', () => {
  it('is signed with all that it asks for, and its life', async () => {
    b.start();
    give('c1', {
      command: { type: 'mode', mode: 'locked', untilMs: startMs + 3_600_000, space: 'riverside', by: 'sam' },
    });
    b.run(200);
    const [message] = b.broker.on(/command$/);
    expect(await joseRead(topic, message?.payload ?? '', b.officeKey)).toEqual({
      id: 'c1',
      type: 'mode',
      mode: 'locked',
      space: 'riverside',
      until: '2026-03-02T09:00:00.000Z',
      by: 'sam',
      issuedAt: '2026-03-02T08:00:00.000Z',
      expiresAt: '2026-03-02T08:00:30.000Z',
    });
  });

  it('is sent within a fifth of a second, and again with growing waits, until it is answered', async () => {
    b.start();
    give('c1');
    b.run(200);
    expect(await sent()).toEqual(['c1']);
    b.run(1_200);
    expect(await sent()).toEqual(['c1']);
    b.run(2_200);
    expect(await sent()).toEqual(['c1']);
    await reply({ id: 'c1', outcome: 'done', reason: null });
    b.run(60_000);
    expect(await sent()).toEqual([]);
    expect(state('c1')).toEqual(['done', null]);
    expect(readCommand(b.store, 'c1')).toMatchObject({ sent: 3, answeredMs: startMs + 3_600 });
  });

  it('waits for the next time a second, two, four, eight, and then fifteen', () => {
    const waits = resendWaits();
    expect(Array.from({ length: 7 }, () => waits.next().value)).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
  });

  it.each([
    [{ outcome: 'refused', reason: 'lockdown' }, ['refused', 'lockdown']],
    [{ outcome: 'expired', reason: 'expired' }, ['expired', 'expired']],
    [{ outcome: 'duplicate', reason: 'done' }, ['done', null]],
    [{ outcome: 'duplicate', reason: 'lockdown' }, ['refused', 'lockdown']],
    [{ outcome: 'done', reason: 'reordered' }, ['done', 'reordered']],
  ])('has the answer %j', async (answer, kept) => {
    b.start();
    give('c1');
    b.run(200);
    await reply({ id: 'c1', ...answer });
    expect(state('c1')).toEqual(kept);
    await reply({ id: 'c1', outcome: 'expired', reason: 'expired' });
    expect(state('c1')).toEqual(kept);
  });

  it('has no answer of another controller, of a stranger, or to another id', async () => {
    b.start();
    give('c1');
    b.run(200);
    await reply({ id: 'c1', outcome: 'done' }, 'back-door', b.back);
    await reply({ id: 'c1', outcome: 'done' }, 'front-desk', b.back);
    await reply({ id: 'c1', outcome: 'done' }, 'front-desk', b.stranger);
    await reply({ id: 'c2', outcome: 'done' });
    const elsewhere = `${base}/back-door/reply`;
    b.broker.message(`${base}/front-desk/reply`, await b.front.sign(elsewhere, { id: 'c1', outcome: 'done' }));
    expect(state('c1')).toEqual(['waiting', null]);
    expect(b.office.counters().refused).toEqual({ 'unknown-key': 2, 'wrong-topic': 1 });
  });

  it('that was never sent was surely not carried out; of one that was, nobody knows until an answer comes', async () => {
    b.office.start();
    give('c1', { lifeMs: 1_000 });
    b.run(1_200);
    expect(state('c1')).toEqual(['unsent', null]);
    b.broker.up();
    give('c2', { lifeMs: 1_000 });
    b.run(5_800);
    expect(state('c2')).toEqual(['waiting', null]);
    b.run(600);
    expect(state('c2')).toEqual(['unanswered', null]);
    const before = (await sent()).length;
    await reply({ id: 'c2', outcome: 'duplicate', reason: 'done' });
    expect(state('c2')).toEqual(['done', null]);
    b.run(60_000);
    expect([before, (await sent()).length]).toEqual([1, 0]);
  });

  it('is sent at once when the broker is back, and by the office that comes next', async () => {
    b.start();
    give('c1', { lifeMs: 3_600_000 });
    b.run(200);
    await sent();
    b.broker.down();
    b.run(1_000);
    b.broker.up();
    b.run(0);
    expect(await sent()).toEqual(['c1']);
    await b.office.stop();
    b.newOffice();
    b.start();
    expect(await sent()).toEqual(['c1']);
  });
});

describe('the store', () => {
  it('gives two commands to one controller never one instant, and none far ahead for a clock that was wrong', () => {
    for (const id of ['a', 'b', 'c']) give(id);
    expect(latestCommands(b.store, 10).map(({ id, issuedAtMs }) => [id, issuedAtMs - startMs])).toEqual([
      ['c', 2],
      ['b', 1],
      ['a', 0],
    ]);
    const other = b.bench.open();
    const given = { controller: 'front-desk', command: unlock, lifeMs: 30_000 };
    addCommand(other, { ...given, id: 'ahead', nowMs: startMs + 86_400_000 });
    expect(addCommand(other, { ...given, id: 'now', nowMs: startMs + 1_000 }).issuedAtMs).toBe(startMs + 1_000);
  });

  it('keeps no more that wait than it has room for, and says what to look at', () => {
    const other = b.bench.open();
    const one = (n: number) =>
      addCommand(other, { id: `c${n}`, controller: 'front-desk', command: unlock, nowMs: startMs, lifeMs: 1 });
    other.db.transaction(() => {
      for (let n = 0; n < maxWaiting; n++) one(n);
    })();
    expect(() => one(maxWaiting)).toThrow(/cardea office run/);
  });
});
