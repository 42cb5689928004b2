// `cardea tap READER TYPE:VALUE`: presents a credential to a simulated reader of the running daemon and tells its answer.

import type { Command } from 'commander';
import { recordOf, textOf } from '../../../config/raw.ts';
import { ask, type SocketOptions, socketOption } from '../../socket/ask.ts';
import { tapWords } from '../../socket/tap-words.ts';
import type { Io } from '../io.ts';
import { plain } from '../text.ts';

export function registerTap(program: Command, io: Io): void {
  program
    .command('tap')
    .description(
      'presents a credential to a simulated reader of the running daemon; a denial is an answer, not a failure',
    )
    .argument('<reader>', 'id of the reader')
    .argument('<credential>', 'TYPE:VALUE, TYPE one of card, wiegand, pin, qr, fob')
    .option(...socketOption)
    .option(
      '--json',
      'one JSON object: {granted, reason, direction, events, feedback}, and unwritten while the disk fails',
    )
    .addHelpText('after', '\nExample:\n  cardea tap front-in card:04A1B2C3D4E580')
    .action(async (reader: string, credential: string, options: SocketOptions) => {
      const result = await ask(options, { do: 'tap', reader, credential }, io);
      if (options.json === true) {
        io.out(JSON.stringify(result));
        return;
      }
      const { granted, reason, direction, events, unwritten, feedback } = recordOf(result);
      const list = [events, unwritten].flatMap((some) => (Array.isArray(some) ? some.map(recordOf) : []));
      const answer = { granted: granted === true, reason: textOf(reason) ?? '', direction: textOf(direction) ?? 'in' };
      for (const line of tapWords(answer, list, feedback)) io.out(plain(line));
      if (unwritten !== undefined) io.out('  the disk fails: this is in memory only until it can be written');
    });
}
