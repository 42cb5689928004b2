// What `cardea unlock`, `lock` and `mode` have in common: whom they name, who gives them, and what came of them in words.

import { userInfo } from 'node:os';
import type { CommandOutcome, CommandRefusal } from '../../access/door/command.ts';
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

const refusals: Readonly<Record<CommandRefusal, string>> = {
  lockdown: 'it is in lockdown, which only `cardea mode DOOR controlled` ends',
  'unknown-access-point': 'this controller has no door of that name: `cardea status` lists them',
  'unknown-space': 'no door of this controller is in a space of that name: look into its config',
  'until-past': '--until is past',
  'until-not-allowed': '--until goes with the modes unlocked and locked only',
  'clock-untrusted': "the controller's time is not known, and the door would stand free beyond --until: leave it out",
  'storage-failed': 'its disk fails, and the door is set to stay shut then: cardea doctor says more',
  stale: 'the controller stood still, and the command may have waited for long: give it again',
};

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
  const request: CommandRequest = { do: 'command', ...wanted, ...target, by: options.by ?? userName() };
  const answer = (await ask(options, request, io)) as unknown as CommandAnswer;
  const refused = refusedWords(answer, door ?? options.space ?? '');
  if (options.json === true) io.out(JSON.stringify(answer));
  else
    for (const line of answer.accessPoints.filter(({ id }) => answer.taken.includes(id)).map(doorWords)) io.out(line);
  if (refused !== null) throw new CliError('refused', refused);
}

interface CommandAnswer extends CommandOutcome {
  /** As they are then. */
  readonly accessPoints: readonly AccessPointStatus[];
}

/** `front-door: mode unlocked by sam until 18:00, lock unlocked`. */
function doorWords({ id, mode, by, until, lock }: AccessPointStatus): string {
  const who = by === null ? '' : ` by ${by}`;
  return plain(`${id}: mode ${mode}${who}${until === null ? '' : ` until ${localTime(until)}`}, lock ${lock}`);
}

function refusedWords({ reason, refused }: CommandAnswer, target: string): string | null {
  if (reason === null) return null;
  const doors = refused.length === 0 ? target : refused.join(', ');
  const words = Object.hasOwn(refusals, reason) ? refusals[reason] : reason;
  return plain(`${doors}: refused: ${words.replace('DOOR', refused[0] ?? target)}`);
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
