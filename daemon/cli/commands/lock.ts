// `cardea lock`: ends what a tap or `cardea unlock` released.

import type { Command } from 'commander';
import { socketOption } from '../../socket/ask.ts';
import { byOption, commandDoors, commandJson, type DoorCommandOptions, spaceOption } from '../door-command.ts';
import type { Io } from '../io.ts';

export function registerLock(program: Command, io: Io): void {
  program
    .command('lock')
    .description('ends a release that runs; the mode of the door stays, and whoever asks to exit is let out')
    .argument('[door]', 'id of the access point')
    .option(...spaceOption)
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText(
      'after',
      '\nExamples:\n  cardea lock front-door\n  cardea lock --space riverside --by "Sam, front desk"',
    )
    .action((door: string | undefined, options: DoorCommandOptions) =>
      commandDoors(io, { type: 'lock' }, door, options),
    );
}
