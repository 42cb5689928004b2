// Counts what was refused, so that a flood of hostile messages costs one report a minute for each reason, no more memory
// than there are reasons, and no journal.

import type { Cancel, Timers } from '../../access/clock.ts';
import type { JsonObject } from '../../access/event.ts';
import type { Refusal, RefusalKind } from './ports.ts';

const quietMs = 60_000;
const maxDetailChars = 300;
/** Reasons are words of this program, not of a sender; this only holds the promise should one ever slip in. */
const maxReasons = 100;

interface Count {
  count: number;
  detail: string;
  command: JsonObject | undefined;
  cancel: Cancel;
}

export class Refusals {
  readonly #timers: Timers;
  readonly #report: (refusal: Refusal) => void;
  readonly #counts = new Map<string, Count>();

  constructor(timers: Timers, report: (refusal: Refusal) => void) {
    this.#timers = timers;
    this.#report = report;
  }

  /** The first is reported at once; those of the minute after it together, at its end. @param command of `Refusal`. */
  add(kind: RefusalKind, reason: string, detail: string, command?: JsonObject): void {
    const key = `${kind}/${reason}`;
    const short = detail.slice(0, maxDetailChars);
    const counted = this.#counts.get(key);
    if (counted !== undefined) {
      counted.count++;
      counted.detail = short;
      counted.command = command;
      return;
    }
    if (this.#counts.size >= maxReasons) return;
    const fresh: Count = { count: 0, detail: short, command, cancel: () => {} };
    this.#counts.set(key, fresh);
    this.#tell(kind, reason, { ...fresh, count: 1 });
    this.#wait(fresh, kind, reason);
  }

  /** Reports what is still counted, and forgets it. */
  stop(): void {
    for (const [key, counted] of this.#counts) {
      counted.cancel();
      const [kind, reason = ''] = key.split('/') as [RefusalKind, string?];
      if (counted.count > 0) this.#tell(kind, reason, counted);
    }
    this.#counts.clear();
  }

  #tell(kind: RefusalKind, reason: string, { count, detail, command }: Count): void {
    this.#report({ kind, reason, detail, count, ...(command === undefined ? {} : { command }) });
  }

  #wait(counted: Count, kind: RefusalKind, reason: string): void {
    counted.cancel = this.#timers.after(`refused ${kind}/${reason}`, quietMs, () => {
      if (counted.count === 0) {
        this.#counts.delete(`${kind}/${reason}`);
        return;
      }
      this.#tell(kind, reason, counted);
      counted.count = 0;
      this.#wait(counted, kind, reason);
    });
  }
}
