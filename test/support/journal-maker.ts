// A controller's journal, made without any of our code: its own canonical JSON (RFC 8785), its own hashes, its own chain
// (interfaces.md section 5). What the office says of journals is held against this.

import { createHash } from 'node:crypto';

export interface MadeEvent {
  readonly id: string;
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly clock: { readonly boot: string; readonly sinceBootMs: number; readonly synchronised: boolean };
  readonly accessPoint?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly prev: string;
}

export interface MakeOptions {
  readonly id?: string;
  readonly time?: string;
  readonly accessPoint?: string;
}

export const epochOne = '11111111-1111-4111-8111-111111111111';
export const epochTwo = '22222222-2222-4222-8222-222222222222';

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export class JournalMaker {
  readonly events: MadeEvent[] = [];
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
  #prev: string;

  constructor(controller: string, epoch = epochOne, site = 'riverside') {
    this.site = site;
    this.controller = controller;
    this.epoch = epoch;
    this.#prev = sha256(canonical({ format: 'cardea-journal/1', site, controller, epoch }));
  }

  /** Another journal that says the same up to now: what a cloned controller goes on with. */
  clone(): JournalMaker {
    const twin = new JournalMaker(this.controller, this.epoch, this.site);
    twin.events.push(...this.events);
    twin.#prev = this.#prev;
    return twin;
  }

  /** One whose fields are not what an event has, in its place in the chain. */
  addAs(fields: Readonly<Record<string, unknown>>): unknown {
    const event = { ...this.add('door.opened'), ...fields };
    this.#prev = sha256(canonical(event));
    this.events[this.events.length - 1] = event as unknown as MadeEvent;
    return event;
  }

  add(type: string, data: Readonly<Record<string, unknown>> = {}, options: MakeOptions = {}): MadeEvent {
    const seq = this.events.length + 1;
    const event: MadeEvent = {
      id: options.id ?? idOf(`${this.controller}/${this.epoch}/${seq}/${canonical(data)}`),
      site: this.site,
      controller: this.controller,
      epoch: this.epoch,
      seq,
      type,
      time: options.time ?? new Date(Date.UTC(2026, 2, 2, 8, 0, seq)).toISOString(),
      clock: { boot: 'boot-1', sinceBootMs: seq * 1000, synchronised: true },
      ...(options.accessPoint === undefined ? {} : { accessPoint: options.accessPoint }),
      data,
      prev: this.#prev,
    };
    this.#prev = sha256(canonical(event));
    this.events.push(event);
    return event;
  }

  /** The payload of a message with the events from `from` to `to`, both included. */
  batch(from = 1, to = this.events.length): { epoch: string; events: readonly MadeEvent[] } {
    return { epoch: this.epoch, events: this.events.slice(from - 1, to) };
  }
}

/** A UUID that is the same each time. */
function idOf(seed: string): string {
  const hex = sha256(seed);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface MadeVisit {
  readonly visit: string;
  readonly customer?: string;
  readonly space?: string;
}

/** Data of a check-in, with whatever differs. */
export function checkin(
  { visit, customer = 'ana', space = 'riverside' }: MadeVisit,
  over: object = {},
): Record<string, unknown> {
  return { visit, customer, space, source: 'card', pass: 'p1', coverage: 'pass', ...over };
}

export function checkout(
  { visit, customer = 'ana', space = 'riverside' }: MadeVisit,
  from: string,
  to: string,
  over: object = {},
): Record<string, unknown> {
  return {
    visit,
    customer,
    space,
    from,
    to,
    auto: false,
    usage: [{ pass: 'p1', businessDay: '2026-03-02' }],
    uncoveredMinutes: 0,
    invoiced: true,
    review: false,
    ...over,
  };
}

export function charge(
  { visit, customer = 'ana' }: MadeVisit,
  from: string,
  to: string,
  over: object = {},
): Record<string, unknown> {
  return {
    visit,
    customer,
    timePass: 'hour',
    from,
    to,
    amount: '5.00',
    currency: 'EUR',
    taxRate: '19',
    account: 'desks',
    price: 'standard',
    ...over,
  };
}
