// Power cuts under taps: whoever the door was opened for is in the journal afterwards, and at the office once; the unit comes
// up by itself. The lock's serial port is what the outside saw.

import { checkins, untilReady } from '../guest.mjs';
import { same } from '../report.mjs';
import { members } from '../site.mjs';

const settled = 4;

export async function powerCuts({ machine, report }) {
  const queue = members.slice(2);
  const opened = [];
  await once(queue.splice(0, settled + 1), 'at the moment in which the lock opens', async (card) => {
    const before = machine.lock.lines.length;
    machine.reader.send(`${card}\r\n`);
    await machine.lock.line(/"unlocked"/, before);
    return true;
  });
  await once(queue.splice(0, settled + 1), 'while a card is being read', async (card) => {
    machine.reader.send(`${card}\r\n`);
    return false;
  });

  async function once(people, moment, last) {
    report.section(`a power cut ${moment}`);
    for (const { id, card } of people.slice(0, settled)) {
      await tap(machine, card);
      opened.push(id);
    }
    const { id, card } = people[settled];
    if (await last(card)) opened.push(id);
    await machine.cut();
    report.note(`cut after ${opened.length} taps in all had opened the door`);
    await report.check('it starts again, and the unit is ready by itself', async () => {
      const state = await machine.boot();
      return `${state}, process ${await untilReady(machine)}`;
    });
    await report.check('the journal holds together', () => machine.sh('cardea verify'));
    await report.check('everybody the door opened for is at the office, once', async () => {
      const visits = await checkins(machine, opened);
      const seen = visits.map(({ customer }) => customer).filter((customer) => opened.includes(customer));
      same(seen.sort(), [...opened].sort(), 'customers');
      return `${seen.length} visits`;
    });
  }
}

async function tap({ lock, reader }, card) {
  const before = lock.lines.length;
  reader.send(`${card}\r\n`);
  await lock.line(/"locked"/, await lock.line(/"unlocked"/, before));
}
