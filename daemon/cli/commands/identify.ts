// `cardea identify READER`: a reader of the running daemon shows which one it is, for some seconds.

import type { Command } from 'commander';
import type { IdentifyOutcome } from '../../run/readers.ts';
import { ask, type SocketOptions, socketOption } from '../../socket/ask.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { plain } from '../text.ts';

export function registerIdentify(program: Command, io: Io): void {
  program
    .command('identify')
    .description('makes a reader show which one it is, by light, buzzer or text, for the time of feedback.identify')
    .argument('<reader>', 'id of the reader')
    .option(...socketOption)
    .option('--json', 'one JSON object: {outcome, reason, forMs}; status 1 all the same where it is refused')
    .addHelpText('after', '\nExample:\n  cardea identify front-in')
    .action(async (reader: string, options: SocketOptions) => {
      const outcome = (await ask(options, { do: 'identify', reader }, io)) as unknown as IdentifyOutcome;
      if (options.json === true) io.out(JSON.stringify(outcome));
      else if (outcome.outcome === 'done') io.out(plain(`${reader} shows itself for ${outcome.forMs / 1000} s`));
      if (outcome.outcome === 'refused') throw new CliError('refused', plain(outcome.message));
    });
}
