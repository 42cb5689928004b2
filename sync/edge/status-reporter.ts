// What the controller says of itself, retained at the broker: at every connection, and on a change at most once a second.

import type { Cancel, Clock } from '../../access/clock.ts';
import { instantText } from '../protocol/fields.ts';
import type { StatusReport } from './ports.ts';

const quietMs = 1_000;

export class StatusReporter {
  readonly #clock: Clock;
  readonly #send: (status: object) => boolean;
  #report: StatusReport | null = null;
  #said: string | null = null;
  #since = '';
  #online = false;
  #cancel: Cancel | null = null;

  /** @param send false where the status could not be handed over: it is then said again. */
  constructor(clock: Clock, send: (status: object) => boolean) {
    this.#clock = clock;
    this.#send = send;
  }

  online(): void {
    this.#online = true;
    this.#since = this.#now();
    this.#said = null;
    this.#say();
  }

  offline(): void {
    this.#online = false;
    this.#cancel?.();
    this.#cancel = null;
  }

  report(report: StatusReport): void {
    this.#report = report;
    if (this.#cancel === null) this.#say();
  }

  /** The last word before a clean end. */
  goodbye(): void {
    if (this.#online) this.#send({ ...this.#report, online: false, since: this.#now(), issuedAt: this.#now() });
    this.offline();
  }

  #say(): void {
    if (!this.#online || this.#report === null) return;
    const status = { online: true, since: this.#since, ...this.#report };
    const text = JSON.stringify(status);
    if (text === this.#said) return;
    if (this.#send({ ...status, issuedAt: this.#now() })) this.#said = text;
    this.#cancel = this.#clock.after('edge status', quietMs, () => {
      this.#cancel = null;
      this.#say();
    });
  }

  #now(): string {
    return instantText(this.#clock.now().wallMs);
  }
}
