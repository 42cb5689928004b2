// The pcsc reader on a real pcscd with virtual readers: cards that fail, pcscd that ends, freezes and comes late, names
// that mean two devices. Where the driver's own waits matter pcscd is real and the clock is virtual.

import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../access/clock.ts';
import type { PcscReaderConfig } from '../../../config/types.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { realClock } from '../../../daemon/clock/real.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { PcscHub } from '../../../drivers/pcsc/hub.ts';
import { listPcscReaders } from '../../../drivers/pcsc/list.ts';
import { PcscReader } from '../../../drivers/pcsc/pcsc-reader.ts';
import type { Display } from '../../../drivers/port.ts';
import { eventually } from '../../support/eventually.ts';
import { TestPcscd } from '../../support/pcscd.ts';

const real = realClock(() => true);
const daemons: TestPcscd[] = [];
const readers: PcscReader[] = [];

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  await Promise.all(daemons.splice(0).map((pcscd) => pcscd.close()));
});

async function pcscdWith(names?: readonly string[]): Promise<TestPcscd> {
  const pcscd = stopped();
  await pcscd.start(names);
  return pcscd;
}

function stopped(): TestPcscd {
  const pcscd = TestPcscd.stopped();
  daemons.push(pcscd);
  return pcscd;
}

function hubAt(pcscd: TestPcscd, clock: Clock = real): PcscHub {
  return new PcscHub(pcscd.socket, clock, seededRandom('system'));
}

interface Opened {
  readonly reader: PcscReader;
  readonly log: string[];
  readonly messages: string[];
  seen(entry: string, times?: number): Promise<boolean>;
}

function opened(
  hub: PcscHub,
  glob: string,
  { clock = real as Clock, awayMs = 0, id = 'front', feedback = 'auto' as PcscReaderConfig['feedback'] } = {},
): Opened {
  const config = { id, driver: 'pcsc', reader: glob, feedback, accessPoint: 'door', direction: 'in' } as const;
  const reader = new PcscReader(config, hub, clock, awayMs);
  readers.push(reader);
  const [log, messages]: [string[], string[]] = [[], []];
  reader.open({
    presented: ({ value }) => log.push(value),
    online: () => log.push('online'),
    offline: ({ code, message }) => {
      log.push(code);
      messages.push(message);
    },
    dropped: (reason) => log.push(reason),
  });
  const seen = (entry: string, times = 1): Promise<boolean> =>
    eventually(
      () => `${times} times ${entry} in ${log}`,
      () => log.filter((one) => one === entry).length >= times,
    );
  return { reader, log, messages, seen };
}

/** The processes of ours that speak with this pcscd. */
function hosts(pcscd: TestPcscd): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const ours = readFileSync(`/proc/${name}/cmdline`, 'latin1').includes('/pcsc/host-main.js');
      return ours && readFileSync(`/proc/${name}/environ`, 'latin1').includes(pcscd.socket) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

describe('a card on a PC/SC reader', () => {
  it('is read with a UID of any size; every other one is counted with its reason', async () => {
    const pcscd = await pcscdWith();
    const { log, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('online');
    const answers: [string | null, string][] = [
      ['04A1B2C39000', '04A1B2C3'],
      ['04A1B2C3D4E5809000', '04A1B2C3D4E580'],
      ['04A1B2C3D4E5808182839000', '04A1B2C3D4E580818283'],
      ['6A81', 'no-uid'],
      ['01020304050607089000', 'uid-length'],
      ['08A1B2C39000', 'random-uid'],
      ['DEADBEEF9000', 'DEADBEEF'],
    ];
    for (const [answer, entry] of answers) {
      const card = await pcscd.hold(answer);
      await seen(entry);
      await pcscd.takeAway(card);
    }
    expect(log).toEqual(['online', ...answers.map(([, entry]) => entry)]);
  });

  it('is counted when it is pulled away while it is read, and the next one is read', async () => {
    const pcscd = await pcscdWith();
    const { log, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('online');
    const pulled = await pcscd.hold(null);
    await eventually('it is counted', () => log.length > 1);
    expect(log[1]).toMatch(/^card-/);
    await pcscd.takeAway(pulled);
    await pcscd.hold('DEADBEEF9000');
    await seen('DEADBEEF');
  });

  it('is one tap while it stays, also where the reader loses it for a moment', async () => {
    const pcscd = await pcscdWith();
    const { log, seen } = opened(hubAt(pcscd), '*00 00', { awayMs: 3_600_000 });
    await seen('online');
    const first = await pcscd.hold('04A1B2C39000');
    await seen('04A1B2C3');
    await pcscd.takeAway(first);
    const again = await pcscd.hold('04A1B2C39000');
    await seen('flicker');
    await pcscd.takeAway(again);
    await pcscd.hold('DEADBEEF9000');
    await seen('DEADBEEF');
    expect(log).toEqual(['online', '04A1B2C3', 'flicker', 'DEADBEEF']);
  });

  it('opens nothing when it lay there before the reader came', async () => {
    const pcscd = await pcscdWith();
    await pcscd.hold('04A1B2C39000');
    const { log, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('stale');
    expect(log).toEqual(['online', 'stale']);
  });

  it('is not heard by the reader beside it, which shares the process', async () => {
    const pcscd = await pcscdWith();
    const hub = hubAt(pcscd);
    const [left, right] = [opened(hub, '*00 00', { id: 'left' }), opened(hub, '*00 01', { id: 'right' })];
    await Promise.all([left.seen('online'), right.seen('online')]);
    await pcscd.hold('000000019000', 0);
    await left.seen('00000001');
    const card = await pcscd.hold('000000029000', 1);
    await right.seen('00000002');
    await left.reader.close();
    await pcscd.takeAway(card, 1);
    await pcscd.hold('000000039000', 1);
    await right.seen('00000003');
    expect(left.log).toEqual(['online', '00000001']);
    expect(right.log).toEqual(['online', '00000002', '00000003']);
    expect(hosts(pcscd).length).toBeGreaterThan(0);
    await right.reader.close();
    await eventually('no process is left', () => hosts(pcscd).length === 0);
  });
});

describe('feedback on a PC/SC reader', () => {
  const lit: Display = { kind: 'granted', light: 'green', blinks: false, beeps: 1, text: '' };
  const acr = 'ACS ACR122U PICC Interface';

  it.each([
    [acr, 'auto', true],
    [acr, 'off', false],
    ['Virtual PCD', 'auto', false],
    ['Virtual PCD', 'on', true],
  ] as const)('on %s, switched %s: told %s', async (name, feedback, told) => {
    const pcscd = await pcscdWith([name]);
    const { reader, seen } = opened(hubAt(pcscd), '*00 00', { feedback });
    await seen('online');
    expect(reader.means === null).toBe(!told);
    const card = await pcscd.hold('04A1B2C39000');
    await seen('04A1B2C3');
    reader.show(lit);
    await pcscd.takeAway(card);
    const next = await pcscd.hold('DEADBEEF9000');
    await seen('DEADBEEF');
    reader.show({ ...lit, light: 'red', beeps: 2 });
    if (told) await eventually('it is told', () => next.commands.includes('ff00400d0401010201'));
    // What was told before is over once a later card was read.
    await pcscd.takeAway(next);
    await pcscd.hold('000000019000');
    await seen('00000001');
    const apdus = [...card.commands, ...next.commands].filter((command) => !command.startsWith('ffca'));
    if (!told) expect(apdus).toEqual([]);
  });

  it('holds up no card on a pcscd that froze, and goes on when it thaws', async () => {
    const pcscd = await pcscdWith([acr]);
    const { reader, log, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('online');
    process.kill(pcscd.pid, 'SIGSTOP');
    for (let n = 0; n < 10_000; n++) reader.show(lit);
    process.kill(pcscd.pid, 'SIGCONT');
    const card = await pcscd.hold('04A1B2C39000');
    await seen('04A1B2C3');
    reader.show({ ...lit, light: 'red', beeps: 2 });
    await eventually('it is told the last', () => card.commands.at(-1) === 'ff00400d0401010201');
    expect(log).toEqual(['online', '04A1B2C3']);
    expect(card.commands.length).toBeLessThan(10);
  });

  it('is forgotten when the process that passes it on dies, and works with the next one', async () => {
    const pcscd = await pcscdWith([acr]);
    const { reader, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('online');
    process.kill(pcscd.pid, 'SIGSTOP');
    for (let n = 0; n < 3; n++) reader.show(lit);
    const [host] = hosts(pcscd);
    process.kill(host ?? 0, 'SIGKILL');
    process.kill(pcscd.pid, 'SIGCONT');
    await seen('online', 2);
    const card = await pcscd.hold('04A1B2C39000');
    await seen('04A1B2C3');
    reader.show(lit);
    await eventually('it is told', () => card.commands.at(-1) === 'ff00400e0401010101');
  });
});

describe('a pcscd', () => {
  it('that is not there is waited for', async () => {
    const pcscd = stopped();
    const { log, messages, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('pcscd-missing');
    expect(messages[0]).toContain(pcscd.socket);
    await pcscd.start();
    await seen('online');
    expect(log).toEqual(['pcscd-missing', 'online']);
  });

  it('that ends and is started again gives its readers back, and what lies on them is no new tap', async () => {
    const pcscd = await pcscdWith();
    const { log, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('online');
    // Its end shows at the reader and in the list of readers; which of the two is heard first is not ours to say.
    const isGone = (entry: string): boolean => entry.startsWith('pcscd-') || entry === 'device-lost';
    for (const round of [1, 2]) {
      const card = await pcscd.hold('04A1B2C39000');
      await seen('04A1B2C3', round);
      await pcscd.kill();
      await card.takeAway();
      await eventually(
        () => `offline: ${log}`,
        () => log.filter(isGone).length === round,
      );
      await pcscd.start();
      await seen('online', round + 1);
    }
    expect(log.map((entry) => (isGone(entry) ? 'gone' : entry))).toEqual([
      ...['online', '04A1B2C3', 'gone', 'online', '04A1B2C3', 'gone', 'online'],
    ]);
  });

  it('that freezes is noticed, and used again when it thaws', async () => {
    const pcscd = await pcscdWith();
    const clock = new VirtualClock(0);
    const { log, seen } = opened(hubAt(pcscd, clock), '*00 00', { clock });
    await seen('online');
    process.kill(pcscd.pid, 'SIGSTOP');
    clock.advance(2_000);
    await eventually('pcscd is asked', () => clock.waits().includes('pcsc list'));
    // A machine may be that busy: nothing is given up yet.
    clock.advance(25_000);
    expect(clock.waits()).toContain('pcsc list');
    clock.advance(5_000);
    await seen('pcscd-silent');
    process.kill(pcscd.pid, 'SIGCONT');
    await eventually('another try', () => {
      clock.advance(1_000);
      return log.at(-1) === 'online';
    });
    expect(log).toEqual(['online', 'pcscd-silent', 'online']);
  });

  it('is asked again by another process when the one that speaks with it dies', async () => {
    const pcscd = await pcscdWith();
    const { log, seen } = opened(hubAt(pcscd), '*00 00');
    await seen('online');
    const [host] = hosts(pcscd);
    process.kill(host ?? 0, 'SIGKILL');
    await seen('online', 2);
    await pcscd.hold('04A1B2C39000');
    await seen('04A1B2C3');
    expect(log).toEqual(['online', 'host-died', 'online', '04A1B2C3']);
  });
});

describe('a name', () => {
  it('that fits two readers says which, and works when one of them is gone', async () => {
    const pcscd = await pcscdWith(['Virtual PCD', 'Spare PCD']);
    const { log, messages, seen } = opened(hubAt(pcscd), '*PCD 00 00');
    await seen('reader-ambiguous');
    expect(messages[0]).toMatch(/2 PC.SC readers.*"Virtual PCD 00 00", "Spare PCD 00 00"/);
    await pcscd.kill();
    await eventually('nobody asks the old one any more', () => hosts(pcscd).length === 0);
    // While it ended, one of the two may have been left alone for a moment.
    const before = log.splice(0);
    await pcscd.start(['Virtual PCD']);
    await seen('online');
    await pcscd.hold('04A1B2C39000');
    await seen('04A1B2C3');
    expect([before[0], ...log.slice(-2)]).toEqual(['reader-ambiguous', 'online', '04A1B2C3']);
  });

  it('that fits none says what there is', async () => {
    const pcscd = await pcscdWith();
    const { messages, seen } = opened(hubAt(pcscd), 'ACS*');
    await seen('reader-missing');
    expect(messages[0]).toMatch(/"ACS\*".*"Virtual PCD 00 00", "Virtual PCD 00 01"/);
  });

  it('that two readers of the config mean is neither’s, until one of them closes', async () => {
    const pcscd = await pcscdWith();
    const hub = hubAt(pcscd);
    const one = opened(hub, '*00 00', { id: 'one' });
    const two = opened(hub, 'Virtual PCD 00 ?0', { id: 'two' });
    await Promise.all([one.seen('reader-shared'), two.seen('reader-shared')]);
    await one.reader.close();
    await two.seen('online');
  });

  it('is listed, or why it cannot be', async () => {
    const pcscd = await pcscdWith();
    expect(await listPcscReaders(real, pcscd.socket)).toEqual(['Virtual PCD 00 00', 'Virtual PCD 00 01']);
    await pcscd.kill();
    await expect(listPcscReaders(real, pcscd.socket)).rejects.toMatchObject({
      code: 'not-listed',
      message: expect.stringContaining(pcscd.socket),
    });
    expect(hosts(pcscd)).toEqual([]);
  });
});
