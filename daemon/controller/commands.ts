// A command to one door or to all doors of a space, planned: what each door makes of it, what is recorded, and who refused.
// What is recorded of a command stands before what follows from it.

import type { StateChange } from '../../access/change.ts';
import { type Command, commandData } from '../../access/command/command.ts';
import { isReordered, type Order, orderData } from '../../access/command/order.ts';
import type { CommandOutcome, CommandReason } from '../../access/command/outcome.ts';
import { commandFault, type DoorCommand, frees, inputOf } from '../../access/door/command.ts';
import type { WallTime } from '../../access/door/modes.ts';
import type { EventDraft } from '../../access/event.ts';
import type { Door, DoorPlan } from './door.ts';

interface Taken {
  readonly door: Door;
  readonly plan: DoorPlan;
}

interface Refusing {
  readonly door: Door;
  readonly reason: CommandReason;
}

/** A command with what makes it an order; null: it was given here and now. */
export interface Given<Kind extends Command = Command> {
  readonly command: Kind;
  readonly order: Order | null;
  /** It may have waited for long: what would let somebody in by now is refused. Left out: it has not. */
  readonly stale?: boolean;
}

/** What holds of an order's turn. */
export interface Turn {
  lastIssuedMs(accessPoint: string): number | undefined;
  readonly maxSkewMs: number;
  /** The least that the time can be, and whether it is more than that. */
  readonly time: WallTime;
}

export interface PlannedCommand {
  readonly taken: readonly Taken[];
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
  readonly outcome: CommandOutcome;
}

/** @param doors those that it names, none where there is none of that name. */
export function planCommand(
  given: Given<DoorCommand>,
  doors: readonly Door[],
  time: WallTime,
  turn: Turn,
): PlannedCommand {
  const { command } = given;
  const fault = doors.length === 0 ? unknownTarget(command) : commandFault(command, time);
  if (fault !== null) {
    const refusing = doors.map((door): Refusing => ({ door, reason: fault }));
    return settled(given, [], refusing, fault);
  }
  const taken: Taken[] = [];
  const refusing: Refusing[] = [];
  for (const door of doors) {
    const plan = door.plan(inputOf(command, door.config.lock.unlockTimeMs));
    const reason = whyNot(given, door, plan, turn);
    if (reason === null) taken.push({ door, plan });
    else refusing.push({ door, reason });
  }
  return settled(given, taken, refusing, refusing[0]?.reason ?? null);
}

/** Why one door does not take it; what shuts a door is done however old it is. */
function whyNot(
  { command, order, stale }: Given<DoorCommand>,
  door: Door,
  plan: DoorPlan,
  turn: Turn,
): CommandReason | null {
  const late =
    order !== null && isReordered(order.issuedAtMs, turn.lastIssuedMs(door.config.id), turn.time, turn.maxSkewMs);
  if (late) return 'reordered';
  if (plan.refused !== null) return plan.refused;
  return stale === true && (frees(command) || plan.loosens) ? 'stale' : null;
}

/** The same where the disk fails: doors that are set to stay shut then are not freed by what is not on disk. */
export function withoutDisk(given: Given<DoorCommand>, planned: PlannedCommand): PlannedCommand {
  const stays = ({ door, plan }: Taken): boolean =>
    door.config.onStorageFailure === 'deny' && (frees(given.command) || plan.frees);
  const without = planned.taken.filter(stays);
  if (without.length === 0) return planned;
  const refusing = without.map(({ door }): Refusing => ({ door, reason: 'storage-failed' }));
  const refused = [...planned.outcome.refused, ...idsOf(without.map(({ door }) => door))];
  const rest = settled(
    given,
    planned.taken.filter((one) => !stays(one)),
    refusing,
    'storage-failed',
  );
  return { ...rest, outcome: { ...rest.outcome, refused } };
}

function settled(
  given: Given<DoorCommand>,
  taken: readonly Taken[],
  refusing: readonly Refusing[],
  reason: CommandReason | null,
): PlannedCommand {
  const ids = idsOf(taken.map(({ door }) => door));
  const refused = idsOf(refusing.map(({ door }) => door));
  const drafts: EventDraft[] = [];
  if (taken.length > 0) drafts.push(recordOf(given, 'command.applied', ids, {}));
  for (const why of reason === null ? [] : new Set([reason, ...refusing.map((one) => one.reason)])) {
    const doors = refusing.filter((one) => one.reason === why).map(({ door }) => door);
    drafts.push(recordOf(given, 'command.refused', idsOf(doors), { reason: why }));
  }
  drafts.push(...taken.flatMap(({ plan }) => plan.drafts));
  const changes = taken.flatMap(({ plan }) => plan.changes);
  const outcome = taken.length > 0 ? 'done' : 'refused';
  return { taken, drafts, changes, outcome: { outcome, reason, taken: ids, refused } };
}

/** One for a door stands at that door; one for a space names the doors that it is about. */
function recordOf(
  given: Given<DoorCommand>,
  type: 'command.applied' | 'command.refused',
  accessPoints: readonly string[],
  more: EventDraft['data'],
): EventDraft {
  const data = { command: givenData(given), ...more };
  const { accessPoint } = given.command;
  if (accessPoint === undefined) return { type, data: { ...data, accessPoints } };
  return accessPoints.includes(accessPoint) ? { type, accessPoint, data } : { type, data };
}

/** As the records of it say. */
function givenData({ command, order }: Given): EventDraft['data'] {
  return { ...commandData(command), ...(order === null ? {} : orderData(order)) };
}

/** The record of a command that is not one of doors. @param more where it happened, and what else there is to say. */
export function commandRecord(
  given: Given,
  { outcome, reason }: CommandOutcome,
  { data = {}, accessPoint, reader }: Partial<EventDraft> = {},
): EventDraft {
  return {
    type: outcome === 'done' ? 'command.applied' : 'command.refused',
    ...(accessPoint === undefined ? {} : { accessPoint }),
    ...(reader === undefined ? {} : { reader }),
    data: { command: givenData(given), ...(outcome === 'done' ? {} : { reason }), ...data },
  };
}

function unknownTarget({ accessPoint }: DoorCommand): CommandReason {
  return accessPoint === undefined ? 'unknown-space' : 'unknown-access-point';
}

function idsOf(doors: readonly Door[]): string[] {
  return doors.map(({ config }) => config.id);
}
