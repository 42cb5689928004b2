// Every check of the doctor: right on a Pi that is set up rightly, and wrong as soon as the one thing is that it looks at.

import { createServer } from 'node:net';
import { relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../daemon/doctor/check.ts';
import { areas } from '../../../daemon/doctor/doctor.ts';
import { findingLines } from '../../../daemon/doctor/words.ts';
import { databaseRows, gpioRows, pcscRows, serialRows } from './device-rows.ts';
import { Pi } from './pi.ts';
import { clockRows, diskRows, fileRows, hardwareRows, programRows, userRows } from './rows.ts';

let pi: Pi;
beforeEach(() => {
  pi = new Pi();
});
afterEach(() => pi.end());

const of = (findings: readonly Finding[], id: string): Finding[] => findings.filter((one) => one.id === id);
const words = ({ state, found, mend }: Finding): string => `${state}: ${found} / ${mend ?? 'nothing'}`;

/** How full this machine's disk is, and which drivers this version lacks, is not for this test to say. */
const unsure = ['disk-space', 'config'];

describe('a Pi that is set up rightly', () => {
  it('has nothing wrong', async () => {
    await pi.listen();
    const findings = await pi.doctor();
    expect(
      findings
        .filter(({ state }) => state === 'problem' || state === 'warning')
        .filter(({ id }) => !unsure.includes(id)),
    ).toEqual([]);
    const idle = findings.filter(({ state }) => state === 'not-applicable').map(({ id }) => id);
    expect(idle.sort()).toEqual([
      'broker',
      'broker-certificate',
      'broker-login',
      'certificates',
      'gpio-sysfs',
      'office',
      'public-files',
    ]);
    expect([...new Set(findings.map(({ id }) => id))]).toEqual(areas.flatMap(({ ids }) => ids));
  });

  it('is the same when its config is named from where one stands', async () => {
    const config = relative(process.cwd(), pi.path('/etc/cardea/controller.yaml'));
    expect(of(await pi.doctor(config), 'config-access')).toMatchObject([{ state: 'ok' }]);
  });

  it('is told in groups, one line each, the mend below', async () => {
    pi.groups('');
    const lines = findingLines(await pi.doctor());
    for (const { title } of areas) expect(lines).toContain(title);
    const at = lines.findIndex((line) => /PROBLEM +group-dialout +cardea is not in dialout/.test(line));
    expect(lines[at + 1]).toMatch(/^ +mend: sudo usermod -aG dialout cardea/);
    expect(lines).toContain(
      '  -        certificates, broker, broker-certificate, broker-login, office: no upstream in the config: it works alone',
    );
    expect(lines.at(-1)).toMatch(/^\d+ problems, \d+ warnings?$/);
  });
});

describe.each([
  ['program', programRows],
  ['user and groups', userRows],
  ['files', fileRows],
  ['clock', clockRows],
  ['disk', diskRows],
  ['databases', databaseRows],
  ['serial ports', serialRows],
  ['PC/SC', pcscRows],
  ['GPIO', gpioRows],
  ['hardware', hardwareRows],
] as const)('%s', (_area, rows) => {
  it.each(rows)('%s: %s, %s', async (id, state, says, spoil) => {
    spoil(pi);
    const findings = of(await pi.doctor(), id);
    const fitting = findings.filter((one) => one.state === state && says.test(words(one)));
    expect(fitting, findings.map(words).join('\n')).not.toEqual([]);
  });
});

describe('what is behind a socket', () => {
  it('a socket at which somebody else listens is no controller', async () => {
    const server = createServer((socket) => socket.resume().end('hello\n'));
    await new Promise<void>((resolve) => server.listen(pi.path('/var/lib/cardea/cardea.sock'), resolve));
    try {
      const [found] = of(await pi.doctor(), 'socket');
      expect(found).toMatchObject({ state: 'problem', mend: 'sudo systemctl restart cardea' });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
