// Situations that are rare by chance and decide whether several controllers of a site are right together: they are staged, each from
// its seed, among all else that happens. Controllers are cut off from each other; somebody checks in at two of them, stays over the
// cut-off and leaves by either door, or is inside while a clock is wrong; two people of a team spend one pass.

import type { Space } from '../../../access/model.ts';
import { businessDayAt } from '../../../access/time/business-day.ts';
import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { ControllerNode } from './controller.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Members, Person } from './members.ts';
import type { Met } from './met.ts';
import type { SimNetwork } from './network.ts';
import type { People } from './people.ts';
import type { SimSpace } from './site.ts';

export interface ScenesParts {
  readonly clock: VirtualClock;
  readonly dice: Dice;
  readonly history: History;
  readonly network: SimNetwork;
  readonly members: Members;
  readonly nodes: readonly ControllerNode[];
  readonly spaces: readonly SimSpace[];
  readonly people: People;
  readonly met: Met;
}

type Pair = readonly [ControllerNode, ControllerNode];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export class Scenes {
  readonly #parts: ScenesParts;
  #over = false;

  constructor(parts: ScenesParts) {
    this.#parts = parts;
  }

  /** Of the day that begins now. */
  plan(): void {
    const { dice, spaces } = this.#parts;
    for (const space of spaces) if (dice.chance(0.8)) this.#beforeCutOff(space);
    for (let n = dice.between(2, 4); n > 0; n--) {
      this.#at(dice.between(7 * hourMs, 20 * hourMs), () => {
        const scene = dice.weighed({ twice: 3, team: 3, clock: 3 });
        if (scene === 'twice') this.#twice(dice.pick(this.#parts.members.people));
        else if (scene === 'team') this.#team();
        else this.#wrongClock();
      });
    }
  }

  /** All is well from here on. */
  stop(): void {
    this.#over = true;
  }

  /** The same person at two controllers that do not know of each other. */
  #twice(person: Person): void {
    const pair = this.#pair(null);
    if (pair === null) return;
    const { dice } = this.#parts;
    const [first, second] = pair;
    this.#apart('twice', pair, dice.between(20, 120) * minuteMs);
    const afterMs = dice.between(15_000, 15 * minuteMs);
    this.#at(minuteMs, () => {
      const entered = this.#tap(first, person, 'in');
      this.#at(afterMs, () => {
        const again = this.#tap(second, person, 'in');
        if (entered && again && this.#areApart(pair)) this.#parts.met.count('checked in twice, cut off');
      });
    });
    this.#leave(dice.chance(0.5) ? first : second, person, afterMs + dice.between(2, 90) * minuteMs);
  }

  /** Two people of a team, each at a door that does not know of the other. */
  #team(): void {
    const { dice, members } = this.#parts;
    const ofTeam = members.people.filter(({ team }) => team);
    const pair = this.#pair(null);
    if (pair === null || ofTeam.length < 2) return;
    this.#apart('team', pair, dice.between(20, 90) * minuteMs);
    const one = dice.pick(ofTeam);
    const other = dice.pick(ofTeam.filter((person) => person !== one));
    for (const [person, node] of [[one, pair[0]] as const, [other, pair[1]] as const]) {
      const atMs = dice.between(10_000, 5 * minuteMs);
      this.#at(atMs, () => this.#tap(node, person, 'in'));
      if (dice.chance(0.8)) this.#leave(node, person, atMs + dice.between(5, 200) * minuteMs);
    }
  }

  /** Inside, while the clock of a controller that nobody hears is not right. */
  #wrongClock(): void {
    const pair = this.#pair(null);
    if (pair === null) return;
    const { dice, members, met } = this.#parts;
    const [here, there] = pair;
    const person = dice.pick(members.people);
    const wrong = dice.pick(pair);
    const first = dice.chance(0.5);
    this.#apart('clock', pair, dice.between(40, 150) * minuteMs);
    this.#at(minuteMs, () => this.#disturb(wrong));
    // Before its clock is wrong, or while it is.
    this.#at(first ? 30_000 : dice.between(12, 20) * minuteMs, () => {
      const entered = this.#tap(here, person, 'in');
      if (entered) met.count('clock disturbed inside, cut off');
    });
    this.#leave(dice.chance(0.5) ? here : there, person, dice.between(22, 100) * minuteMs);
  }

  #disturb(node: ControllerNode): void {
    const { dice, history } = this.#parts;
    const rightAfterMs = dice.between(15, 130) * minuteMs;
    history.note(`the clock of ${node.id} is wrong`);
    if (dice.chance(0.5)) {
      const wallMs = node.time.now().wallMs;
      node.stop(() =>
        this.#at(dice.between(20_000, 5 * minuteMs), () => {
          node.time.reboot(dice.uuid(), dice.chance(0.4) ? 60_000 : wallMs);
          node.start();
        }),
      );
    } else {
      node.time.lose();
      node.time.step(dice.between(-50, 50) * minuteMs);
    }
    this.#at(rightAfterMs, () => node.time.synchronise());
  }

  /** Some come before the cut-off of a space, and leave behind it by either door, or by both. */
  #beforeCutOff(space: SimSpace): void {
    const { clock, dice, members } = this.#parts;
    const nowMs = clock.now().wallMs;
    const endMs = businessDayAt(space as unknown as Space, nowMs).endMs - nowMs;
    if (endMs < 2 * hourMs || endMs > dayMs - hourMs) return;
    const pair = this.#pair(space.id);
    if (pair === null) return;
    const cutMs = endMs - dice.between(2, 90) * minuteMs;
    const mendMs = endMs + dice.between(-1, 50) * minuteMs;
    this.#at(cutMs, () => this.#apart('cut-off', pair, mendMs - cutMs));
    for (let n = dice.between(1, 3); n > 0; n--) {
      const person = dice.pick(members.people);
      this.#at(endMs - dice.between(1, 110) * minuteMs, () => this.#stayOver(person, pair, endMs + nowMs));
    }
  }

  #stayOver(person: Person, pair: Pair, endMs: number): void {
    const { clock, dice, met } = this.#parts;
    const [here, there] = dice.chance(0.5) ? pair : ([pair[1], pair[0]] as const);
    if (!this.#tap(here, person, 'in')) return;
    const leftMs = endMs - clock.now().wallMs;
    this.#at(leftMs - 1_000, () => {
      if (this.#areApart(pair)) met.count('stayed over the cut-off, cut off');
    });
    const first = dice.chance(0.5) ? here : there;
    const awayMs = leftMs + dice.between(1, 55) * minuteMs;
    this.#at(awayMs, () => {
      if (this.#tap(first, person, 'out') && first !== here) met.count('left by another door after it');
    });
    if (dice.chance(0.35))
      this.#leave(first === here ? there : here, person, awayMs + dice.between(0, 5) * minuteMs + 20_000);
    else if (dice.chance(0.3)) this.#at(awayMs + 3 * minuteMs, () => this.#tap(dice.pick(pair), person, 'in'));
  }

  /** Two controllers with a door of that space, or of any. */
  #pair(space: string | null): Pair | null {
    const { dice, nodes } = this.#parts;
    const fit = nodes.filter(({ spec }) => space === null || spec.doors.some((door) => door.space === space));
    const [one, other] = [dice.pick(nodes), dice.pick(nodes)];
    const [first = one, second = other] = fit.length < 2 ? [] : [dice.pick(fit), dice.pick(fit)];
    return first === second ? null : [first, second];
  }

  #apart(scene: string, pair: Pair, forMs: number): void {
    const { history, network } = this.#parts;
    history.note(`scene ${scene}: ${pair[0].id} and ${pair[1].id} are cut off for ${forMs} ms`);
    for (const { id } of pair) network.cut(id);
    this.#at(Math.max(forMs, minuteMs), () => {
      for (const { id } of pair) network.mend(id);
    });
  }

  #areApart(pair: Pair): boolean {
    return pair.some(({ id }) => this.#parts.network.isCut(id));
  }

  #leave(node: ControllerNode, person: Person, afterMs: number): void {
    this.#at(afterMs, () => this.#tap(node, person, 'out'));
  }

  #tap(node: ControllerNode, person: Person, way: 'in' | 'out'): boolean {
    return this.#parts.people.tapAt(node, person.credential, way) === true;
  }

  #at(afterMs: number, act: () => void): void {
    this.#parts.clock.after('scene', Math.max(afterMs, 0), () => {
      if (!this.#over) act();
    });
  }
}
