// The keeper's lines as they are remembered for `cardea safe`, and as they are opened, on a machine without GPIO chips.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rememberedLines, rememberLines } from '../../../drivers/keeper/held-lines.ts';
import type { KeeperLine } from '../../../drivers/keeper/messages.ts';
import { lineOpener } from '../../../drivers/keeper/open-line.ts';
import { lockStates } from '../../support/lock-file.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-lines-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function lines(): KeeperLine[] {
  const gpio = { driver: 'gpio', chip: 'no-such-chip', line: 17, activeLow: true } as const;
  return [
    { accessPoint: 'relay', failSafe: true, output: { ...gpio, backend: 'auto' } },
    { accessPoint: 'old', failSafe: false, output: { ...gpio, backend: 'sysfs' } },
    { accessPoint: 'file', failSafe: false, output: { driver: 'simulated', file: join(folder, 'locks') } },
    { accessPoint: 'none', failSafe: false, output: { driver: 'simulated', file: null } },
  ];
}

describe('the lines that are remembered', () => {
  it('come back as they were, real ones too', () => {
    rememberLines(folder, lines());
    expect(rememberedLines(folder)).toEqual(lines());
  });

  it('leave out what this version does not understand', () => {
    const [relay] = lines();
    const strange = [
      { ...relay, output: { ...relay?.output, backend: 'telepathy' } },
      { ...relay, output: { ...relay?.output, line: '17' } },
      { ...relay, output: { driver: 'osdp', reader: 'x', output: 1 } },
      { ...relay, failSafe: 'yes' },
      null,
    ];
    writeFileSync(join(folder, 'lines.json'), JSON.stringify([...strange, ...lines()]));
    expect(rememberedLines(folder)).toEqual(lines());
  });
});

describe('lines that are opened', () => {
  it('move by themselves: one that is not to be had says why, and the others follow', async () => {
    const open = await lineOpener(lines(), () => '2026-01-01T00:00:00Z');
    const [relay, old, file, none] = lines().map(open);
    expect(() => relay?.drive('locked')).toThrow(/no GPIO chip no-such-chip; .*cardea devices/);
    expect(() => old?.drive('locked')).toThrow(/no-such-chip|\/sys\/class\/gpio is not there/);
    file?.drive('unlocked');
    none?.drive('unlocked');
    expect(lockStates(join(folder, 'locks'), 'file')).toEqual(['unlocked']);
    for (const line of [relay, old, file, none]) expect(() => line?.check()).not.toThrow();
  });
});
