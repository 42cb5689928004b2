// A command to one door or to all doors of a space, planned: what each door makes of it, what is recorded, and who refused.
// What is recorded of a command stands before what follows from it.

import type { StateChange } from '../../access/change.ts';
import {
  type CommandOutcome,
  type CommandRefusal,
  commandData,
  commandFault,
  type DoorCommand,
  frees,
  inputOf,
} from '../../access/door/command.ts';
import type { WallTime } from '../../access/door/modes.ts';
import type { EventDraft } from '../../access/event.ts';
import type { Door, DoorPlan } from './door.ts';

interface Taken {
  readonly door: Door;
  readonly plan: DoorPlan;
}

export interface PlannedCommand {
  readonly taken: readonly Taken[];
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
  readonly outcome: CommandOutcome;
}

/**
 * @param doors those that it names, none where there is none of that name.
 * @param stale it may be old: what it would let in now, nobody asks for any more. What shuts a door is done all the same.
 */
export function planCommand(
  command: DoorCommand,
  doors: readonly Door[],
  time: WallTime,
  stale = false,
): PlannedCommand {
  const fault = doors.length === 0 ? unknownTarget(command) : commandFault(command, time);
  if (fault !== null) return settled(command, [], idsOf(doors), fault);
  const plans = doors.map((door) => ({ door, plan: door.plan(inputOf(command, door.config.lock.unlockTimeMs)) }));
  const refusing = plans.filter(({ plan }) => plan.refused !== null).map(({ door }) => door);
  const taken = plans.filter(({ plan }) => plan.refused === null);
  const planned = settled(command, taken, idsOf(refusing), refusing.length === 0 ? null : 'lockdown');
  return stale ? without(command, planned, ({ plan }) => frees(command) || plan.loosens, 'stale') : planned;
}

/** The same where the disk fails: doors that are set to stay shut then are not freed by what is not on disk. */
export function withoutDisk(command: DoorCommand, planned: PlannedCommand): PlannedCommand {
  const stays = ({ door, plan }: Taken): boolean =>
    door.config.onStorageFailure === 'deny' && (frees(command) || plan.frees);
  return without(command, planned, stays, 'storage-failed');
}

function without(
  command: DoorCommand,
  planned: PlannedCommand,
  refuses: (one: Taken) => boolean,
  reason: CommandRefusal,
): PlannedCommand {
  const refusing = planned.taken.filter(refuses).map(({ door }) => door);
  if (refusing.length === 0) return planned;
  const taken = planned.taken.filter((one) => !refuses(one));
  return settled(command, taken, [...planned.outcome.refused, ...idsOf(refusing)], reason);
}

function settled(
  command: DoorCommand,
  taken: readonly Taken[],
  refused: readonly string[],
  reason: CommandRefusal | null,
): PlannedCommand {
  const ids = idsOf(taken.map(({ door }) => door));
  const drafts: EventDraft[] = [];
  if (taken.length > 0) drafts.push(recordOf(command, 'command.applied', ids, {}));
  if (reason !== null) drafts.push(recordOf(command, 'command.refused', refused, { reason }));
  drafts.push(...taken.flatMap(({ plan }) => plan.drafts));
  const changes = taken.flatMap(({ plan }) => plan.changes);
  const outcome = taken.length > 0 ? 'done' : 'refused';
  return { taken, drafts, changes, outcome: { outcome, reason, taken: ids, refused } };
}

/** One for a door stands at that door; one for a space names the doors that it is about. */
function recordOf(
  command: DoorCommand,
  type: 'command.applied' | 'command.refused',
  accessPoints: readonly string[],
  more: EventDraft['data'],
): EventDraft {
  const data = { command: commandData(command), ...more };
  const { accessPoint } = command;
  if (accessPoint === undefined) return { type, data: { ...data, accessPoints } };
  return accessPoints.includes(accessPoint) ? { type, accessPoint, data } : { type, data };
}

function unknownTarget({ accessPoint }: DoorCommand): CommandRefusal {
  return accessPoint === undefined ? 'unknown-space' : 'unknown-access-point';
}

function idsOf(doors: readonly Door[]): string[] {
  return doors.map(({ config }) => config.id);
}
