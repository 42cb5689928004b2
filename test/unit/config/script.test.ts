// Scenarios of any length: read piece by piece they give the same steps, and the same faults at the same places, as read
// whole; and no more than one step is ever ahead of whoever runs them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScenario } from '../../../config/load.ts';
import { FileError, formatProblem } from '../../../config/problem.ts';
import { loadScript, type Script, scriptOf } from '../../../config/scenario/script.ts';
import { MemberSplit } from '../../../config/source/member-split.ts';
import { replaying } from '../../../daemon/replay/replay.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-script-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = {
  site: 's',
  controller: 'c',
  accessPoints: [{ id: 'main', space: 'berlin', kind: 'entrance', lock: { driver: 'simulated' } }],
  readers: [{ id: 'in', driver: 'simulated', accessPoint: 'main', direction: 'in' }],
};
const replica = {
  format: 'cardea-replica/1',
  site: 's',
  revision: 1,
  spaces: [{ id: 'berlin', timeZone: 'Europe/Berlin', currency: 'EUR' }],
};
const tap = (minute: number, credential = 'card:04A1'): object => ({
  at: new Date(Date.UTC(2026, 2, 2) + minute * 60_000).toISOString(),
  present: { reader: 'in', credential },
});
const steps = [
  tap(1),
  { at: '2026-03-02T00:02:00Z', clock: { set: '2026-03-02T05:00:00Z' } },
  tap(3, 'qr:a ] } , "\\ [ { é 😀'),
  { at: '2026-03-02T00:04:00Z', clock: { synchronised: false } },
  { at: '2026-03-02T00:05:00Z', replica: { ...replica, revision: 2 } },
  tap(6),
];

function write(text: string): string {
  const file = join(folder, 'scenario.json');
  writeFileSync(file, text);
  return file;
}

function faultsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof FileError) return error.problems.map(formatProblem).sort();
    throw error;
  }
  return [];
}

describe('a scenario read piece by piece', () => {
  it.each([
    ['steps last', JSON.stringify({ config, replica, steps })],
    ['steps first, spread over lines', JSON.stringify({ steps, config, replica }, null, 2)],
    [
      'with a mark of the byte order, and notes',
      `\uFEFF${JSON.stringify({ name: 'steps', steps, config, expect: [{ steps: [1] }], replica })}`,
    ],
    ['without steps', JSON.stringify({ config, replica, steps: [] })],
  ])('gives what it gives whole: %s', (_what, text) => {
    const file = write(text);
    const { scenario } = loadScenario(file);
    const { script } = loadScript(file, 0);
    expect([...script.steps()]).toEqual(scenario.steps);
    expect([...script.steps()]).toEqual(scenario.steps);
    expect({ ...script, steps: null }).toEqual({ ...scriptOf(scenario), steps: null });
  });

  it.each<[string, unknown]>([
    ['an unknown reader', [tap(1), { ...tap(2), present: { reader: 'back', credential: 'card:04' } }]],
    ['time that goes back', [tap(5), tap(4), tap(6)]],
    [
      'two acts, and an unknown key',
      [
        { ...tap(1), restart: 'crash' },
        { ...tap(2), reader: 'in' },
      ],
    ],
    ['a step that is none', [tap(1), 7, null]],
    ['a replica with a fault', [{ at: '2026-03-02T00:00:00Z', replica: { ...replica, revision: 0 } }]],
  ])('tells the same faults: %s', (_what, bad) => {
    const file = write(JSON.stringify({ config, replica, steps: bad }, null, 1));
    const whole = faultsOf(() => loadScenario(file));
    expect(whole.length).toBeGreaterThan(0);
    expect(faultsOf(() => loadScript(file, 0))).toEqual(whole);
  });

  it.each([
    ['a file cut short', (text: string) => text.slice(0, -40)],
    ['a missing comma', (text: string) => text.replace('},{"at"', '} {"at"')],
    ['a comma too many', (text: string) => text.replace(']}', ',]}')],
    ['no list', (text: string) => text.replace(/"steps":\[.*\]/s, '"steps":7')],
    ['steps twice', (text: string) => text.replace('{', '{"steps":[],')],
    ['bytes that are no text', (text: string) => text.replace('card:04A1', '\uFFFD')],
  ])('refuses %s', (_what, spoil) => {
    const text = spoil(JSON.stringify({ config, replica, steps }));
    const file = join(folder, 'scenario.json');
    writeFileSync(file, text.includes('\uFFFD') ? Buffer.from(text.replace('\uFFFD', '\u00ff'), 'latin1') : text);
    expect(faultsOf(() => loadScript(file, 0))).not.toEqual([]);
  });

  it('does not care where the pieces end', () => {
    const bytes = Buffer.from(JSON.stringify({ a: [1], steps, config }, null, 1));
    for (const size of [1, 2, 7, 64]) {
      const split = new MemberSplit('steps', true);
      const items: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        for (const item of split.take(bytes.subarray(at, at + size))) items.push(JSON.parse(item.text));
      }
      expect(items).toEqual(steps);
      expect(JSON.parse(split.rest().toString('utf8'))).toEqual({ a: [1], steps: [], config });
    }
  });
});

describe('a replay in flat memory', () => {
  const log = (): void => {};

  it('takes one step at a time, and keeps none', () => {
    const { script } = loadScript(write(JSON.stringify({ config, replica, steps: [] })), 0);
    let [given, printed] = [0, 0];
    const many: Script = {
      ...script,
      firstMs: Date.UTC(2026, 2, 2),
      *steps() {
        for (; given < 2000; given++) {
          yield { atMs: Date.UTC(2026, 2, 2) + given * 60_000, present: { reader: 'in', credential: 'card:04A1' } };
        }
      },
    };
    let before = 0;
    for (const done of replaying(many, () => void printed++, log)) {
      // A generator counts a step as given when the next one is asked for.
      expect(given).toBe(done - 1);
      expect(printed - before).toBeLessThanOrEqual(3);
      before = printed;
    }
    expect(printed).toBeGreaterThanOrEqual(2000);
  });

  it('leaves nothing behind when nobody reads on', () => {
    const { script } = loadScript(write(JSON.stringify({ config, replica, steps })), 0);
    const lines: string[] = [];
    const running = replaying(script, (line) => void lines.push(line), log);
    for (const _done of running) break;
    expect(running.next().done).toBe(true);
    expect(lines[0]).toContain('controller.started');
    expect(lines.length).toBeLessThan(10);
  });
});
