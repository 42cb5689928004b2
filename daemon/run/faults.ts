// Which locks and inputs do not work now: in the log and in `cardea status` as it comes and goes, in the journal once when it
// begins and once when it is over. A device that comes and goes all the time fills no journal: what is back within
// `steadyMs` of its end has never been over.

import type { Cancel, Clock } from '../../access/clock.ts';
import type { EventDraft, JsonObject } from '../../access/event.ts';
import type { InputName } from '../../config/types.ts';
import type { DeviceFault } from '../../drivers/port.ts';
import type { Log } from '../log.ts';

export type Part = 'lock' | InputName;

export interface AccessPointFault {
  readonly part: Part;
  readonly code: string;
  /** What is wrong, and what to do. */
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

interface Spell extends AccessPointFault {
  /** null: every lock, for their keeper does not work. */
  readonly accessPoint: string | null;
  /** How often it was said to begin. */
  said: number;
  active: boolean;
  recorded: boolean;
  cancelEnd: Cancel;
}

/** Without a fault for this long, a device works again. */
const steadyMs = 10_000;

export class Faults {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #spells = new Map<string, Spell>();
  #record: ((draft: EventDraft) => void) | null = null;
  #sureOfLocks: () => void = () => {};

  constructor(clock: Clock, log: Log, changed: () => void) {
    this.#clock = clock;
    this.#log = log;
    this.#changed = changed;
  }

  /** From here on they are recorded, first those that began before and are not over. */
  start(record: (draft: EventDraft) => void): void {
    this.#record = record;
    for (const spell of this.#spells.values()) this.#recordBegin(spell);
  }

  /** Nothing is recorded any more; what was over is. */
  stop(): void {
    for (const spell of this.#spells.values()) {
      spell.cancelEnd();
      if (!spell.active) this.#recordEnd(spell);
    }
    this.#record = null;
  }

  /** @param accessPoint null: the keeper of all locks; what it said before of any of them is not sure then. */
  begin(accessPoint: string | null, part: Part, { code, message }: DeviceFault): void {
    const key = keyOf(accessPoint, part);
    const before = this.#spells.get(key);
    if (before?.active !== true) this.#log('error', `${wordsOf(accessPoint, part)}: ${code}: ${message}`);
    before?.cancelEnd();
    const since = before?.since ?? new Date(this.#clock.now().wallMs).toISOString();
    const { said, recorded } = before ?? { said: 0, recorded: false };
    const spell: Spell = {
      ...{ accessPoint, part, code, message, since, recorded },
      said: said + 1,
      active: true,
      cancelEnd: () => {},
    };
    this.#spells.set(key, spell);
    if (accessPoint === null) this.#sureOfLocks = this.doubtLocks();
    this.#recordBegin(spell);
    this.#changed();
  }

  end(accessPoint: string | null, part: Part): void {
    this.#end(this.#spells.get(keyOf(accessPoint, part)));
    if (accessPoint === null) this.#sureOfLocks();
  }

  /** The config names another line now, or none. */
  forget(accessPoint: string, part: Part): void {
    const spell = this.#spells.get(keyOf(accessPoint, part));
    if (spell === undefined) return;
    spell.cancelEnd();
    this.#recordEnd(spell, spell.active ? { reason: 'config' } : {});
    this.#changed();
  }

  /**
   * Another keeper says from now on how the locks are.
   * @returns to be called once it holds them: ends what it has not said anew.
   */
  doubtLocks(): () => void {
    const doubted = [...this.#spells.values()].filter(({ part }) => part === 'lock');
    const said = new Map(doubted.map((spell) => [keyOf(spell.accessPoint, spell.part), spell.said]));
    return () => {
      for (const [key, before] of said) {
        const spell = this.#spells.get(key);
        if (spell?.said === before) this.#end(spell);
      }
    };
  }

  /** Those of an access point now; one of the keeper is every access point's. */
  of(accessPoint: string): AccessPointFault[] {
    const spells = [...this.#spells.values()].filter((spell) => {
      return spell.active && (spell.accessPoint ?? accessPoint) === accessPoint;
    });
    return spells.map(({ part, code, message, since }) => ({ part, code, message, since }));
  }

  #end(spell: Spell | undefined): void {
    if (spell?.active !== true) return;
    spell.active = false;
    const words = spell.part === 'lock' ? 'the lock line follows again' : 'it can be read again';
    this.#log('info', `${wordsOf(spell.accessPoint, spell.part)}: ${words}`);
    spell.cancelEnd = this.#clock.after('fault over', steadyMs, () => this.#recordEnd(spell));
    this.#changed();
  }

  #recordBegin(spell: Spell): void {
    if (spell.recorded || !spell.active || this.#record === null) return;
    spell.recorded = true;
    this.#write(spell, 'fault', { message: spell.message });
  }

  #recordEnd(spell: Spell, more: JsonObject = {}): void {
    this.#spells.delete(keyOf(spell.accessPoint, spell.part));
    if (spell.recorded) this.#write(spell, 'restored', { since: spell.since, ...more });
  }

  #write({ accessPoint, part, code }: Spell, what: 'fault' | 'restored', more: JsonObject): void {
    const where = accessPoint === null ? {} : { accessPoint };
    if (part === 'lock') this.#record?.({ type: `lock.${what}`, ...where, data: { code, ...more } });
    else this.#record?.({ type: `input.${what}`, ...where, data: { input: part, code, ...more } });
  }
}

function keyOf(accessPoint: string | null, part: Part): string {
  return `${part} ${accessPoint ?? ''}`;
}

function wordsOf(accessPoint: string | null, part: Part): string {
  if (part !== 'lock') return `${part} of ${accessPoint}`;
  return accessPoint ?? 'all locks';
}
