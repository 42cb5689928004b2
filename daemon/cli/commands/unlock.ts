// `cardea unlock`: one release of a door, or of all doors of a space.

import type { Command } from 'commander';
import { socketOption } from '../../socket/ask.ts';
import { byOption, commandDoors, commandJson, type DoorCommandOptions, spaceOption } from '../door-command.ts';
import type { Io } from '../io.ts';

export function registerUnlock(program: Command, io: Io): void {
  program
    .command('unlock')
    .description('releases a door once, for its unlock time; refused in lockdown')
    .argument('[door]', 'id of the access point')
    .option(...spaceOption)
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText(
      'after',
      '\nExamples:\n  cardea unlock front-door\n  cardea unlock --space riverside --by "Sam, front desk"',
    )
    .action((door: string | undefined, options: DoorCommandOptions) =>
      commandDoors(io, { type: 'unlock' }, door, options),
    );
}
