// Which orders are settled, and when the last command that each door took was issued. The journal holds both in the transaction
// of the command's effect; what a failing disk did not take is in memory all the same. Bounded: an id goes once its order has
// surely expired, and when too many have not, no order is let in that frees a door.

import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import type { Order } from '../../access/command/order.ts';
import type { CommandOutcome, SettledCommand } from '../../access/command/outcome.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { Timekeeper } from './timekeeper.ts';

/** An order that comes again this soon after its expiry is still answered with what became of it. */
const graceMs = 3_600_000;
const beginKey = 'commandsSince';

export class CommandBook {
  readonly #time: Timekeeper;
  readonly #settled: Map<string, SettledCommand>;
  readonly #issuedMs: Map<string, number>;
  /** What was carried out before is not known here, UTC milliseconds; null: it is. */
  readonly sinceMs: number | null;

  /** @throws DbError where the journal cannot be read, `too-large` never */
  constructor(journal: Journal, time: Timekeeper) {
    this.#time = time;
    const { settled, issuedMs } = journal.settledCommands();
    this.#settled = new Map(settled.map((one) => [one.id, one]));
    this.#issuedMs = new Map(issuedMs);
    // A new journal, or one that a restore began, lacks what was carried out after the backup or before the damage.
    if (journal.head.seq === 0) journal.set(beginKey, time.leastMs(time.now()));
    const since = journal.get(beginKey);
    this.sinceMs = typeof since === 'number' ? since : null;
  }

  settled(id: string): SettledCommand | undefined {
    return this.#settled.get(id);
  }

  /** When the last command that this door took was issued, UTC milliseconds. */
  lastIssuedMs(accessPoint: string): number | undefined {
    return this.#issuedMs.get(accessPoint);
  }

  hasRoom(maxKept: number, at: Moment): boolean {
    return this.#settled.size < maxKept || this.#forgettable(at) !== null;
  }

  /** Whether one more can be kept before any is forgotten. */
  isBelow(maxKept: number): boolean {
    return this.#settled.size < maxKept;
  }

  /** What the journal is to keep of a command, in the transaction of its effect and of a record. */
  changesOf(order: Order | null, outcome: CommandOutcome, at: Moment): StateChange[] {
    if (order === null) return [];
    const beforeMs = this.#forgettable(at);
    const forget: StateChange[] = beforeMs === null ? [] : [{ do: 'forget-commands', beforeMs }];
    return [...forget, this.settle(order, outcome)];
  }

  settle(order: Order, { outcome, reason }: CommandOutcome): StateChange {
    const kept = outcome === 'done' ? outcome : 'refused';
    const settled: SettledCommand = { id: order.id, outcome: kept, reason, expiresMs: order.expiresAtMs };
    return { do: 'settle-command', settled };
  }

  /** These doors took a command: an order that was issued before is out of turn there. */
  takenAt(accessPoints: readonly string[], order: Order | null, at: Moment): StateChange[] {
    const issuedMs = order?.issuedAtMs ?? this.#time.leastMs(at);
    return accessPoints.map((accessPoint) => ({ do: 'commanded', accessPoint, issuedMs }));
  }

  /** The same in memory: on the disk, or kept until the disk takes it. */
  take(changes: readonly StateChange[]): void {
    for (const change of changes) {
      if (change.do === 'commanded') this.#issuedMs.set(change.accessPoint, change.issuedMs);
      else if (change.do === 'settle-command') this.#settled.set(change.settled.id, change.settled);
      else if (change.do === 'forget-commands') this.#forget(change.beforeMs);
    }
  }

  /**
   * Before when an order must have expired to be surely over; null: nothing is. Only a synchronised clock whose jumps have
   * settled says so, in a transaction that makes a record under it: no later start can take the time for less.
   */
  #forgettable(at: Moment): number | null {
    if (!at.synchronised) return null;
    const beforeMs = Math.min(this.#time.leastMs(at), this.#time.dueMs(at)) - graceMs;
    for (const { expiresMs } of this.#settled.values()) if (expiresMs < beforeMs) return beforeMs;
    return null;
  }

  #forget(beforeMs: number): void {
    for (const { id, expiresMs } of this.#settled.values()) if (expiresMs < beforeMs) this.#settled.delete(id);
  }
}
