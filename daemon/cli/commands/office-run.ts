// `cardea office run`: the office in the foreground until SIGTERM or SIGINT. Its log goes to stderr, one line each;
// `ready` goes to stdout once it runs, whether or not the broker can be reached yet.

import type { Command } from 'commander';
import { runOffice } from '../../../sync/office/run.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, officeConfigOf } from '../office-access.ts';
import { plain } from '../text.ts';

export function registerOfficeRun(office: Command, io: Io): void {
  office
    .command('run')
    .description('runs the office until SIGTERM or SIGINT')
    .option(...configOption)
    .addHelpText('after', '\nExample:\n  cardea office run --config /etc/cardea/office.yaml')
    .action(async (options: OfficeOptions) => {
      const stopped = io.stopSignal();
      const running = await runOffice(officeConfigOf(options, io), {
        clock: io.clock,
        random: io.random,
        log: (level, message, details) => {
          const at = new Date(io.clock.now().wallMs).toISOString();
          const more = details === undefined ? '' : ` ${JSON.stringify(details)}`;
          io.err(`${at} ${level} ${plain(message)}${plain(more)}`);
        },
      });
      io.out('ready');
      await stopped;
      await running.stop();
    });
}
