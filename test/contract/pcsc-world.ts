// The pcsc reader's world: a pcscd of its own with virtual readers, the first of which is the reader's device.

import { seededRandom } from '../../daemon/clock/random.ts';
import { realClock } from '../../daemon/clock/real.ts';
import { PcscHub } from '../../drivers/pcsc/hub.ts';
import { PcscReader } from '../../drivers/pcsc/pcsc-reader.ts';
import type { Reader } from '../../drivers/port.ts';
import { eventually } from '../support/eventually.ts';
import { TestPcscd } from '../support/pcscd.ts';
import type { ReaderWorld } from './reader.contract.ts';

export async function pcscWorld(plugged: boolean): Promise<ReaderWorld> {
  const pcscd = TestPcscd.stopped();
  await pcscd.start(plugged ? undefined : []);
  const clock = realClock(() => true);
  const hub = new PcscHub(pcscd.socket, clock, seededRandom('contract'));
  const config = { id: 'front', driver: 'pcsc', reader: '*PCD 00 00', accessPoint: 'door', direction: 'in' } as const;
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
      await pcscd.start();
    },
    close: () => pcscd.close(),
  };
}
