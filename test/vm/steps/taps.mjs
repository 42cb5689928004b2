// A card on the serial port and a card on pcscd's reader open the lock, and the office hears of both.

import { checkins, until } from '../guest.mjs';
import { same } from '../report.mjs';
import { putCard } from '../rig/card.mjs';
import { members } from '../site.mjs';

const [ana, ben] = members;

export async function taps({ machine, report }) {
  report.section('a tap on the serial port, a tap through pcscd');
  await report.check('both readers are online, and the office’s state is there', async () => {
    const online = `jq -e '.revision != null and (.readers | all(.online))' > /dev/null`;
    await until(machine, 'all readers online, a revision', `cardea status --json | ${online}`);
    return await machine.sh('cardea status');
  });
  await report.check('a line on the tty opens the lock, which falls again', () =>
    opens(machine, () => machine.reader.send(`${ana.card}\r\n`)),
  );
  await report.check('a card on the virtual reader opens the lock, which falls again', async () => {
    let remove = () => {};
    try {
      return await opens(machine, async () => {
        remove = await putCard(machine.cardPort, ben.card);
      });
    } finally {
      remove();
    }
  });
  await report.check('the office lists both check-ins, once each', async () => {
    const visits = await checkins(machine, [ana.id, ben.id]);
    same(visits.map(({ customer }) => customer).sort(), [ana.id, ben.id], 'customers');
    return visits.map(({ customer, from }) => `${customer} at ${from}`).join(', ');
  });
}

/** One release, as the lock itself tells it: its records, in words. */
async function opens(machine, tap) {
  const { lock } = machine;
  const before = lock.lines.length;
  await tap();
  const place = await lock.line(/"unlocked"/, before);
  const end = await lock.line(/"locked"/, place);
  return [lock.lines[place], lock.lines[end]]
    .map((line) => JSON.parse(line))
    .map(({ state, at }) => `${state} ${at}`)
    .join(', ');
}
