// What people do on a day, planned from the seed: they come, go out for lunch and back by another door, leave or forget to,
// tap twice, lend their card, and hold up what nobody knows.

import type { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { Guest } from './agenda.ts';
import type { ControllerNode } from './controller.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Members, Person } from './members.ts';
import type { SimReader } from './site.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Place {
  readonly node: ControllerNode;
  readonly reader: SimReader;
}

export class People {
  taps = 0;
  readonly #clock: VirtualClock;
  readonly #dice: Dice;
  readonly #history: History;
  readonly #members: Members;
  readonly #nodes: readonly ControllerNode[];
  #home = false;

  constructor(clock: VirtualClock, dice: Dice, history: History, members: Members, nodes: readonly ControllerNode[]) {
    this.#clock = clock;
    this.#dice = dice;
    this.#history = history;
    this.#members = members;
    this.#nodes = nodes;
  }

  /** The day that begins now. */
  plan(): void {
    const nowMs = this.#clock.now().wallMs;
    for (const guest of this.#members.guests) {
      const inMs = guest.expectedMs - nowMs;
      if (inMs >= 0 && inMs < 24 * hourMs) this.#planGuest(guest, inMs);
    }
    for (const { customer, accessPoint, fromMs } of this.#members.appointments) {
      const inMs = fromMs - nowMs + this.#dice.between(-8, 20) * minuteMs;
      const person = this.#members.people.find(({ id }) => id === customer);
      if (person !== undefined && inMs >= 0 && inMs < 24 * hourMs) this.#planAppointment(person, accessPoint, inMs);
    }
    for (const person of this.#members.people) if (this.#dice.chance(0.7)) this.#planPerson(person);
    for (let n = this.#dice.between(2, 8); n > 0; n--) {
      const credential = this.#dice.chance(0.5) ? this.#dice.pick(this.#members.strangers) : this.#members.staff;
      this.#at(this.#dice.between(5 * hourMs, 23 * hourMs), () => this.#tap(credential, 'in', null));
    }
    for (let n = this.#dice.between(1, 6); n > 0; n--) {
      this.#at(this.#dice.between(6 * hourMs, 22 * hourMs), () => this.#pressToLeave());
    }
  }

  /** Nobody comes any more. */
  goHome(): void {
    this.#home = true;
  }

  #planPerson(person: Person): void {
    const dice = this.#dice;
    let atMs = dice.between(6 * hourMs, 12 * hourMs);
    const stays = dice.between(1, 5);
    for (let n = 0; n < stays; n++) {
      const elsewhere = dice.chance(0.1);
      this.#at(atMs, () => this.#tap(person.credential, 'in', elsewhere ? null : person.space));
      if (dice.chance(0.15)) {
        this.#at(atMs + dice.between(1_000, 30_000), () => this.#tap(person.credential, 'in', person.space));
      }
      if (dice.chance(0.05)) this.#lend(person, atMs);
      atMs += dice.between(5 * minuteMs, 4 * hourMs);
      const forgets = dice.chance(n === stays - 1 ? 0.15 : 0.3);
      if (!forgets) this.#at(atMs, () => this.#tap(person.credential, 'out', person.space));
      atMs += dice.between(2 * minuteMs, 90 * minuteMs);
    }
  }

  /** Early, in time or late; often by two doors, and not always out again. */
  #planGuest({ credential, space }: Guest, expectedMs: number): void {
    const dice = this.#dice;
    let atMs = Math.max(expectedMs + dice.between(-40, 90) * minuteMs, minuteMs);
    for (let n = dice.between(1, 3); n > 0; n--) {
      this.#at(atMs, () => this.#tap(credential, 'in', dice.chance(0.1) ? null : space));
      atMs += dice.between(1, 120) * minuteMs;
      if (dice.chance(0.7)) this.#at(atMs, () => this.#tap(credential, 'out', space));
      atMs += dice.between(1, 40) * minuteMs;
    }
  }

  #planAppointment({ credential }: Person, accessPoint: string, inMs: number): void {
    const at = (way: 'in' | 'out'): void => {
      const places = this.#nodes.flatMap((node) => this.#readersOf(node, way, null));
      const place = places.find(({ reader }) => reader.accessPoint === accessPoint);
      if (place !== undefined) this.#present(place.node, place.reader, credential);
    };
    this.#at(inMs, () => at('in'));
    this.#at(inMs + this.#dice.between(5, 90) * minuteMs, () => at('out'));
  }

  /** Somebody else comes with the same card, by whichever door. */
  #lend(person: Person, fromMs: number): void {
    this.#at(fromMs + this.#dice.between(10_000, 20 * minuteMs), () => this.#tap(person.credential, 'in', null));
  }

  #tap(credential: string, way: 'in' | 'out', space: string | null): void {
    const places = this.#nodes.flatMap((node) => this.#readersOf(node, way, space));
    if (places.length === 0) return;
    const { node, reader } = this.#dice.pick(places);
    this.#present(node, reader, credential);
  }

  /** At an entrance of that controller. @returns whether it opened; null: nobody read it */
  tapAt(node: ControllerNode, credential: string, way: 'in' | 'out'): boolean | null {
    const entrances = node.spec.doors.filter(({ kind }) => kind === 'entrance').map(({ id }) => id);
    const places = this.#readersOf(node, way, null).filter(({ reader }) => entrances.includes(reader.accessPoint));
    return places.length === 0 ? null : this.#present(node, this.#dice.pick(places).reader, credential);
  }

  #present(node: ControllerNode, reader: SimReader, credential: string): boolean | null {
    this.#history.note(`${credential} at ${reader.id}`);
    const granted = node.tap(reader.id, credential);
    if (granted !== null) this.taps += 1;
    if (granted === true && this.#dice.chance(0.8)) this.#passThrough(node, reader.accessPoint);
    return granted;
  }

  #readersOf(node: ControllerNode, way: 'in' | 'out', space: string | null): Place[] {
    const { doors, readers } = node.spec;
    const fits = ({ accessPoint, direction }: SimReader): boolean => {
      const door = doors.find(({ id }) => id === accessPoint);
      return (direction === way || direction === 'toggle') && (space === null || door?.space === space);
    };
    return readers.filter(fits).map((reader) => ({ node, reader }));
  }

  #passThrough(node: ControllerNode, accessPoint: string): void {
    const openMs = this.#dice.between(500, 4_000);
    this.#at(openMs, () => node.input(accessPoint, 'contact', true));
    const shutMs = openMs + this.#dice.between(1_000, this.#dice.chance(0.05) ? 120_000 : 8_000);
    this.#at(shutMs, () => node.input(accessPoint, 'contact', false));
  }

  #pressToLeave(): void {
    const node = this.#dice.pick(this.#nodes);
    const { id } = this.#dice.pick(node.spec.doors);
    node.input(id, 'requestToExit', true);
    this.#clock.after('button let go', 700, () => node.input(id, 'requestToExit', false));
    this.#passThrough(node, id);
  }

  #at(afterMs: number, act: () => void): void {
    this.#clock.after('people', afterMs, () => {
      if (!this.#home) act();
    });
  }
}
