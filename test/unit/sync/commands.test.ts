// Commands on the wire: every type with the keys that it takes, and without; what a newer office made up is still answered.

import { describe, expect, it } from 'vitest';
import type { Command } from '../../../access/command/command.ts';
import { commandMessage, commandSchema } from '../../../sync/protocol/commands.ts';

const times = { issuedAt: '2026-03-02T08:10:00.000Z', expiresAt: '2026-03-02T08:11:00.000Z' };
const order = { id: 'c1', issuedAtMs: Date.parse(times.issuedAt), expiresAtMs: Date.parse(times.expiresAt) };
const untilMs = Date.parse('2026-03-02T18:00:00Z');

const whole: readonly Command[] = [
  { type: 'unlock', accessPoint: 'front-door', by: 'sam' },
  { type: 'unlock', space: 'riverside', by: 'sam' },
  { type: 'lock', accessPoint: 'front-door', by: 'sam' },
  { type: 'mode', mode: 'lockdown', space: 'riverside', by: 'sam' },
  { type: 'mode', mode: 'unlocked', untilMs, accessPoint: 'front-door', by: 'sam' },
  { type: 'test', accessPoint: 'front-door', by: 'sam' },
  { type: 'identify', reader: 'front-in', by: 'sam' },
  { type: 'checkin', customer: 'ana', space: 'riverside', by: 'sam' },
  { type: 'checkout', customer: 'ana', space: 'riverside', by: 'sam' },
  { type: 'admit', customer: 'ana', accessPoint: 'front-door', by: 'sam' },
];

describe('a command', () => {
  it.each(whole)('comes as it was sent: %j', (command) => {
    const message = JSON.parse(JSON.stringify(commandMessage(command, order)));
    expect(message).toMatchObject({ id: 'c1', ...times });
    const read = commandSchema.parse({ ...message, colour: 'red' });
    expect(read).toMatchObject({ order, command, fault: null });
    expect(read.said).toMatchObject({ id: 'c1', type: command.type, by: 'sam', ...times });
  });

  const base = { id: 'c1', by: 'sam', ...times };
  it.each([
    [{ ...base, type: 'melt', accessPoint: 'front-door' }, 'not-supported'],
    [{ ...base, type: 'unlock' }, 'bad-command'],
    [{ ...base, type: 'unlock', accessPoint: 'front-door', space: 'riverside' }, 'bad-command'],
    [{ ...base, type: 'unlock', accessPoint: 'front-door', mode: 'unlocked' }, 'bad-command'],
    [{ ...base, type: 'unlock', accessPoint: 'front-door', customer: 'ana' }, 'bad-command'],
    [{ ...base, type: 'unlock', accessPoint: 'front door' }, 'bad-command'],
    [{ ...base, type: 'mode', accessPoint: 'front-door' }, 'bad-command'],
    [{ ...base, type: 'mode', accessPoint: 'front-door', mode: 'ajar' }, 'bad-command'],
    [{ ...base, type: 'mode', accessPoint: 'front-door', mode: 'locked', until: 'noon' }, 'bad-command'],
    [{ ...base, type: 'test', space: 'riverside' }, 'bad-command'],
    [{ ...base, type: 'identify', accessPoint: 'front-door' }, 'bad-command'],
    [{ ...base, type: 'checkin', space: 'riverside' }, 'bad-command'],
    [{ ...base, type: 'checkout', customer: 'ana', accessPoint: 'front-door' }, 'bad-command'],
    [{ ...base, type: 'admit', customer: 'ana', space: 'riverside' }, 'bad-command'],
    [{ ...base, type: 'constructor', accessPoint: 'front-door' }, 'not-supported'],
  ])('that makes no sense here has an id, and is answered: %j', (message, reason) => {
    expect(commandSchema.parse(message)).toMatchObject({ order, command: null, fault: { reason } });
  });

  it.each([
    { type: 'unlock', accessPoint: 'front-door', by: 'sam', ...times },
    { ...base, id: 'c 1', type: 'unlock' },
    { ...base, type: 'Unlock' },
    { ...base, type: 'unlock', by: '' },
    { ...base, type: 'unlock', by: 'x'.repeat(201) },
    { ...base, type: 'unlock', issuedAt: 'yesterday' },
    { ...base, type: 'unlock', expiresAt: undefined },
    { ...base, type: 'unlock', expiresAt: 5 },
    null,
    [],
  ])('without what every command has is none: %j', (message) => {
    expect(commandSchema.safeParse(message).success).toBe(false);
  });

  it('leaves nothing long of what it said to the records', () => {
    const { said } = commandSchema.parse({
      ...base,
      type: 'melt',
      space: 'x'.repeat(10_000),
      text: 'y'.repeat(10_000),
    });
    expect(JSON.stringify(said).length).toBeLessThan(300);
  });
});
