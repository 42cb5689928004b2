// A command from its arrival to its answer, whoever gives it. One that is an order takes effect at most once: its id is written
// in the transaction of its effect. What it was refused for is for good, so that every answer stays true.

import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import { type Command, type Forgive, freesDoor } from '../../access/command/command.ts';
import { isReordered, type Order, orderFault } from '../../access/command/order.ts';
import type { CommandOutcome, CommandReason } from '../../access/command/outcome.ts';
import { type DoorCommand, isDoorCommand } from '../../access/door/command.ts';
import type { WallTime } from '../../access/door/modes.ts';
import type { DoorTime } from '../../access/door/state.ts';
import type { EventDraft } from '../../access/event.ts';
import { commandRecord, type Given, type PlannedCommand, planCommand, withoutDisk } from './commands.ts';
import type { Door } from './door.ts';
import { forgiven } from './forgiven.ts';
import type { CommandParts, People } from './people.ts';

export interface CommanderParts extends CommandParts {
  readonly people: People;
  readonly doorTime: () => DoorTime;
}

const nothing = { taken: [], refused: [] } as const;

export class Commander {
  readonly #parts: CommanderParts;

  constructor(parts: CommanderParts) {
    this.#parts = parts;
  }

  carryOut(given: Given): CommandOutcome {
    const { time, people } = this.#parts;
    const { command, order } = given;
    const at = time.now();
    if (order !== null) {
      const passed = this.#passed(command, order, at);
      if (passed !== null) return { ...passed, ...nothing, unrecorded: true };
      const refusal = this.#refusal(command, order, at);
      if (refusal !== null) return this.#turnedAway(order, refusal, at, commandRecord(given, refusedFor(refusal)));
    }
    if (isDoorCommand(command)) return this.#commandDoors({ ...given, command }, at);
    switch (command.type) {
      case 'test':
        return this.#test(given, command.accessPoint, at);
      case 'identify':
        return this.#identify(given, command.reader, at);
      case 'checkin':
      case 'checkout':
        return people.byHand({ command, order }, at);
      case 'forgive':
        return this.#forgive({ ...given, command }, at);
      case 'admit':
        if (given.stale === true) return this.#told(given, 'refused', 'stale', at);
        return people.admit({ command, order }, at);
    }
  }

  /** An order that asks for nothing that this version can do: it is refused for good, as any other. */
  refuse(order: Order, said: EventDraft['data'], reason: CommandReason): CommandOutcome {
    const { time, book, parts } = this.#parts;
    const at = time.now();
    const passed = this.#passedOrder(order, at) ?? (book.hasRoom(parts().config.commands.maxKept, at) ? null : full);
    if (passed !== null) return { ...passed, ...nothing, unrecorded: true };
    return this.#turnedAway(order, reason, at, { type: 'command.refused', data: { command: said, reason } });
  }

  /**
   * Refused for what it is, not for what it met: its id is kept, and whoever took it counts it. Only to make room for its id is
   * it recorded.
   */
  #turnedAway(order: Order, reason: CommandReason, at: Moment, draft: EventDraft): CommandOutcome {
    const { book, ledger, parts } = this.#parts;
    const outcome = refusedFor(reason);
    const quiet = book.isBelow(parts().config.commands.maxKept);
    const changes = quiet ? [book.settle(order, outcome)] : book.changesOf(order, outcome, at);
    try {
      ledger.announce(ledger.write(quiet ? [] : [draft], changes, at));
    } catch {
      // While the disk fails memory keeps it, and what has an effect has the room that is kept for what waits to be written.
    }
    book.take(changes);
    return quiet ? { ...outcome, unrecorded: true } : outcome;
  }

  /** Answered without another look, and without a record. */
  #passed(command: Command, order: Order, at: Moment): Passed | null {
    const { book, parts } = this.#parts;
    const { maxKept } = parts().config.commands;
    const passed = this.#passedOrder(order, at);
    if (passed !== null) return passed;
    // One that shuts a door has as much room again.
    const shuts = isDoorCommand(command) && !freesDoor(command, this.#endsShutMode(command));
    return book.hasRoom(shuts ? 2 * maxKept : maxKept, at) ? null : full;
  }

  #passedOrder(order: Order, at: Moment): Passed | null {
    const { book, parts } = this.#parts;
    const before = book.settled(order.id);
    if (before !== undefined) {
      const reason = before.outcome === 'done' ? 'done' : (before.reason as CommandReason | null);
      return { outcome: 'duplicate', reason };
    }
    const fault = orderFault(order, this.#trusted(at), parts().config.commands, book.sinceMs);
    if (fault === 'expired') return { outcome: 'expired', reason: fault };
    return fault === 'life-too-long' ? { outcome: 'refused', reason: fault } : null;
  }

  /** Why it is refused, for good: what could change later must not change the answer. */
  #refusal(command: Command, order: Order, at: Moment): CommandReason | null {
    const { book, parts } = this.#parts;
    const { commands, rules } = parts().config;
    const trusted = this.#trusted(at);
    const fault = orderFault(order, trusted, commands, book.sinceMs);
    if (fault !== null) return fault;
    const clockless = !trusted.known && rules.untrustedClock !== 'allow';
    if (clockless && freesDoor(command, this.#endsShutMode(command))) return 'clock-untrusted';
    return isDoorCommand(command) && this.#isLate(command, order, trusted) ? 'reordered' : null;
  }

  /** Whether each of its doors took a later one. */
  #isLate(command: DoorCommand, { issuedAtMs }: Order, trusted: WallTime): boolean {
    const { book, parts } = this.#parts;
    const doors = this.#named(command);
    const { maxSkewMs } = parts().config.commands;
    const isLate = ({ config: { id } }: Door): boolean =>
      isReordered(issuedAtMs, book.lastIssuedMs(id), trusted, maxSkewMs);
    return doors.length > 0 && doors.every(isLate);
  }

  #trusted(at: Moment): WallTime {
    const { time } = this.#parts;
    return { wallMs: time.leastMs(at), known: time.knownAt(at) };
  }

  /** Whether giving the doors back to their schedules ends a mode that shuts one. */
  #endsShutMode(command: Command): boolean {
    if (!isDoorCommand(command)) return false;
    return this.#named(command).some(
      ({ saved: { settings } }) => settings.lockdown !== null || settings.locked !== null,
    );
  }

  #named({ accessPoint, space }: DoorCommand): readonly Door[] {
    const all = this.#parts.doors.all();
    return all.filter(({ config }) => (accessPoint === undefined ? config.space === space : config.id === accessPoint));
  }

  #commandDoors(given: Given<DoorCommand>, at: Moment): CommandOutcome {
    const { book, due, parts, doorTime } = this.#parts;
    const turn = {
      lastIssuedMs: (id: string) => book.lastIssuedMs(id),
      maxSkewMs: parts().config.commands.maxSkewMs,
      time: this.#trusted(at),
    };
    const planned = planCommand(given, this.#named(given.command), doorTime(), turn);
    for (const { door, plan } of planned.taken) door.secureFirst(plan);
    const done = this.#write(given, planned, at);
    for (const { door, plan } of done.taken) door.take(plan);
    due.arm();
    return done.outcome;
  }

  /** What frees a door is on disk first, unless that door is set to open all the same; what shuts one never waits for it. */
  #write(given: Given<DoorCommand>, planned: PlannedCommand, at: Moment): PlannedCommand {
    const { book, ledger } = this.#parts;
    const kept = (of: PlannedCommand): readonly StateChange[] => {
      const { taken } = of.outcome;
      return [...book.takenAt(taken, given.order, at), ...book.changesOf(given.order, of.outcome, at)];
    };
    try {
      const changes = kept(planned);
      ledger.announce(ledger.write(planned.drafts, [...planned.changes, ...changes], at));
      book.take(changes);
      return planned;
    } catch (error) {
      const rest = withoutDisk(given, planned);
      const changes = kept(rest);
      ledger.keep(rest.drafts, [...rest.changes, ...changes], at, error);
      book.take(changes);
      return rest;
    }
  }

  /**
   * The keeper reads each line back all the time; what it last found is the answer. The line is set anew to what it should be,
   * and nothing moves: a test that let the bolt go would be a release that no rule allowed.
   */
  #test(given: Given, accessPoint: string, at: Moment): CommandOutcome {
    const { doors, parts } = this.#parts;
    const door = doors.get(accessPoint);
    if (door === undefined) return this.#told(given, 'refused', 'unknown-access-point', at);
    door.assert();
    const fault = parts().lineFault?.(accessPoint) ?? null;
    const { lock } = door.status();
    const result = { lock, follows: fault === null, ...(fault === null ? {} : { fault }) };
    return this.#told(given, 'done', fault, at, { accessPoint, data: { result } });
  }

  #identify(given: Given, reader: string, at: Moment): CommandOutcome {
    const { parts } = this.#parts;
    const { config, identify } = parts();
    const found = config.readers.find(({ id }) => id === reader);
    if (found === undefined) return this.#told(given, 'refused', 'unknown-reader', at);
    const shows = identify?.(reader) ?? false;
    const place = { accessPoint: found.accessPoint, reader };
    return shows
      ? this.#told(given, 'done', null, at, place)
      : this.#told(given, 'refused', 'not-supported', at, place);
  }

  #forgive(given: Given<Forgive>, at: Moment): CommandOutcome {
    const { parts, factsAt } = this.#parts;
    const { reason, changes } = forgiven(given.command, parts().config, factsAt(at));
    return this.#told(given, reason === null ? 'done' : 'refused', reason, at, {}, changes);
  }

  /** Of a command that moves no door: recorded, settled and answered. */
  #told(
    given: Given,
    outcome: 'done' | 'refused',
    reason: CommandReason | null,
    at: Moment,
    more: Partial<EventDraft> = {},
    effects: readonly StateChange[] = [],
  ): CommandOutcome {
    const { book, ledger, due } = this.#parts;
    const { accessPoint } = more;
    const doors = accessPoint === undefined ? [] : [accessPoint];
    const told: CommandOutcome =
      outcome === 'done'
        ? { outcome, reason, taken: doors, refused: [] }
        : { outcome, reason, taken: [], refused: doors };
    const changes = book.changesOf(given.order, told, at);
    ledger.record([commandRecord(given, told, more)], [...effects, ...changes], at);
    book.take(changes);
    due.arm();
    return told;
  }
}

type Passed = Pick<CommandOutcome, 'outcome' | 'reason'>;

function refusedFor(reason: CommandReason): CommandOutcome {
  return { outcome: 'refused', reason, ...nothing };
}

const full: Passed = { outcome: 'refused', reason: 'too-many-commands' };
