// The `pcsc` reader: the UIDs of ISO 14443 cards, from one device under pcscd. Keeps the reader port's promises
// (../port.ts); the device itself, and all others of the controller, are behind the hub.

import type { Clock, Random } from '../../access/clock.ts';
import type { PcscReaderConfig } from '../../config/types.ts';
import type { DeviceFault, Display, Reader, ReaderEvents, ReaderMeans } from '../port.ts';
import { type DeviceMessage, type HubMember, PcscHub } from './hub.ts';
import { requireNfc } from './installed.ts';
import { isKnown, lightCommand, lightMeans } from './light-command.ts';
import { OneTap } from './one-tap.ts';
import { pcscdSocket } from './socket.ts';

/**
 * What the PC/SC readers of one config share.
 * @param where the reader of the config that wants it; in errors.
 * @throws DriverError `driver-missing` when nfc-pcsc is not installed, with the command that adds it; `driver-load`
 */
export function makePcscHub(where: string, clock: Clock, random: Random): PcscHub {
  requireNfc(where);
  return new PcscHub(pcscdSocket(), clock, random);
}

export type PcscDropReason =
  /** The card lay there when the reader came, or its device was not this reader's then. */
  | 'stale'
  /** The card was lost and found again so soon that it was never taken away. */
  | 'flicker'
  /** It was gone before it could be read. */
  | 'card-missed';

export class PcscReader implements Reader {
  readonly #hub: PcscHub;
  readonly #clock: Clock;
  readonly #config: PcscReaderConfig;
  readonly #oneTap: OneTap;
  #events: ReaderEvents | null = null;
  #member: HubMember | null = null;
  /** The device in use; null while offline. */
  #device: string | null = null;
  #offline = false;
  /** Its device was told something that is not over yet; `next` is told then. */
  #telling = false;
  #next: Display | null = null;
  #closed: Promise<void> | null = null;

  /** @param awayMs for how long a card must be away to be a new tap; without it that of one-tap.ts */
  constructor(config: PcscReaderConfig, hub: PcscHub, clock: Clock, awayMs?: number) {
    this.#config = config;
    this.#hub = hub;
    this.#clock = clock;
    this.#oneTap = new OneTap(awayMs);
  }

  open(events: ReaderEvents): void {
    if (this.#closed !== null || this.#events !== null) return;
    this.#events = events;
    this.#member = {
      id: this.#config.id,
      glob: this.#config.reader,
      use: (name) => this.#use(name, events),
      lose: (fault) => this.#lose(fault, events),
      heard: (message) => this.#heard(message, events),
    };
    this.#hub.join(this.#member);
  }

  close(): Promise<void> {
    this.#closed ??= this.#member === null ? Promise.resolve() : this.#hub.leave(this.#member);
    return this.#closed;
  }

  /** Of the device that it has now. */
  get means(): ReaderMeans | null {
    const { feedback } = this.#config;
    if (this.#device === null || feedback === 'off') return null;
    return feedback === 'on' || isKnown(this.#device) ? lightMeans : null;
  }

  show(display: Display): void {
    if (this.#closed !== null || this.#member === null || this.means === null) return;
    if (this.#telling) {
      this.#next = display;
      return;
    }
    this.#telling = true;
    this.#hub.tell(this.#member, lightCommand(display));
  }

  #told(): void {
    const next = this.#next;
    this.#forgetTold();
    if (next !== null) this.show(next);
  }

  #forgetTold(): void {
    this.#telling = false;
    this.#next = null;
  }

  #use(name: string, events: ReaderEvents): void {
    if (this.#closed !== null || this.#device === name) return;
    this.#device = name;
    this.#forgetTold();
    this.#offline = false;
    this.#oneTap.left(this.#nowMs);
    events.online();
  }

  #lose(fault: DeviceFault, events: ReaderEvents): void {
    this.#device = null;
    this.#forgetTold();
    if (this.#closed !== null || this.#offline) return;
    this.#offline = true;
    events.offline(fault);
  }

  #heard(message: DeviceMessage, events: ReaderEvents): void {
    if (this.#closed !== null) return;
    if (message.type === 'told') this.#told();
    else if (message.type === 'empty') this.#oneTap.left(this.#nowMs);
    else if (message.type === 'missed') this.#drop('card-missed', message.count, events);
    else if ('refused' in message.outcome) events.dropped(message.outcome.refused, 1);
    else {
      const tap = this.#oneTap.came(message.outcome.uid, this.#nowMs);
      if (message.stale) this.#drop('stale', 1, events);
      else if (!tap) this.#drop('flicker', 1, events);
      else events.presented({ type: 'card', value: message.outcome.uid });
    }
  }

  #drop(reason: PcscDropReason, count: number, events: ReaderEvents): void {
    events.dropped(reason, count);
  }

  get #nowMs(): number {
    return this.#clock.now().sinceBootMs;
  }
}
