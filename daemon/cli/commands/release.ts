// `cardea unlock` and `cardea lock`: one release of a door or of all doors of a space, and its end.

import type { Command } from 'commander';
import { socketOption } from '../../socket/ask.ts';
import { byOption, commandDoors, commandJson, type DoorCommandOptions, spaceOption } from '../door-command.ts';
import type { Io } from '../io.ts';

const commands = {
  unlock: 'releases a door once, for its unlock time; refused in lockdown',
  lock: 'ends a release that runs; the mode of the door stays, and whoever asks to exit is let out',
} as const;

export function registerUnlock(program: Command, io: Io): void {
  register(program, io, 'unlock');
}

export function registerLock(program: Command, io: Io): void {
  register(program, io, 'lock');
}

function register(program: Command, io: Io, type: keyof typeof commands): void {
  program
    .command(type)
    .description(commands[type])
    .argument('[door]', 'id of the access point')
    .option(...spaceOption)
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText(
      'after',
      `\nExamples:\n  cardea ${type} front-door\n  cardea ${type} --space riverside --by "Sam, front desk"`,
    )
    .action((door: string | undefined, options: DoorCommandOptions) => commandDoors(io, { type }, door, options));
}
