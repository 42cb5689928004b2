import type { SerialReaderConfig } from '../../config/types.ts';
import { seededRandom } from '../../daemon/clock/random.ts';
import { realClock } from '../../daemon/clock/real.ts';
import { SerialReader } from '../../drivers/serial/serial-reader.ts';
import { SimulatedReader } from '../../drivers/simulated/simulated-reader.ts';
import { SerialPair } from '../support/serial-pair.ts';
import { pcscWorld } from './pcsc-world.ts';
import { type ReaderWorld, readerContract } from './reader.contract.ts';

readerContract('the simulated reader', async (plugged) => {
  const reader = new SimulatedReader();
  if (!plugged) reader.unplug();
  return {
    reader,
    read: async (value) => reader.present({ type: 'card', value }),
    disturb: async () => reader.disturb(1),
    unplug: async () => reader.unplug(),
    plug: async () => reader.plug(),
    feedback: {
      ready: async () => undefined,
      last: () => (reader.shown === null ? null : JSON.stringify(reader.shown)),
      looksLike: (display) => JSON.stringify(display),
    },
    close: async () => undefined,
  };
});

const lines = { granted: 'green\n', 'no-pass': 'red\n', held: 'alarm\n', idle: 'off\n' } as const;

async function serialWorld(plugged: boolean, feedback: SerialReaderConfig['feedback']): Promise<ReaderWorld> {
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
    feedback,
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
    feedback:
      feedback === null
        ? null
        : {
            ready: async () => void pair.heard(),
            last: () => pair.heard().at(-1) ?? null,
            looksLike: ({ kind }) => feedback[kind]?.trimEnd() ?? '',
          },
    close: () => pair.close(),
  };
}

readerContract('the serial reader, on a pseudo-terminal', (plugged) => serialWorld(plugged, null));
readerContract('the serial reader with lines for feedback', (plugged) => serialWorld(plugged, lines));

readerContract('the pcsc reader, on a pcscd with virtual readers', (plugged) =>
  pcscWorld(plugged, 'Virtual PCD', false),
);
readerContract('the pcsc reader with a light that it knows', (plugged) =>
  pcscWorld(plugged, 'ACS ACR122U PICC Interface', true),
);
