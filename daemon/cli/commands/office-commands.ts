// `cardea office commands`: the latest commands to the controllers, with what became of them.

import type { Command } from 'commander';
import { latestCommands } from '../../../sync/office/store/commands.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { askedWords, becameWords, commandLine } from '../office-command-words.ts';
import { columns, localTime } from '../text.ts';

interface Options extends OfficeOptions {
  readonly last: string;
  readonly json?: boolean;
}

const widths = [19, 14, 12, 30];
const maxLast = 10_000;

export function registerOfficeCommands(office: Command, io: Io): void {
  office
    .command('commands')
    .description('the latest commands to the controllers, with what became of them; the latest first')
    .option('--last <count>', 'how many', '20')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  cardea office commands --last 5')
    .action(async (options: Options) => {
      const count = Number(options.last);
      if (!Number.isInteger(count) || count < 1 || count > maxLast) {
        throw new CliError(
          'usage',
          `--last ${JSON.stringify(options.last)}: allowed is a whole number, 1 to ${maxLast}`,
          2,
        );
      }
      await withStore(options, 'read', io, (store) => {
        const found = latestCommands(store, count);
        if (options.json === true) for (const one of found) io.out(JSON.stringify(commandLine(one)));
        else if (found.length === 0) io.out('no commands');
        else {
          io.out(columns(['issued', 'controller', 'by', 'command', 'what became of it'], widths));
          for (const one of found) {
            const issued = localTime(new Date(one.issuedAtMs).toISOString());
            io.out(columns([issued, one.controller, one.command.by, askedWords(one), becameWords(one)], widths));
          }
        }
      });
    });
}
