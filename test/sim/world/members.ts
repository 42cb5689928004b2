// The people of a site and what they hold, as the replica document that the office is given. It changes as an office changes
// such things, and counts what it heard of use into the passes, as `includes` then says.

import { inOrder, type Union } from '../check/union.ts';
import { Agenda, type Appointment, type Guest } from './agenda.ts';
import type { Dice } from './dice.ts';
import { type SimSite, siteId } from './site.ts';

export interface Person {
  readonly id: string;
  readonly credential: string;
  /** Where they mostly work. */
  readonly space: string;
  /** Has nothing but what the team shares. */
  readonly team: boolean;
}

interface PassRecord {
  readonly id: string;
  readonly timePass: string;
  readonly customer?: string;
  readonly team?: string;
  readonly source: 'sold';
  remainingMinutes: number | null;
  usedOn: string | null;
  usedBy: string | null;
}

interface CredentialRecord {
  readonly id: string;
  readonly type: 'card' | 'qr';
  readonly value: string;
  readonly customer?: string;
  status: 'active' | 'blocked';
}

interface CustomerRecord {
  readonly id: string;
  readonly registeredWith: readonly string[];
  readonly teams: readonly string[];
  disabled: boolean;
}

/** What a pass was made with: what a checker holds all use against. */
export interface Supply {
  /** null: a day pass, one business day. */
  readonly minutes: number | null;
}

interface PlanUsage {
  readonly customer: string;
  readonly day: string;
  readonly minutes: number;
}

const hourMinutes = [60, 180, 600];

const plans = [
  { id: 'flex', limits: { minutesPerWeek: 120, daysPerMonth: 4 } },
  { id: 'few', limits: { daysPerWeek: 1 } },
  { id: 'full', usesTimePasses: false },
  { id: 'short', usesTimePasses: false, limits: { minutesPerWeek: 90, minutesPerMonth: 400 } },
];

export class Members {
  readonly people: Person[] = [];
  readonly strangers: readonly string[];
  readonly staff = 'qr:staff-sam';
  readonly supply = new Map<string, Supply>();
  readonly #dice: Dice;
  readonly #site: SimSite;
  readonly #agenda: Agenda;
  readonly #spaces: readonly string[];
  readonly #passes = new Map<string, PassRecord>();
  readonly #credentials: CredentialRecord[] = [];
  readonly #customers: CustomerRecord[] = [];
  readonly #contracts: object[] = [];
  #planUsage: readonly PlanUsage[] = [];
  #price = 20;
  #revision = 0;
  #made = 0;

  /** @param beganMs when the world begins, UTC milliseconds */
  constructor(dice: Dice, site: SimSite, beganMs: number, days: number) {
    const doors = site.controllers.flatMap((controller) => controller.doors);
    this.#dice = dice;
    this.#site = site;
    this.#spaces = site.spaces.map(({ id }) => id);
    this.#agenda = new Agenda(dice.fork('agenda'), site.spaces, doors);
    this.strangers = ['card:0BADC0DE', 'card:DEADBEEF01', 'qr:nobody'];
    const count = dice.between(10, 25);
    for (let n = 0; n < count; n++) this.#newcomer();
    for (let n = dice.between(1, 3); n > 0; n--) this.#keep({ team: 'lab' }, 'day', null);
    const hosts = this.#customers.map(({ id }) => id);
    this.#agenda.plan(beganMs, days, hosts);
  }

  get guests(): readonly Guest[] {
    return this.#agenda.guests;
  }

  get appointments(): readonly Appointment[] {
    return this.#agenda.appointments;
  }

  isOfTeam(pass: string): boolean {
    return this.#passes.get(pass)?.team !== undefined;
  }

  /** Ids that a replica of the newest revision holds, by its table. */
  ids(): Readonly<Record<'customers' | 'passes' | 'credentials' | 'visitors' | 'bookings', readonly string[]>> {
    const { visitors, bookings } = this.#agenda.document();
    const sorted = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id).sort();
    return {
      customers: sorted(this.#customers),
      passes: [...this.#passes.keys()].sort(),
      credentials: sorted([...this.#credentials, ...this.#agenda.credentials, { id: 'c-sam' }]),
      visitors: sorted(visitors),
      bookings: sorted(bookings),
    };
  }

  /** One thing that an office would change. */
  change(): void {
    const { between, pick } = { between: this.#dice.between.bind(this.#dice), pick: this.#dice.pick.bind(this.#dice) };
    switch (this.#dice.weighed({ block: 3, disable: 1, newcomer: 3, pass: 4, price: 1, agenda: 2 })) {
      case 'block': {
        const credential = pick(this.#credentials);
        credential.status = credential.status === 'active' ? 'blocked' : 'active';
        break;
      }
      case 'disable': {
        const customer = pick(this.#customers);
        customer.disabled = !customer.disabled;
        break;
      }
      case 'newcomer':
        this.#newcomer();
        break;
      case 'pass':
        if (this.#dice.chance(0.3)) this.#keep({ team: 'lab' }, 'day', null);
        else this.#sell(pick(this.#customers).id, between(0, 2));
        break;
      case 'agenda':
        this.#agenda.change();
        break;
      case 'price':
        this.#price = between(15, 25);
        break;
    }
  }

  /** What is used by now, as the records say that the office counts. */
  count({ uses, counted }: Union): void {
    for (const [id, { minutes }] of this.supply) {
      Object.assign(this.#passes.get(id) ?? {}, { usedOn: null, usedBy: null, remainingMinutes: minutes });
    }
    const ordered = [...uses].sort((a, b) => Number(a.office) - Number(b.office) || inOrder(a.place, b.place));
    for (const { pass, customer, businessDay, minutes, oversold } of ordered) {
      const record = this.#passes.get(pass);
      if (record === undefined) continue;
      if (businessDay === null) {
        record.remainingMinutes = Math.max((record.remainingMinutes ?? 0) - minutes + (oversold ?? 0), 0);
      } else if (oversold === undefined && record.usedOn === null) {
        Object.assign(record, { usedOn: businessDay, usedBy: customer });
      }
    }
    const days = new Map<string, PlanUsage>();
    for (const { customer, day, minutes } of counted) {
      const key = `${customer} ${day}`;
      days.set(key, { customer, day, minutes: (days.get(key)?.minutes ?? 0) + minutes });
    }
    this.#planUsage = [...days.values()];
  }

  /** @param includes how far each journal is counted into it. */
  document(includes: readonly { controller: string; epoch: string; through: number }[]): object {
    this.#revision += 1;
    return {
      format: 'cardea-replica/1',
      site: siteId,
      revision: this.#revision,
      spaces: this.#site.spaces.map((space) => ({ ...space, currency: 'EUR' })),
      plans,
      timePasses: [
        { id: 'day', price: `${this.#price}.00`, currency: 'EUR', onSale: true, countsTowardsPlanLimits: true },
        ...hourMinutes.map((minutes) => ({
          id: `m${minutes}`,
          price: `${minutes / 10}.00`,
          currency: 'EUR',
          minutesIncluded: minutes,
          onSale: minutes === 180,
          countsTowardsPlanLimits: minutes !== 60,
        })),
      ],
      customers: this.#customers,
      teams: [{ id: 'lab', sharesPasses: true }],
      contracts: this.#contracts,
      passes: [...this.#passes.values()],
      credentials: [...this.#credentials, ...this.#agenda.credentials, { id: 'c-sam', type: 'qr', value: 'staff-sam' }],
      ...this.#agenda.document(),
      accessRules: this.#site.controllers
        .flatMap(({ doors }) => doors)
        .filter(({ kind }) => kind === 'interior')
        .map(({ id }) => ({ accessPoint: id, allow: { plans: ['full'], timePasses: ['day'] } })),
      planUsage: this.#planUsage,
      staff: [{ id: 'sam', credentials: ['c-sam'] }],
      includes,
    };
  }

  #newcomer(): void {
    const n = ++this.#made;
    const id = `p${n}`;
    const type = this.#dice.chance(0.7) ? 'card' : 'qr';
    const value =
      type === 'card' ? `04${String(n).padStart(2, '0')}${this.#dice.bytes(4).toString('hex')}` : `code-${n}`;
    const kind = this.#dice.weighed({ none: 1, day: 4, minutes: 3, both: 2, team: 4, full: 2, short: 3 });
    const team = kind === 'team';
    const teams = team || this.#dice.chance(0.2) ? ['lab'] : [];
    this.#customers.push({ id, registeredWith: this.#spaces, teams, disabled: false });
    this.#credentials.push({ id: `c-${n}`, type, value: value.toUpperCase(), customer: id, status: 'active' });
    this.people.push({ id, credential: `${type}:${value.toUpperCase()}`, space: this.#dice.pick(this.#spaces), team });
    const plan = kind === 'full' || kind === 'short' ? kind : this.#dice.pick(['flex', 'few', null, null]);
    if (plan !== null) this.#contracts.push({ id: `k-${n}`, customer: id, plan, from: '2026-01-01' });
    if (kind === 'full' || kind === 'short') return;
    if (kind === 'day' || kind === 'both') this.#sell(id, this.#dice.between(1, 4));
    if (kind === 'minutes' || kind === 'both') this.#sellMinutes({ customer: id });
    if (team && this.#dice.chance(0.5)) this.#sellMinutes({ team: 'lab' });
  }

  #sell(customer: string, days: number): void {
    for (let n = 0; n < days; n++) this.#keep({ customer }, 'day', null);
    if (days === 0) this.#sellMinutes({ customer });
  }

  #sellMinutes(holder: { customer: string } | { team: string }): void {
    const minutes = this.#dice.pick(hourMinutes);
    this.#keep(holder, `m${minutes}`, minutes);
  }

  #keep(holder: { customer: string } | { team: string }, timePass: string, minutes: number | null): void {
    const id = `pass-${this.supply.size + 1}`;
    this.supply.set(id, { minutes });
    const state = { remainingMinutes: minutes, usedOn: null, usedBy: null };
    this.#passes.set(id, { id, timePass, ...holder, source: 'sold', ...state });
  }
}
