import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../config/load.ts';
import type { ControllerConfig } from '../../../config/types.ts';
import { changeWords, planReload } from '../../../daemon/run/plan.ts';

type Item = Readonly<Record<string, unknown>>;

const lock = { driver: 'simulated' };
const a = { id: 'a', space: 'berlin', kind: 'entrance', lock };
const b = { id: 'b', space: 'berlin', kind: 'interior', lock };
const in1 = { id: 'in1', driver: 'simulated', accessPoint: 'a', direction: 'in' };
const in2 = { id: 'in2', driver: 'simulated', accessPoint: 'b', direction: 'in' };

function configOf(accessPoints: readonly Item[], readers: readonly Item[], rules: Item = {}): ControllerConfig {
  const config = { site: 'berlin', controller: 'c1', accessPoints, readers, rules };
  const replica = { format: 'cardea-replica/1', site: 'berlin', revision: 1 };
  return parseScenario(JSON.stringify({ config, replica, steps: [] }), 'scenario.json').scenario.config;
}

const before = configOf([a, b], [in1, in2]);
const rows: readonly [string, ControllerConfig, object, string | null][] = [
  [
    'nothing',
    configOf([a, b], [in1, in2]),
    {
      doors: { keep: ['a', 'b'], close: [], open: [] },
      readers: { keep: ['in1', 'in2'], close: [], open: [] },
      repeatsAt: ['in1', 'in2'],
    },
    null,
  ],
  [
    'the order alone',
    configOf([b, a], [in2, in1]),
    {
      doors: { keep: ['b', 'a'], close: [], open: [] },
      readers: { keep: ['in2', 'in1'], close: [], open: [] },
      repeatsAt: ['in2', 'in1'],
    },
    null,
  ],
  [
    'a reader that comes',
    configOf([a, b], [in1, in2, { ...in1, id: 'in3' }]),
    { readers: { keep: ['in1', 'in2'], close: [], open: ['in3'] }, repeatsAt: ['in1', 'in2'] },
    'reader in3 new',
  ],
  [
    'a reader that goes',
    configOf([a, b], [in2]),
    { readers: { keep: ['in2'], close: ['in1'], open: [] }, repeatsAt: ['in2'] },
    'reader in1 gone',
  ],
  [
    'a reader that moves to another door',
    configOf([a, b], [{ ...in1, accessPoint: 'b' }, in2]),
    { readers: { keep: ['in2'], close: ['in1'], open: ['in1'] }, repeatsAt: ['in2'] },
    'reader in1 anew',
  ],
  [
    'the unlock time of a door: its readers stay, but nothing there is a repeat',
    configOf([{ ...a, lock: { ...lock, unlockTime: '9s' } }, b], [in1, in2]),
    {
      doors: { keep: ['b'], close: ['a'], open: ['a'] },
      readers: { keep: ['in1', 'in2'], close: [], open: [] },
      repeatsAt: ['in2'],
    },
    'door a anew',
  ],
  [
    'a contact of a door',
    configOf([{ ...a, contact: { driver: 'simulated' } }, b], [in1, in2]),
    { doors: { keep: ['b'], close: ['a'], open: ['a'] } },
    'door a anew',
  ],
  [
    'a door that goes with its reader, and another that comes',
    configOf([b, { ...a, id: 'c' }], [in2]),
    {
      doors: { keep: ['b'], close: ['a'], open: ['c'] },
      readers: { keep: ['in2'], close: ['in1'], open: [] },
      repeatsAt: ['in2'],
    },
    'door a gone, door c new, reader in1 gone',
  ],
  [
    'the rules of the site: all stays, and every tap is decided anew',
    configOf([a, b], [in1, in2], { bookingLead: '5m' }),
    {
      doors: { keep: ['a', 'b'], close: [], open: [] },
      readers: { keep: ['in1', 'in2'], close: [], open: [] },
      repeatsAt: [],
    },
    null,
  ],
];

describe('what a new config changes', () => {
  it.each(rows)('%s', (_name, next, plan, words) => {
    const found = planReload(before, next);
    expect(found).toMatchObject(plan);
    expect(changeWords(found)).toBe(words);
  });
});
