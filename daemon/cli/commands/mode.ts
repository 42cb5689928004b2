// `cardea mode`: sets the mode of a door, or of all doors of a space; `controlled` gives a door back to its schedule, and
// alone ends a lockdown.

import type { Command } from 'commander';
import { parseDuration } from '../../../config/duration.ts';
import { parseInstant } from '../../../config/instant.ts';
import { socketOption } from '../../socket/ask.ts';
import { CliError } from '../cli-error.ts';
import { byOption, commandDoors, commandJson, type DoorCommandOptions, spaceOption } from '../door-command.ts';
import type { Io } from '../io.ts';

const modes = ['controlled', 'unlocked', 'locked', 'lockdown'] as const;
type Mode = (typeof modes)[number];

interface Options extends DoorCommandOptions {
  readonly until?: string;
}

export function registerMode(program: Command, io: Io): void {
  program
    .command('mode')
    .description(
      'sets the mode of a door: unlocked (free for all), locked and lockdown (staff only), controlled (back to its schedule; alone ends a lockdown)',
    )
    .usage('[options] <door> <mode> | --space <space> <mode>')
    .argument('<words...>', `the door, then its mode: ${modes.join(', ')}; with --space the mode alone`)
    .option(...spaceOption)
    .option('--until <when>', 'when it ends by itself, as 2026-03-02T18:00:00+01:00 or 90m; with unlocked and locked')
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText(
      'after',
      '\nExamples:\n  cardea mode front-door unlocked --until 2h\n  cardea mode --space riverside lockdown\n  cardea mode front-door controlled',
    )
    .action(async (words: string[], options: Options) => {
      const { door, mode } = targetOf(words, options.space !== undefined);
      const until = options.until === undefined ? {} : { untilMs: untilOf(options.until, io.clock.now().wallMs) };
      await commandDoors(io, { type: 'mode', mode, ...until }, door, options);
    });
}

/** @throws CliError `usage` */
function targetOf(
  words: readonly string[],
  space: boolean,
): { readonly door: string | undefined; readonly mode: Mode } {
  const [last] = words.slice(-1);
  const mode = modes.find((one) => one === last);
  const wanted = space ? 'with --space the mode alone' : 'a door, then its mode';
  if (words.length !== (space ? 1 : 2)) throw new CliError('usage', `mode takes ${wanted}: ${modes.join(', ')}`, 2);
  if (mode === undefined) {
    throw new CliError('usage', `${JSON.stringify(last)} is no mode; allowed is ${modes.join(', ')}`, 2);
  }
  return { door: space ? undefined : words[0], mode };
}

/** @throws CliError `usage` */
function untilOf(text: string, nowMs: number): number {
  const inMs = parseDuration(text);
  const untilMs = inMs === null ? parseInstant(text) : nowMs + inMs;
  if (untilMs !== null && untilMs > nowMs) return untilMs;
  const allowed = 'an instant ahead as 2026-03-02T18:00:00+01:00, or how long as 90m, 2h';
  throw new CliError('usage', `--until ${JSON.stringify(text)}: allowed is ${allowed}`, 2);
}
