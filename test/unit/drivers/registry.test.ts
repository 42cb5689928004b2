import { describe, expect, it } from 'vitest';
import type { LockConfig, SerialReaderConfig } from '../../../config/types.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { DriverError } from '../../../drivers/driver-error.ts';
import { handOf, inputHandOf, lockLines, openInput, ReaderDrivers } from '../../../drivers/registry.ts';

const tools = { clock: new VirtualClock(0), random: seededRandom('registry') };
const drivers = new ReaderDrivers(tools);
const base = { id: 'front', accessPoint: 'door', direction: 'in' } as const;
const serial: SerialReaderConfig = {
  ...base,
  driver: 'serial',
  format: 'line',
  path: '/dev/nowhere',
  baudRate: 9600,
  credential: 'card',
  maxLineBytes: 64,
  lineTimeoutMs: 1000,
  feedback: null,
};
const contact = { accessPoint: 'door', name: 'contact' } as const;
const times = { unlockTimeMs: 5000, extendedUnlockTimeMs: 10_000, failSafe: false };
const gpio = { driver: 'gpio', backend: 'auto', chip: 'pinctrl-bcm2711', line: 17, activeLow: false } as const;

/** For what must not be called. */
function refuse(what: unknown): never {
  throw new Error(`unexpected: ${JSON.stringify(what)}`);
}

async function refusal(open: Promise<unknown>): Promise<DriverError> {
  const error = await open.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DriverError)) throw new Error(`not refused as it should be: ${error}`);
  return error;
}

describe('drivers by their config', () => {
  it('opens simulated readers and inputs, which a hand can move', async () => {
    const seen: string[] = [];
    const reader = await drivers.open({ ...base, driver: 'simulated' });
    reader.open({
      presented: ({ value }) => seen.push(value),
      online: () => seen.push('online'),
      offline: () => seen.push('offline'),
      dropped: () => seen.push('dropped'),
    });
    handOf(reader)?.present({ type: 'card', value: '04A1' });
    const input = await openInput(contact, { driver: 'simulated', debounceMs: 30 }, tools);
    input.open((active) => seen.push(String(active)), refuse);
    inputHandOf(input)?.move(true);
    expect(seen).toEqual(['online', '04A1', 'false', 'true']);
  });

  it('opens a serial reader, which no hand can move', async () => {
    const reader = await drivers.open(serial);
    expect(handOf(reader)).toBeNull();
    await reader.close();
  });

  it('says which driver is not there, where it is named, and what there is', async () => {
    const wiegand = { ...base, driver: 'wiegand', chip: 'c', data0: 1, data1: 2, wiegandFormat: null } as const;
    const reader = await refusal(drivers.open(wiegand));
    expect(reader.code).toBe('driver-unknown');
    expect(reader.message).toMatch(/reader front.*wiegand.*simulated, serial.*pcsc/);
    const format = await refusal(drivers.open({ ...serial, format: 'rdm6300' }));
    expect(format.message).toMatch(/reader front.*rdm6300.*line/);
    const osdp = { driver: 'osdp', reader: 'front' } as const;
    const input = await refusal(openInput(contact, { ...osdp, input: 0, debounceMs: 30 }, tools));
    expect(input.message).toMatch(/contact of door.*osdp.*simulated, gpio/);
    const lock: LockConfig = { ...osdp, ...times, output: 0 };
    expect(() => lockLines([{ id: 'door', lock }])).toThrow(/lock of door.*osdp.*simulated, gpio/);
  });

  it('gives the keeper what a lock hangs on, and nothing else of its config', () => {
    expect(lockLines([{ id: 'door', lock: { ...gpio, ...times } }])).toEqual([
      { accessPoint: 'door', failSafe: false, output: gpio },
    ]);
  });

  it('opens a gpio input, which no hand can move, and tells of a chip that is not there', async () => {
    const input = await openInput(contact, { ...gpio, chip: 'no-such-chip', debounceMs: 30 }, tools);
    expect(inputHandOf(input)).toBeNull();
    const faults: unknown[] = [];
    input.open(refuse, (fault) => faults.push(fault?.code));
    tools.clock.advance(60_000);
    await input.close();
    expect(faults).toEqual(['chip-missing']);
  });
});
