// What is agreed for certain hours at a site: visitors who are expected, rooms that are booked. As the replica document has it; it
// changes as an office changes such things.

import type { Dice } from './dice.ts';
import type { SimDoor, SimSpace } from './site.ts';

export interface Guest {
  readonly id: string;
  readonly credential: string;
  readonly space: string;
  /** UTC milliseconds. */
  readonly expectedMs: number;
}

/** Whoever booked comes to that door. */
export interface Appointment {
  readonly customer: string;
  readonly accessPoint: string;
  /** UTC milliseconds. */
  readonly fromMs: number;
}

interface VisitorRecord {
  readonly id: string;
  readonly host: string;
  readonly space: string;
  readonly expected: string;
  approval: 'not-required' | 'approved' | 'held' | 'rejected';
  readonly credential: string;
}

interface BookingRecord {
  readonly id: string;
  readonly resource: string;
  readonly customer: string;
  readonly from: string;
  readonly to: string;
  status: 'confirmed' | 'cancelled';
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export class Agenda {
  readonly guests: Guest[] = [];
  readonly appointments: Appointment[] = [];
  readonly #dice: Dice;
  readonly #spaces: readonly SimSpace[];
  readonly #doors: readonly SimDoor[];
  readonly #visitors: VisitorRecord[] = [];
  readonly #bookings: BookingRecord[] = [];

  constructor(dice: Dice, spaces: readonly SimSpace[], doors: readonly SimDoor[]) {
    this.#dice = dice;
    this.#spaces = spaces;
    this.#doors = doors;
  }

  /** @param hosts ids of customers */
  plan(beganMs: number, days: number, hosts: readonly string[]): void {
    const dice = this.#dice;
    for (let day = 0; day < days; day++) {
      for (let n = dice.between(1, 3); n > 0; n--) this.#invite(beganMs + day * dayMs, dice.pick(hosts));
      for (let n = dice.between(2, 5); n > 0; n--) this.#book(beganMs + day * dayMs, dice.pick(hosts));
    }
  }

  /** One thing that an office would change. */
  change(): void {
    const visitor = this.#dice.pick(this.#visitors);
    const booking = this.#dice.pick(this.#bookings);
    if (this.#dice.chance(0.5)) visitor.approval = this.#dice.pick(['approved', 'approved', 'held', 'rejected']);
    else booking.status = booking.status === 'confirmed' ? 'cancelled' : 'confirmed';
  }

  get credentials(): readonly { readonly id: string; readonly type: 'qr'; readonly value: string }[] {
    return this.guests.map(({ id }) => ({ id: `c-${id}`, type: 'qr', value: id }));
  }

  /** Its part of the replica document. */
  document(): Readonly<Record<'resources' | 'bookings' | 'visitors', readonly { readonly id: string }[]>> {
    return {
      resources: this.#doors.map(({ id }) => ({ id: `at-${id}`, accessPoints: [id] })),
      bookings: this.#bookings,
      visitors: this.#visitors,
    };
  }

  #invite(dayBeganMs: number, host: string): void {
    const id = `guest-${this.guests.length + 1}`;
    const space = this.#dice.pick(this.#spaces).id;
    const expectedMs = dayBeganMs + this.#dice.between(7 * hourMs, 19 * hourMs);
    this.guests.push({ id, credential: `qr:${id}`, space, expectedMs });
    const approval = this.#dice.pick(['not-required', 'approved', 'approved', 'held'] as const);
    const expected = new Date(expectedMs).toISOString();
    this.#visitors.push({ id, host, space, expected, approval, credential: `c-${id}` });
  }

  #book(dayBeganMs: number, customer: string): void {
    const fromMs = dayBeganMs + this.#dice.between(6 * hourMs, 16 * hourMs);
    const accessPoint = this.#dice.pick(this.#doors).id;
    this.appointments.push({ customer, accessPoint, fromMs });
    this.#bookings.push({
      id: `booking-${this.#bookings.length + 1}`,
      resource: `at-${accessPoint}`,
      customer,
      from: new Date(fromMs).toISOString(),
      to: new Date(fromMs + this.#dice.between(1, 6) * hourMs).toISOString(),
      status: 'confirmed',
    });
  }
}
