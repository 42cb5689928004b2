// The records on the command line, on a store of their own: who, what, and what it says.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from './bench.ts';

let bench: Bench;
let config: string;
beforeEach(async () => {
  bench = new Bench();
  config = await bench.officeConfig();
  await office('add', 'spaces', 'id=riverside', 'timeZone=Europe/Berlin', 'currency=EUR');
  await office('add', 'plans', 'id=flex');
  await office('add', 'customers', 'id=ana', 'name=Ana Silva');
});
afterEach(() => bench.remove());

function office(...args: readonly string[]): Promise<number> {
  return bench.run('office', ...args, '--config', config);
}

function said(): Record<string, unknown> {
  return JSON.parse(bench.out[0] ?? '') as Record<string, unknown>;
}

describe('cardea office add, set, show, list, remove', () => {
  it('changes one record, and says what it was and is', async () => {
    expect(await office('add', 'credentials', 'id=c1', 'type=fob', 'value=0012345', 'customer=ana')).toBe(0);
    expect(bench.out[0]).toBe('added credentials c1');
    expect(bench.out.at(-1)).toBe('revision 4 is the new state');
    expect(await office('set', 'customers', 'ana', 'disabled=true', 'registeredWith=["riverside"]')).toBe(0);
    expect(bench.out).toEqual([
      'changed customers ana',
      '  disabled: false -> true',
      '  registeredWith: [] -> ["riverside"]',
      'revision 5 is the new state',
    ]);
    expect(await office('set', 'customers', 'ana', 'disabled=true')).toBe(0);
    expect(bench.out).toEqual(['nothing changed: everything is so already']);
    expect(await office('show', 'customers', 'ana', '--json')).toBe(0);
    expect(said()).toMatchObject({ id: 'ana', record: { name: 'Ana Silva', disabled: true } });
    expect(await office('list', 'customers', '--contacts', '--search', 'silva')).toBe(0);
    expect(bench.out[0]).toMatch(/^ana +disabled true, name Ana Silva$/);
    expect(await office('remove', 'credentials', 'c1')).toBe(0);
    expect(await office('show', 'credentials', 'c1')).toBe(1);
    expect(bench.err).toEqual(['cardea: there is no record c1 of credentials: its list says which there are']);
  });

  it('says what is wrong and how it is meant, and changes nothing', async () => {
    expect(await office('add', 'contracts', 'id=k1', 'customer=ana', 'plan=flexx', 'from=2026-01-01')).toBe(1);
    expect(bench.err[0]).toBe(
      'cardea: nothing was changed: contracts k1 plan: found "flexx", which is not among the plans; allowed: the id of one of plans',
    );
    expect(await office('add', 'customers', 'id=ana')).toBe(1);
    expect(bench.err[0]).toContain('customers ana is there already');
    expect(await office('add', 'people', 'id=x')).toBe(2);
    expect(await office('set', 'customers', 'ana', 'teams=[x')).toBe(2);
    expect(await office('set', 'customers', 'ana', 'teams')).toBe(2);
    expect(await office('list', 'plans', '--members')).toBe(2);
    expect(await office('add', 'customers', '@nowhere.json')).toBe(2);
  });

  it('only looks where that is asked for', async () => {
    expect(await office('set', 'customers', 'ana', 'name=Ana S.', '--dry-run')).toBe(0);
    expect(bench.out.at(-1)).toBe('nothing was changed: --dry-run only looks');
    await office('disable', 'ana', '--dry-run', '--json');
    expect(said()).toMatchObject({ applied: false, changed: [{ id: 'ana' }] });
    await office('show', 'customers', 'ana', '--json');
    expect(said()).toMatchObject({ record: { name: 'Ana Silva', disabled: false } });
  });

  it('does what an operator means, under their name', async () => {
    await office('add', 'contracts', 'id=k1', 'customer=ana', 'plan=flex', 'from=2026-01-01');
    expect(await office('freeze', 'k1', '--from', '2026-04-01', '--to', '2026-04-30', '--by', 'kim')).toBe(0);
    expect(bench.out[1]).toBe('  frozen: [] -> [{"from":"2026-04-01","to":"2026-04-30"}]');
    await office('add', 'timePasses', 'id=ten', 'price=50.00', 'currency=EUR', 'minutesIncluded=600');
    expect(await office('give-pass', 'ana', '--time-pass', 'ten', '--id', 'p1')).toBe(0);
    expect(await office('correct-pass', 'p1', '--minutes', '-60', '--reason', 'was here')).toBe(0);
    expect(await office('correct-pass', 'p1', '--minutes', 'x', '--reason', 'was here')).toBe(2);
    expect(await office('correct-pass', 'p1', '--minutes', '5')).toBe(2);
    expect(await office('pass', 'p1')).toBe(0);
    expect(bench.out[0]).toBe('p1: ten of ana, 540 minutes left');
    expect(bench.out[1]).toMatch(/corrected by sam: was here$/);
    expect(await office('audit', '--by', 'kim', '--json')).toBe(0);
    expect(said()).toMatchObject({ by: 'kim', via: 'cli', action: 'freeze', kind: 'contracts', id: 'k1' });
    expect(bench.out).toHaveLength(1);
    expect(await office('audit', '--id', 'p1')).toBe(0);
    expect(bench.out).toHaveLength(3);
    expect(bench.out[1]).toMatch(/sam +cli +correct-pass +changed passes p1 \(was here\)$/);
  });

  it('wants a name', async () => {
    bench.places = { ...bench.places, user: null };
    expect(await office('disable', 'ana')).toBe(2);
    expect(bench.err[0]).toContain('--by is a name');
  });
});
