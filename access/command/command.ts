// Every command that a controller takes, whoever gives it: what each names, as one table. A new kind is a row here, and its
// way of being carried out in the controller.

import { type DoorCommand, isDoorCommand } from '../door/command.ts';
import type { Mode } from '../entry/tap.ts';
import type { JsonObject } from '../event.ts';

export type Command =
  | DoorCommand
  /** Says whether the lock's line is as it was driven. It moves nothing. */
  | { readonly type: 'test'; readonly accessPoint: string; readonly by: string }
  /** The reader shows where it is. */
  | { readonly type: 'identify'; readonly reader: string; readonly by: string }
  /** A visit begun or ended by hand; no door moves. */
  | {
      readonly type: 'checkin' | 'checkout';
      readonly customer: string;
      readonly space: string;
      readonly by: string;
    }
  /** A customer who asked in an app is let in as a tap would let them in. */
  | { readonly type: 'admit'; readonly customer: string; readonly accessPoint: string; readonly by: string }
  | Forgive;

/**
 * Anti-passback forgets where a customer is, or whoever is in an area; a reader that is locked out is not any more. Exactly one
 * of the three is named.
 */
export interface Forgive {
  readonly type: 'forgive';
  readonly customer?: string;
  readonly area?: string;
  readonly reader?: string;
  readonly by: string;
}

export type CommandType = Command['type'];

/** A command as its keys stand in a message, a scenario or a request, each already of its form. */
export interface CommandFields {
  readonly type: string;
  readonly by: string;
  readonly accessPoint?: string | undefined;
  readonly space?: string | undefined;
  readonly reader?: string | undefined;
  readonly customer?: string | undefined;
  readonly area?: string | undefined;
  readonly mode?: Mode | undefined;
  /** UTC milliseconds. */
  readonly untilMs?: number | undefined;
}

type Key = Exclude<keyof CommandFields, 'type' | 'by'>;

interface Form {
  /** Exactly one of them is named. */
  readonly target: readonly Key[];
  readonly needs?: readonly Key[];
  readonly may?: readonly Key[];
}

const forms: Readonly<Record<CommandType, Form>> = {
  unlock: { target: ['accessPoint', 'space'] },
  lock: { target: ['accessPoint', 'space'] },
  mode: { target: ['accessPoint', 'space'], needs: ['mode'], may: ['untilMs'] },
  test: { target: ['accessPoint'] },
  identify: { target: ['reader'] },
  checkin: { target: ['space'], needs: ['customer'] },
  checkout: { target: ['space'], needs: ['customer'] },
  admit: { target: ['accessPoint'], needs: ['customer'] },
  forgive: { target: ['customer', 'area', 'reader'] },
};

const keys: readonly Key[] = ['accessPoint', 'space', 'reader', 'customer', 'area', 'mode', 'untilMs'];

export const commandTypes = Object.keys(forms) as readonly CommandType[];

export function isCommandType(type: string): type is CommandType {
  return Object.hasOwn(forms, type);
}

/** The command, or in words why these keys are none of its type. */
export function commandFrom(fields: CommandFields & { readonly type: CommandType }): Command | string {
  const { type, by } = fields;
  const { target, needs = [], may = [] } = forms[type];
  const named = target.filter((key) => fields[key] !== undefined);
  if (named.length !== 1) return `${type} names ${target.length > 1 ? 'exactly one of ' : ''}${target.join(' and ')}`;
  const missing = needs.find((key) => fields[key] === undefined);
  if (missing !== undefined) return `${type} names a ${wordOf(missing)}`;
  const taken = [...named, ...needs, ...may];
  const other = keys.find((key) => fields[key] !== undefined && !taken.includes(key));
  if (other !== undefined) return `${type} takes no ${wordOf(other)}`;
  const kept = taken.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]] as const]));
  // The table above is what makes each of them whole.
  return { type, ...Object.fromEntries(kept), by } as unknown as Command;
}

/** As the records of it say. */
export function commandData(command: Command): JsonObject {
  const { type, by, ...rest } = command;
  const { untilMs, ...named } = rest as { readonly untilMs?: number };
  const until = untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() };
  return { type, ...named, by, ...until };
}

/**
 * Whether it lets somebody in, or may, who would not be let in without it. `mode: controlled` does where it ends a mode that
 * shuts a door: whoever knows says so.
 */
export function freesDoor(command: Command, endsShutMode: boolean): boolean {
  if (command.type === 'admit') return true;
  if (!isDoorCommand(command)) return false;
  if (command.type !== 'mode') return command.type === 'unlock';
  return command.mode === 'unlocked' || (command.mode === 'controlled' && endsShutMode);
}

function wordOf(key: Key): string {
  return key === 'untilMs' ? 'until' : key;
}
