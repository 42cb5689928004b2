// `cardea office webhooks …` on a store of its own: what is kept, what is said of it, what is refused.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig();
});
afterEach(() => bench.remove());

const run = (...args: readonly string[]): Promise<number> =>
  bench.run('office', 'webhooks', ...args, '--config', config);
const add = (id: string, ...more: readonly string[]): Promise<number> =>
  run('add', id, '--url', 'https://example.org/hook', '--by', 'sam', ...more);
const line = (): unknown => JSON.parse(bench.out[0] ?? '');

describe('office webhooks', () => {
  it('adds one, shows its secret once, and lists what becomes of it', async () => {
    expect(await add('crm', '--topics', 'check-out, charge', '--json')).toBe(0);
    const { secret, ...added } = line() as { secret: string };
    expect(secret).toMatch(/^whsec_/);
    expect(added).toMatchObject({ id: 'crm', topics: ['check-out', 'charge'], waiting: 0, aside: 0, delivered: 0 });
    expect(await run('list', '--json')).toBe(0);
    expect(line()).toEqual(added);
    expect(bench.out.join()).not.toContain('whsec_');
    expect(await run('list')).toBe(0);
    expect(bench.out.join('\n')).toMatch(
      /crm +https:\/\/example\.org\/hook +check-out,charge +0 +0 +0 +takes messages/,
    );
  });

  it('pauses, resumes, renews the secret and removes', async () => {
    await add('crm');
    expect(await run('pause', 'crm')).toBe(0);
    await run('list', 'crm', '--json');
    expect(line()).toMatchObject({ paused: 'paused by hand' });
    expect(await run('resume', 'crm')).toBe(0);
    await run('list', 'crm', '--json');
    expect(line()).toMatchObject({ paused: null });
    expect(await run('secret', 'crm')).toBe(0);
    expect(bench.out[0]).toMatch(/^whsec_/);
    expect(await run('aside')).toBe(0);
    expect(bench.out).toEqual(['nothing was put aside']);
    expect(await run('aside', '--retry', 'crm')).toBe(0);
    expect(bench.out).toEqual(['0 messages will be tried again']);
    expect(await run('remove', 'crm')).toBe(0);
    expect(await run('list')).toBe(0);
    expect(bench.out).toEqual(['no webhooks: `cardea office webhooks add` makes one']);
  });

  it('refuses what makes no sense, in words', async () => {
    expect(await add('crm', '--topics', 'check-in,checkout')).toBe(2);
    expect(bench.err.join()).toContain('--topics: "checkout"; allowed: check-in, check-out');
    expect(await add('no spaces')).toBe(2);
    expect(await run('add', 'crm', '--url', 'http://example.org', '--by', 'sam')).toBe(1);
    expect(bench.err.join()).toContain('unencrypted to another machine: use https://, or --allow-plain');
    await add('crm');
    expect(await add('crm')).toBe(1);
    expect(bench.err.join()).toContain('there is a webhook crm already');
    for (const act of [
      ['pause', 'x'],
      ['remove', 'x'],
      ['secret', 'x'],
      ['list', 'x'],
      ['aside', '--drop', 'x'],
    ]) {
      expect(await run(...act)).toBe(1);
      expect(bench.err.join()).toContain('no webhook x');
    }
  });
});
