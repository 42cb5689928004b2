// `cardea test`: whether a lock's line follows.

import type { Command } from 'commander';
import { socketOption } from '../../socket/ask.ts';
import { CliError } from '../cli-error.ts';
import { byOption, command, commandJson, type DoorCommandOptions } from '../door-command.ts';
import type { Io } from '../io.ts';
import { plain } from '../text.ts';

export function registerTest(program: Command, io: Io): void {
  program
    .command('test')
    .description('says whether the line of a lock is as it was driven; nothing moves, unlock does that')
    .argument('<door>', 'id of the access point')
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText('after', '\nExample:\n  cardea test front-door')
    .action(async (door: string, options: DoorCommandOptions) => {
      const { answer, refused } = await command(io, { type: 'test', accessPoint: door }, door, options);
      if (refused !== null) throw new CliError('refused', refused);
      const [point] = answer.accessPoints;
      if (options.json !== true) io.out(plain(`${door}: lock ${point?.lock ?? 'unknown'}, and its line is so`));
    });
}
