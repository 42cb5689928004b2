// What goes wrong in a world, and when: weather of the network, cut links, brokers that forget, processes that die anywhere,
// clean restarts, machines that boot without the time, clocks that step.

import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { ControllerNode } from './controller.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { SimNetwork } from './network.ts';
import { type OfficeMachine, officeNode } from './office.ts';

const minuteMs = 60_000;

/** How often each comes, of the whole. */
const weights = {
  cut: 6,
  weather: 5,
  broker: 3,
  crash: 4,
  crashInside: 8,
  restart: 3,
  reboot: 2,
  clockStep: 2,
  thread: 2,
  office: 3,
  officeInside: 4,
  officeRestart: 1,
  officeClock: 1,
};

/** Ports that a process passes before it dies inside: a tap passes some five. */
const stepsInside = 40;

export class Faults {
  count = 0;
  readonly #clock: VirtualClock;
  readonly #dice: Dice;
  readonly #history: History;
  readonly #network: SimNetwork;
  readonly #nodes: readonly ControllerNode[];
  readonly #office: OfficeMachine;
  #over = false;

  constructor(
    clock: VirtualClock,
    dice: Dice,
    history: History,
    network: SimNetwork,
    nodes: readonly ControllerNode[],
    office: OfficeMachine,
  ) {
    this.#clock = clock;
    this.#dice = dice;
    this.#history = history;
    this.#network = network;
    this.#nodes = nodes;
    this.#office = office;
  }

  start(): void {
    this.#clock.after('next fault', this.#dice.between(2, 50) * minuteMs, () => {
      if (this.#over) return;
      this.#happen();
      this.start();
    });
  }

  /** From here on all is well: what is cut is mended, what is down comes up, every clock is right. */
  stop(): void {
    this.#over = true;
    this.#network.calm();
    for (const node of this.#nodes) {
      node.arm(Number.POSITIVE_INFINITY);
      node.time.synchronise();
      node.start();
    }
    this.#office.arm(Number.POSITIVE_INFINITY);
    this.#office.time.synchronise();
    this.#office.start();
  }

  #happen(): void {
    const what = this.#dice.weighed(weights);
    const node = this.#dice.pick(this.#nodes);
    this.count += 1;
    this.#history.note(`fault: ${what} (${node.id})`);
    this.#acts(node)[what]();
  }

  #acts(node: ControllerNode): Readonly<Record<keyof typeof weights, () => void>> {
    const again = (starts: { start(): void }) => (): void => {
      this.#later(this.#dice.between(0, 60_000), () => starts.start());
    };
    return {
      cut: () => this.#cut(this.#dice.chance(0.25) ? officeNode : node.id),
      weather: () => this.#weather(),
      broker: () => this.#broker(),
      crash: () => node.crash(),
      crashInside: () => node.arm(this.#dice.between(1, stepsInside)),
      restart: () => node.stop(again(node)),
      reboot: () => this.#reboot(node),
      clockStep: () => this.#clockStep(node),
      thread: () => node.endThread(),
      office: () => this.#office.crash(),
      officeInside: () => this.#office.arm(this.#dice.between(1, stepsInside)),
      officeRestart: () => this.#office.stop(again(this.#office)),
      officeClock: () => this.#office.time.step(this.#dice.between(-90_000, 90_000)),
    };
  }

  #cut(node: string): void {
    this.#network.cut(node);
    const longMs = this.#dice.chance(0.2) ? this.#dice.between(60, 600) : this.#dice.between(0, 30);
    this.#later(longMs * minuteMs + 2_000, () => this.#network.mend(node));
  }

  #weather(): void {
    const { weather } = this.#network;
    weather.lose = this.#dice.chance(0.7) ? this.#dice.next() * 0.4 : 0;
    weather.double = this.#dice.chance(0.5) ? this.#dice.next() * 0.5 : 0;
    weather.jitterMs = this.#dice.chance(0.5) ? this.#dice.between(10, 20_000) : 0;
    this.#later(this.#dice.between(1, 90) * minuteMs, () =>
      Object.assign(weather, { lose: 0, double: 0, jitterMs: 0 }),
    );
  }

  #broker(): void {
    this.#network.stopBroker(this.#dice.chance(0.7));
    this.#later(this.#dice.between(1_000, 20 * minuteMs), () => this.#network.startBroker());
  }

  #reboot(node: ControllerNode): void {
    const wallMs = node.time.now().wallMs;
    const boots = (): void => {
      node.time.reboot(this.#dice.uuid(), this.#dice.chance(0.5) ? 60_000 : wallMs);
      node.start();
      this.#later(this.#dice.between(1, 120) * minuteMs, () => node.time.synchronise());
    };
    node.stop(() => this.#later(this.#dice.between(20_000, 10 * minuteMs), boots));
  }

  #clockStep(node: ControllerNode): void {
    const byMs = this.#dice.between(-45, 45) * this.#dice.pick([1_000, minuteMs]);
    if (this.#dice.chance(0.5)) node.time.lose();
    node.time.step(byMs);
    this.#later(this.#dice.between(1, 60) * minuteMs, () => node.time.synchronise());
  }

  #later(afterMs: number, act: () => void): void {
    this.#clock.after('fault ends', afterMs, () => {
      if (!this.#over) act();
    });
  }
}
