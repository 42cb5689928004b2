// What the commands to a running controller have in common: whom they name, who gives them, and what came of them in words.

import { userInfo } from 'node:os';
import type { CommandOutcome } from '../../access/command/outcome.ts';
import { commandReasonWords } from '../command-words.ts';
import type { AccessPointStatus } from '../controller/port.ts';
import { ask, type SocketOptions } from '../socket/ask.ts';
import type { SocketRequest } from '../socket/protocol.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { localTime, plain } from './text.ts';

export interface DoorCommandOptions extends SocketOptions {
  readonly space?: string;
  readonly by?: string;
}

export const spaceOption = ['--space <space>', 'all doors of this space, instead of one door'] as const;
export const byOption = [
  '--by <name>',
  "who gives the command, for the records (default: this process's user)",
] as const;
export const commandJson = [
  '--json',
  'one JSON object: {outcome, reason, taken, refused, accessPoints}; status 1 all the same where a door refused',
] as const;

type CommandRequest = Extract<SocketRequest, { do: 'command' }>;
type Wanted = Pick<CommandRequest, 'type' | 'mode' | 'untilMs'>;

/**
 * Asks the daemon and tells what came of it.
 * @param door undefined where the option names a space.
 * @throws CliError: status 2 for a target that is none or two, 1 where a door refused.
 */
export async function commandDoors(
  io: Io,
  wanted: Wanted,
  door: string | undefined,
  options: DoorCommandOptions,
): Promise<void> {
  if ((door === undefined) === (options.space === undefined)) {
    throw new CliError('usage', 'name one door, or all doors of a space with --space SPACE', 2);
  }
  const target = door === undefined ? { space: options.space } : { accessPoint: door };
  const { answer, refused } = await command(io, { ...wanted, ...target }, door ?? options.space ?? '', options);
  if (options.json !== true) {
    for (const line of answer.accessPoints.filter(({ id }) => answer.taken.includes(id)).map(doorWords)) io.out(line);
  }
  if (refused !== null) throw new CliError('refused', refused);
}

/**
 * Asks the daemon; with `--json` the answer is told.
 * @param target names it in the words of a refusal.
 */
export async function command(
  io: Io,
  wanted: Omit<CommandRequest, 'do' | 'by'>,
  target: string,
  options: DoorCommandOptions,
): Promise<{ readonly answer: CommandAnswer; readonly refused: string | null }> {
  const request: CommandRequest = { do: 'command', ...wanted, by: options.by ?? userName() };
  const answer = (await ask(options, request, io)) as unknown as CommandAnswer;
  if (options.json === true) io.out(JSON.stringify(answer));
  return { answer, refused: refusedWords(answer, target) };
}

export interface CommandAnswer extends CommandOutcome {
  /** As they are then. */
  readonly accessPoints: readonly AccessPointStatus[];
}

/** `front-door: mode unlocked by sam until 18:00, lock unlocked`. */
function doorWords({ id, mode, by, until, lock }: AccessPointStatus): string {
  const who = by === null ? '' : ` by ${by}`;
  return plain(`${id}: mode ${mode}${who}${until === null ? '' : ` until ${localTime(until)}`}, lock ${lock}`);
}

function refusedWords({ outcome, reason, refused }: CommandAnswer, target: string): string | null {
  if (reason === null || (outcome === 'done' && reason === 're-entry')) return null;
  const doors = refused.length === 0 ? target : refused.join(', ');
  const verdict = outcome === 'done' && refused.length === 0 ? '' : 'refused: ';
  return plain(`${doors}: ${verdict}${commandReasonWords(reason, refused[0] ?? target)}`);
}

/** Of whoever runs this process. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list of users.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
