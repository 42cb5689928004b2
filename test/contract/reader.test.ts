import { seededRandom } from '../../daemon/clock/random.ts';
import { realClock } from '../../daemon/clock/real.ts';
import { SerialReader } from '../../drivers/serial/serial-reader.ts';
import { SimulatedReader } from '../../drivers/simulated/simulated-reader.ts';
import { SerialPair } from '../support/serial-pair.ts';
import { pcscWorld } from './pcsc-world.ts';
import { readerContract } from './reader.contract.ts';

readerContract('the simulated reader', async (plugged) => {
  const reader = new SimulatedReader();
  if (!plugged) reader.unplug();
  return {
    reader,
    read: async (value) => reader.present({ type: 'card', value }),
    disturb: async () => reader.disturb(1),
    unplug: async () => reader.unplug(),
    plug: async () => reader.plug(),
    close: async () => undefined,
  };
});

readerContract('the serial reader, on a pseudo-terminal', async (plugged) => {
  const pair = await (plugged ? SerialPair.plugged() : SerialPair.unplugged());
  const config = {
    id: 'front',
    driver: 'serial',
    format: 'line',
    path: pair.path,
    baudRate: 9600,
    credential: 'card',
    maxLineBytes: 64,
    lineTimeoutMs: 1000,
    accessPoint: 'door',
    direction: 'in',
  } as const;
  return {
    reader: new SerialReader(
      config,
      realClock(() => true),
      seededRandom('contract'),
    ),
    read: (card) => pair.write(`${card}\r\n`),
    disturb: () => pair.write('\u0001\u0002 no card\r\n'),
    unplug: () => pair.unplug(),
    plug: () => pair.plug(),
    close: () => pair.close(),
  };
});

readerContract('the pcsc reader, on a pcscd with virtual readers', pcscWorld);
