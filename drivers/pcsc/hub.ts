// The PC/SC readers of one controller behind one process: pcscd's names are shared out among them, and each hears what
// happens on its own device only. The process runs while at least one of them is open.

import type { Cancel, Clock, Random } from '../../access/clock.ts';
import type { DeviceFault } from '../port.ts';
import { assign, type Wanted } from './assign.ts';
import { lostFault } from './faults.ts';
import { HostLink } from './host-link.ts';
import { hostProgram } from './host-process.ts';
import type { FromHost } from './messages.ts';

/** pcscd, only just started, finds its readers one after the other: a reader is missed only this long after the first list. */
const settleMs = 1_000;

/** What happens on a device. */
export type DeviceMessage = Extract<FromHost, { type: 'card' | 'empty' | 'missed' | 'told' }>;

/** A reader of the config, open. Both calls may be repeated. */
export interface HubMember extends Wanted {
  /** The device is this one, and what comes from now on is new. */
  use(name: string): void;
  lose(fault: DeviceFault): void;
  heard(message: DeviceMessage): void;
}

export class PcscHub {
  readonly #program = hostProgram();
  readonly #socket: string;
  readonly #clock: Clock;
  readonly #random: Random;
  /** The name is that of the device in use; null: none. */
  readonly #members = new Map<HubMember, string | null>();
  #link: HostLink | null = null;
  #names: readonly string[] = [];
  readonly #watched = new Set<string>();
  /** Why readers ended, by name; forgotten with the next list. */
  readonly #broken = new Map<string, string>();
  #listed = false;
  #settled = false;
  #cancelSettle: Cancel = () => undefined;

  /** @throws DriverError `driver-load` */
  constructor(socket: string, clock: Clock, random: Random) {
    this.#socket = socket;
    this.#clock = clock;
    this.#random = random;
  }

  join(member: HubMember): void {
    this.#members.set(member, null);
    this.#link ??= new HostLink(this.#program, this.#socket, this.#clock, this.#random, {
      message: (message) => this.#receive(message),
      lost: (fault) => this.#lose(fault),
    });
    this.#share();
  }

  /** Settles when nothing of it is left; with the last one goes the process. */
  leave(member: HubMember): Promise<void> {
    if (!this.#members.delete(member) || this.#members.size > 0) return Promise.resolve();
    const link = this.#link;
    this.#link = null;
    this.#forget();
    this.#settled = false;
    this.#cancelSettle();
    return link?.close() ?? Promise.resolve();
  }

  /** A command that its device takes for itself; once it is over the member hears `told`, or that the device is lost. */
  tell(member: HubMember, command: readonly number[]): void {
    const reader = this.#members.get(member) ?? null;
    if (reader !== null) this.#link?.send({ type: 'tell', reader, command });
  }

  #receive(message: FromHost): void {
    switch (message.type) {
      case 'listed':
        this.#list(message.names);
        break;
      case 'watching':
        this.#watched.add(message.reader);
        this.#share();
        break;
      case 'broken':
        this.#broken.set(message.reader, message.detail);
        break;
      case 'card':
      case 'empty':
      case 'missed':
      case 'told':
        for (const [member, name] of [...this.#members]) if (name === message.reader) member.heard(message);
        break;
    }
  }

  #list(names: readonly string[]): void {
    this.#names = names;
    this.#listed = true;
    for (const name of this.#watched) if (!names.includes(name)) this.#watched.delete(name);
    if (!this.#settled) {
      this.#cancelSettle();
      this.#cancelSettle = this.#clock.after('pcsc settle', settleMs, () => {
        this.#settled = true;
        this.#share();
      });
    }
    this.#share();
    this.#broken.clear();
  }

  #share(): void {
    if (!this.#listed) return;
    const members = [...this.#members];
    for (const [index, found] of assign(
      members.map(([member]) => member),
      this.#names,
    ).entries()) {
      const [member, used] = members[index] ?? [];
      if (member === undefined || used === undefined || !this.#members.has(member)) continue;
      if (!('name' in found)) this.#miss(member, used, found);
      else if (used !== null && used !== found.name) this.#miss(member, used, lostFault(used, ''));
      if ('name' in found && this.#watched.has(found.name)) this.#use(member, found.name);
    }
  }

  #use(member: HubMember, name: string): void {
    this.#members.set(member, name);
    member.use(name);
  }

  #miss(member: HubMember, used: string | null, fault: DeviceFault): void {
    if (used === null && !this.#settled && fault.code === 'reader-missing') return;
    this.#members.set(member, null);
    const gone = used !== null && !this.#names.includes(used);
    member.lose(gone ? lostFault(used, this.#broken.get(used) ?? '') : fault);
  }

  #lose(fault: DeviceFault): void {
    this.#forget();
    for (const member of [...this.#members.keys()]) {
      this.#members.set(member, null);
      member.lose(fault);
    }
  }

  #forget(): void {
    this.#names = [];
    this.#listed = false;
    this.#watched.clear();
    this.#broken.clear();
  }
}
