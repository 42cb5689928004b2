// `cardea office verify`: whether the journals that the office keeps are whole. Nothing is changed, and the office may run meanwhile.

import type { Command } from 'commander';
import { type VerifiedJournal, verifyStore } from '../../../sync/office/store/verify.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';

export function registerOfficeVerify(office: Command, io: Io): void {
  office
    .command('verify')
    .description('checks the hash chain of every journal the office keeps; names the first bad record, with status 1')
    .option(...configOption)
    .option('--json', 'one JSON object a journal: {controller, epoch, records, erased, lost, problem}')
    .addHelpText('after', '\nExample:\n  cardea office verify --config office.yaml')
    .action((options: OfficeOptions & { readonly json?: boolean }) =>
      withStore(options, 'read', io, (store) => {
        const journals = verifyStore(store);
        for (const one of journals) io.out(options.json === true ? JSON.stringify(one) : lineOf(one));
        if (journals.length === 0 && options.json !== true) io.out('no journals');
        const bad = journals.filter(({ problem }) => problem !== null);
        if (bad.length > 0)
          throw new CliError(
            'bad-journal',
            `${bad.length} of ${journals.length} journals are bad: keep this store as evidence`,
          );
      }),
    );
}

function lineOf({ controller, epoch, records, erased, lost, problem }: VerifiedJournal): string {
  const name = `${controller}, epoch ${epoch}`;
  if (problem !== null) return `${name}: bad: ${problem}; ${records} records were found sound`;
  const parts = [`${records} records in order, none missing`];
  if (erased > 0) parts.push(`${erased} of them with something taken out, as each says`);
  if (lost > 0) parts.push(`${lost} of them lost at the controller`);
  return `${name}: good, ${parts.join('; ')}`;
}
