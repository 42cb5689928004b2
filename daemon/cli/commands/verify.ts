// `cardea verify`: whether a journal is whole, record by record. Nothing is changed, and the daemon may run meanwhile.

import type { Command } from 'commander';
import { verifyJournal } from '../../../db/journal/verify.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';
import { plain } from '../text.ts';
import { find } from '../where.ts';

export function registerVerify(program: Command, io: Io): void {
  program
    .command('verify')
    .description("checks a journal's hash chain and its database; names the first bad record, with status 1")
    .option('--db <file>', "the journal (default: the installed controller's, else that of a running demo)")
    .option('--json', 'one JSON object: {file, ok, records, dropped, epoch, head, problem}')
    .addHelpText('after', '\nExample:\n  cardea verify --db /var/lib/cardea/journal.db')
    .action(async (options: { db?: string; json?: boolean }) => {
      const file = find('journal', options.db, io.places);
      const found = await withProgress(io, options.json === true, (progress) =>
        verifyJournal(file, (done, total) => progress.show('checking', done, total)),
      );
      if (options.json === true) io.out(JSON.stringify({ file, ...found }));
      if (!found.ok) {
        const { problem, records } = found;
        const where = problem === null || problem.seq === null ? '' : ` at record ${problem.seq}`;
        const advice = `${records} records were found sound: keep this file as evidence`;
        throw new CliError(
          'bad-journal',
          `${file}: bad${where}: ${plain(problem?.message ?? 'not said why')}; ${advice}`,
        );
      }
      if (options.json === true) return;
      const { dropped } = found;
      const before = dropped === 0 ? '' : `, from record ${dropped + 1} on: those before were dropped by retention`;
      io.out(`${file}: good, ${found.records} records, epoch ${found.epoch ?? 'not known'}${before}`);
    });
}
