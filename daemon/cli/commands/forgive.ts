// `cardea forgive`: anti-passback forgets where somebody is, or everybody in an area; a reader is not locked out any more.

import type { Command } from 'commander';
import { socketOption } from '../../socket/ask.ts';
import { CliError } from '../cli-error.ts';
import { byOption, command, commandJson, type DoorCommandOptions } from '../door-command.ts';
import type { Io } from '../io.ts';
import { plain } from '../text.ts';

interface Options extends DoorCommandOptions {
  readonly area?: string;
  readonly reader?: string;
}

export function registerForgive(program: Command, io: Io): void {
  program
    .command('forgive')
    .description('lets somebody in again whom anti-passback takes for inside, or ends the lock-out of a reader')
    .argument('[customer]', 'id of the customer')
    .option('--area <area>', 'instead: everybody who is in that area')
    .option('--reader <reader>', 'instead: the reader is not locked out any more')
    .option(...byOption)
    .option(...socketOption)
    .option(...commandJson)
    .addHelpText(
      'after',
      '\nExamples:\n  cardea forgive ana --by "Sam, front desk"\n  cardea forgive --area floor\n  cardea forgive --reader front-in',
    )
    .action(async (customer: string | undefined, options: Options) => {
      const { area, reader } = options;
      const named = Object.entries({ customer, area, reader }).filter(([, value]) => value !== undefined);
      const [target] = named;
      if (target === undefined || named.length !== 1) {
        throw new CliError('usage', 'say whom or what: a customer, --area AREA or --reader READER, one of them', 2);
      }
      const [, name = ''] = target;
      const { refused } = await command(io, { type: 'forgive', ...Object.fromEntries(named) }, name, options);
      if (refused !== null) throw new CliError('refused', refused);
      if (options.json !== true) io.out(plain(`${name}: forgiven`));
    });
}
