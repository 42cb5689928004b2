// The pcsc reader's world: a pcscd of its own with virtual readers, the first of which is the reader's device.

import { seededRandom } from '../../daemon/clock/random.ts';
import { realClock } from '../../daemon/clock/real.ts';
import { PcscHub } from '../../drivers/pcsc/hub.ts';
import { PcscReader } from '../../drivers/pcsc/pcsc-reader.ts';
import type { Display, Reader } from '../../drivers/port.ts';
import { eventually } from '../support/eventually.ts';
import { TestPcscd } from '../support/pcscd.ts';
import type { VirtualCard } from '../support/virtual-card.ts';
import type { ReaderWorld } from './reader.contract.ts';

/** The pseudo APDU of a light and a buzzer. */
const lightApdu = 'ff0040';

/** @param name of the device; whether the driver knows its light by it. */
export async function pcscWorld(plugged: boolean, name: string, hasLight: boolean): Promise<ReaderWorld> {
  const pcscd = TestPcscd.stopped();
  await pcscd.start(plugged ? [name] : []);
  const clock = realClock(() => true);
  const hub = new PcscHub(pcscd.socket, clock, seededRandom('contract'));
  const config = { id: 'front', driver: 'pcsc', reader: `${name} 00 00`, feedback: 'auto', ...place } as const;
  // A card that is back is a new tap, however soon: how soon pcscd sees it is no matter of this suite.
  const driver = new PcscReader(config, hub, clock, 0);
  let listening = false;
  const reader: Reader = {
    open: (events) => {
      listening = true;
      driver.open(events);
    },
    close: () => {
      listening = false;
      return driver.close();
    },
    get means() {
      return driver.means;
    },
    show: (display) => driver.show(display),
  };
  let last: Promise<void> = Promise.resolve();
  /** One after the other: there is one hand. */
  const show = (answer: string): Promise<void> => {
    last = last.then(async () => {
      const card = await pcscd.hold(answer);
      await eventually('the card is read', () => !listening || card.commands.length > 0);
      await pcscd.takeAway(card);
    });
    return last;
  };
  let lying: VirtualCard | null = null;
  const ready = async (): Promise<void> => {
    lying = await pcscd.hold('0BADCAFE9000');
    await eventually('the card is read', () => (lying?.commands.length ?? 0) > 0);
  };
  const lastTold = (): string | null => lying?.commands.findLast((command) => command.startsWith(lightApdu)) ?? null;
  return {
    reader,
    read: (card) => show(`${card}9000`),
    // "Function not supported": what a card without a UID answers.
    disturb: () => show('6a81'),
    unplug: async () => {
      await pcscd.kill();
      await pcscd.start([]);
    },
    plug: async () => {
      await pcscd.kill();
      await pcscd.start([name]);
    },
    feedback: hasLight ? { ready, last: lastTold, looksLike } : null,
    close: () => pcscd.close(),
  };
}

const place = { accessPoint: 'door', direction: 'in' } as const;

/** As the manual of the ACR122U has it: state of both lights, times of 100 ms on and off, how often, with or without a beep. */
function looksLike({ kind }: Display): string {
  const apdus: Readonly<Partial<Record<Display['kind'], string>>> = {
    granted: 'ff00400e0401010101',
    'no-pass': 'ff00400d0401010201',
    held: 'ff00405d0401010201',
    idle: 'ff00400c0400000000',
  };
  return apdus[kind] ?? '';
}
