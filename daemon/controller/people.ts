// Commands about a customer: let in who asked in an app, checked in or out by hand. The rules decide as at a tap; the record of
// the command stands before what follows from it.

import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import type { Command } from '../../access/command/command.ts';
import type { CommandOutcome, CommandReason } from '../../access/command/outcome.ts';
import { approachByHand, checkInByHand, checkOutByHand, withoutDoor } from '../../access/entry/by-hand.ts';
import { decideAsked } from '../../access/entry/decide.ts';
import type { Approach, Ruling } from '../../access/entry/tap.ts';
import { answerUntrusted } from '../../access/entry/untrusted.ts';
import type { EventDraft } from '../../access/event.ts';
import type { Facts } from '../../access/facts.ts';
import { messageOf } from '../../db/error.ts';
import type { AccessPoints } from './access-points.ts';
import type { Answer } from './answer.ts';
import { atDoor, newVisitId } from './approach.ts';
import type { CommandBook } from './command-book.ts';
import { commandRecord, type Given } from './commands.ts';
import type { Door } from './door.ts';
import type { Due } from './due.ts';
import type { Ledger } from './ledger.ts';
import type { ControllerParts, TapResult } from './port.ts';
import type { Timekeeper } from './timekeeper.ts';

/** What is written beside a decision: before its records, and with its changes. */
export interface Beside {
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
}

/** What every command is carried out with. */
export interface CommandParts {
  /** As they are now: a new config takes the place of the one before. */
  readonly parts: () => ControllerParts;
  readonly doors: AccessPoints;
  readonly ledger: Ledger;
  readonly time: Timekeeper;
  readonly due: Due;
  readonly book: CommandBook;
  readonly factsAt: (at: Moment) => Facts;
}

export interface PeopleParts extends CommandParts {
  /** Writes, then opens, as for a tap. @param shut what is written where the disk fails, and the door then stays shut. */
  readonly carryOut: (door: Door, answer: Answer, at: Moment, beside: Beside, shut: Beside) => TapResult;
}

type Admit = Extract<Command, { type: 'admit' }>;
type ByHand = Extract<Command, { type: 'checkin' | 'checkout' }>;

export class People {
  readonly #parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  admit(given: Given<Admit>, from: Moment): CommandOutcome {
    const { doors, parts, carryOut } = this.#parts;
    const { customer, accessPoint } = given.command;
    const door = doors.get(accessPoint);
    if (door === undefined) return this.#refused(given, 'unknown-access-point', from);
    const at = this.#settled(from);
    door.settleBefore();
    const { random, config } = parts();
    const settings = config.rules;
    const there = this.#guarded(at, (facts) =>
      atDoor(door, at, newVisitId(random, at), facts, settings, doors.interlockedBy(door)),
    );
    if (there === null) return this.#refused(given, 'storage-failed', at);
    const approach: Approach = { ...there, reader: { id: null, direction: 'in' }, credential: null, source: 'app' };
    const ruling = this.#ruled(approach, customer, (asking) => decideAsked(asking, customer));
    if (typeof ruling === 'string') return this.#refused(given, ruling, at);
    // The second of two in a row is another person's: a row of staff taps ends.
    door.otherTapped();
    const reason = ruling.granted ? null : (ruling.reason as CommandReason);
    const place = { accessPoint };
    const outcome = outcomeOf(reason, accessPoint);
    const failed = outcomeOf('storage-failed', accessPoint);
    const beside = this.#beside(given, outcome, at, place);
    const shut = this.#beside(given, failed, at, place);
    const result = carryOut(door, ruling, at, beside, shut);
    const held = ruling.granted && !result.granted;
    this.#parts.book.take((held ? shut : beside).changes);
    return held ? failed : outcome;
  }

  byHand(given: Given<ByHand>, from: Moment): CommandOutcome {
    const { parts } = this.#parts;
    const { customer, space, type } = given.command;
    const { config, random } = parts();
    if (!config.accessPoints.some((one) => one.space === space)) return this.#refused(given, 'unknown-space', from);
    const at = this.#settled(from);
    const settings = config.rules;
    const approach = this.#guarded(at, (facts) =>
      approachByHand({ at, id: newVisitId(random, at), facts, settings, space }),
    );
    if (approach === null) return this.#refused(given, 'storage-failed', at);
    if (!approach.facts.site.spaces.has(space)) return this.#refused(given, 'unknown-space', at);
    const rule = type === 'checkin' ? checkInByHand : checkOutByHand;
    const ruling = this.#ruled(approach, customer, (asking) => rule(asking, customer));
    if (typeof ruling === 'string') return this.#refused(given, ruling, at);
    const { drafts, changes } = withoutDoor(ruling);
    if (!ruling.granted) return this.#refused(given, ruling.reason as CommandReason, at, { drafts, changes });
    const reason = ruling.reason === 're-entry' ? ruling.reason : null;
    return this.#done(given, { outcome: 'done', reason, taken: [], refused: [] }, at, { drafts, changes });
  }

  /** What has fallen due is never behind what is decided now. */
  #settled(from: Moment): Moment {
    const { due, time } = this.#parts;
    return due.settleBefore(from) ? time.now() : from;
  }

  /** null: the facts cannot be read. */
  #guarded<Value>(at: Moment, ask: (facts: Facts) => Value): Value | null {
    try {
      return ask(this.#parts.factsAt(at));
    } catch (error) {
      this.#parts.parts().log('error', `no decision on a command: ${messageOf(error)}`);
      return null;
    }
  }

  /** As at a tap: under a clock that cannot be believed, the answer must hold whatever the time is. */
  #ruled(
    approach: Approach,
    customer: string,
    rule: (asking: Approach) => Ruling | CommandReason | undefined,
  ): Ruling | CommandReason {
    const { time, parts } = this.#parts;
    try {
      const least = { ...approach, at: { ...approach.at, wallMs: time.leastMs(approach.at) } };
      const first = rule(least) ?? 'unknown-customer';
      if (typeof first === 'string' || approach.at.synchronised) return first;
      const decide = (asking: Approach): Ruling => {
        const ruling = rule(asking);
        if (ruling === undefined || typeof ruling === 'string')
          throw new TypeError('who is known at one instant is known');
        return ruling;
      };
      const found = { credential: null, holder: { kind: 'customer', id: customer } } as const;
      return answerUntrusted(approach, { found, decide }, time.leastMs(approach.at), parts().config.rules);
    } catch (error) {
      parts().log('error', `no decision on a command: ${messageOf(error)}`);
      return 'storage-failed';
    }
  }

  #refused(given: Given, reason: CommandReason, at: Moment, beside?: Beside): CommandOutcome {
    return this.#done(given, { outcome: 'refused', reason, taken: [], refused: [] }, at, beside);
  }

  #done(given: Given, outcome: CommandOutcome, at: Moment, { drafts, changes }: Beside = none): CommandOutcome {
    const { ledger, due, book } = this.#parts;
    const command = this.#beside(given, outcome, at);
    ledger.record([...command.drafts, ...drafts], [...changes, ...command.changes], at);
    book.take(command.changes);
    due.changed(changes);
    return outcome;
  }

  #beside(given: Given, outcome: CommandOutcome, at: Moment, place: Partial<EventDraft> = {}): Beside {
    const drafts = [commandRecord(given, outcome, place)];
    return { drafts, changes: this.#parts.book.changesOf(given.order, outcome, at) };
  }
}

const none: Beside = { drafts: [], changes: [] };

function outcomeOf(reason: CommandReason | null, accessPoint: string): CommandOutcome {
  return reason === null
    ? { outcome: 'done', reason, taken: [accessPoint], refused: [] }
    : { outcome: 'refused', reason, taken: [], refused: [accessPoint] };
}
