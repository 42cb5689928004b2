// `cardea devices` and `cardea doctor` as their users meet them, on a made-up Pi: lines, JSON and statuses.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { areas } from '../../../daemon/doctor/doctor.ts';
import { Bench } from '../cli/bench.ts';
import { Pi } from './pi.ts';

let pi: Pi;
let bench: Bench;
beforeEach(() => {
  pi = new Pi();
  bench = new Bench();
  pi.config((text) => text.replace(/ {2}- \{ id: card, driver: pcsc.*\n/, ''));
});
afterEach(async () => {
  bench.remove();
  await pi.end();
});

const doctor = (...more: string[]): Promise<number> =>
  bench.run('doctor', '--root', pi.root, '--config', pi.path('/etc/cardea/controller.yaml'), ...more);

describe('cardea doctor', () => {
  it('ends with 0 where nothing is wrong', async () => {
    pi.give('/var/lib/cardea');
    pi.give('/etc/cardea/keys');
    await pi.listenAsDaemon();
    expect(await doctor(), bench.out.join('\n')).toBe(0);
    expect(bench.out.at(-1)).toMatch(/^0 problems, /);
    expect(bench.err).toEqual([]);
  });

  it('ends with 1 and one line where something is', async () => {
    expect(await doctor()).toBe(1);
    expect(bench.out.join('\n')).toMatch(/PROBLEM {2}socket .*\n +mend: /);
    expect(bench.err).toEqual([expect.stringMatching(/^cardea: .*problems? found: mend what is listed/)]);
  });

  it('prints one object a finding, of every check', async () => {
    await doctor('--json');
    const findings = bench.out.map((line) => JSON.parse(line));
    expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(areas.flatMap(({ ids }) => ids)));
    for (const finding of findings)
      expect(Object.keys(finding).sort()).toEqual(['area', 'found', 'id', 'mend', 'state']);
  });

  it('goes on without a config, and with a bad one', async () => {
    await bench.run('doctor', '--root', pi.root);
    expect(bench.out.join('\n')).toMatch(/WARNING {2}config .*no config at/);
    expect(await bench.run('doctor', '--root', pi.root, '--config', bench.path('nothing.yaml'))).toBe(1);
    expect(bench.out.join('\n')).toMatch(/PROBLEM {2}config .*nothing\.yaml/);
    expect(bench.out).toContain('Hardware');
  });
});

describe('cardea devices', () => {
  it('prints lines, and one JSON object', async () => {
    expect(await bench.run('devices', '--root', pi.root)).toBe(0);
    expect(bench.out).toContain('Serial ports');
    expect(bench.out.join('\n')).toMatch(/pcscd does not listen|nfc-pcsc/);
    expect(await bench.run('devices', '--json', '--root', pi.root)).toBe(0);
    expect(bench.out).toHaveLength(1);
    const { serial, pcsc, gpio } = JSON.parse(bench.out[0] ?? '');
    expect(serial.devices[0].snippet).toMatchObject({ under: 'readers' });
    expect(pcsc).toMatchObject({ devices: [], problem: expect.any(String) });
    expect(gpio.devices[0].label).toBe('pinctrl-bcm2711');
  });
});
