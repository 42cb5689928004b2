// A process with a share of the fleet. It does what its parent says, tells each second how it stands, and ends with it.

import { Dice } from '../torture/dice.mjs';
import { Controller } from './controller.mjs';

const tellMs = 1_000;
const plan = JSON.parse(process.argv[2]);
const { folder, url, seed, from, to, tapsPerMinute } = plan;
const dice = new Dice(`${seed} from ${from}`);
const fleet = [];
let tapping = false;

const orders = {
  tap() {
    tapping = true;
    for (const controller of fleet) tapLater(controller);
  },
  rest() {
    tapping = false;
  },
  /** Part of the connections break at once. */
  cut({ part }) {
    for (const controller of fleet) if (dice.chance(part)) controller.cut();
  },
  async end() {
    tapping = false;
    clearInterval(telling);
    await Promise.all(fleet.map((controller) => controller.stop()));
    process.exit(0);
  },
};

function tapLater(controller) {
  setTimeout(() => {
    if (!tapping) return;
    controller.tap();
    tapLater(controller);
  }, controller.nextMs(tapsPerMinute));
}

function tell() {
  const sum = (of) => fleet.reduce((all, controller) => all + of(controller), 0);
  process.send?.({
    events: sum(({ events }) => events),
    pending: sum(({ pending }) => pending),
    online: sum(({ online }) => (online ? 1 : 0)),
    revision: Math.min(...fleet.map(({ revision }) => revision)),
    rss: process.memoryUsage().rss,
  });
}

process.on('disconnect', () => process.exit(1));
process.on('message', (order) => void orders[order.do](order));
for (let index = from; index < to; index++) fleet.push(new Controller({ folder, url, index, seed }));
for (const controller of fleet) controller.start();
const telling = setInterval(tell, tellMs);
tell();
