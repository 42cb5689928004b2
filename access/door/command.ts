// Commands to doors (rules.md section 6; interfaces.md section 4), whoever they come from: what one asks of a door, and why
// one makes no sense. What a door's state refuses, its machine says.

import type { Mode } from '../entry/tap.ts';
import type { DoorInput } from './machine.ts';
import type { WallTime } from './modes.ts';

/** One door, or all doors of a space: exactly one of the two is named. */
export interface CommandTarget {
  readonly accessPoint?: string;
  readonly space?: string;
  /** Who gave it, for the records. */
  readonly by: string;
}

export type DoorCommand =
  | (CommandTarget & { readonly type: 'unlock' | 'lock' })
  | (CommandTarget & {
      readonly type: 'mode';
      readonly mode: Mode;
      /** When it ends by itself, UTC milliseconds. Left out: another command ends it. */
      readonly untilMs?: number;
    });

/** Why a door does not take a command. */
export type DoorRefusal =
  | 'lockdown'
  | 'unknown-access-point'
  | 'unknown-space'
  | 'until-past'
  | 'until-not-allowed'
  | 'clock-untrusted'
  | 'storage-failed'
  /** It waited while the controller stood still, and would free a door now. */
  | 'stale';

export function isDoorCommand(command: { readonly type: string }): command is DoorCommand {
  return command.type === 'unlock' || command.type === 'lock' || command.type === 'mode';
}

/** Why the command is refused whatever state its doors are in; null: it is not. */
export function commandFault(command: DoorCommand, { wallMs, known }: WallTime): DoorRefusal | null {
  if (command.type !== 'mode' || command.untilMs === undefined) return null;
  // A lockdown lasts until somebody ends it, and a door that is given back to its schedule is given back for good.
  if (command.mode === 'lockdown' || command.mode === 'controlled') return 'until-not-allowed';
  if (command.mode === 'unlocked' && !known) return 'clock-untrusted';
  return command.untilMs <= wallMs ? 'until-past' : null;
}

/** Whether it is meant to let somebody in who would not be let in without it, whatever state its doors are in. */
export function frees(command: DoorCommand): boolean {
  return command.type === 'mode' ? command.mode === 'unlocked' : command.type === 'unlock';
}

/** @param unlockTimeMs how long one release lasts at this door. */
export function inputOf(command: DoorCommand, unlockTimeMs: number): DoorInput {
  if (command.type !== 'mode') return command.type === 'lock' ? { do: 'lock' } : { do: 'unlock', forMs: unlockTimeMs };
  const { mode, by, untilMs = null } = command;
  if (mode === 'controlled') return { do: 'give-back', by };
  return { do: 'set', mode, setting: { by, untilMs, spaceWide: command.space !== undefined } };
}
