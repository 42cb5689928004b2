// `cardea office pass ID`: what was given, which visits used it, how it was corrected, what is left.

import type { Command } from 'commander';
import { balanceOf } from '../../../sync/office/records/balance.ts';
import { RecordsView } from '../../../sync/office/records/view.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { columns, localTime } from '../text.ts';

const widths = [19, 38, 14];

export function registerOfficePass(office: Command, io: Io): void {
  office
    .command('pass')
    .description('a pass with its balance: what was given, used by which visit, corrected, and is left')
    .argument('<id>', 'the pass')
    .option(...configOption)
    .option('--json', 'one JSON object: {pass, minutesIncluded, uses, whole, corrections, left}')
    .action((id: string, options: OfficeOptions & { readonly json?: boolean }) =>
      withStore(options, 'read', io, (store) => {
        const told = balanceOf(new RecordsView(store), id);
        if (options.json === true) {
          io.out(JSON.stringify(told));
          return;
        }
        const { pass, minutesIncluded, uses, corrections, left, whole } = told;
        const holder = pass.customer ?? pass.team;
        const what = minutesIncluded === null ? `${left === 0 ? 'used' : 'not used'}` : `${left} minutes left`;
        io.out(`${id}: ${String(pass.timePass)} of ${String(holder)}, ${what}`);
        for (const { at, visit, businessDay, minutes, counted, oversold } of uses) {
          const amount = businessDay ?? `${minutes} minutes`;
          const notes = [counted ? 'counted' : '', oversold ? 'oversold' : ''].filter((note) => note !== '');
          io.out(columns([localTime(at), visit, amount, notes.join(', ')], widths));
        }
        if (!whole) io.out('older visits are not shown');
        for (const { at, by, reason } of corrections) io.out(`${localTime(at)} corrected by ${by}: ${reason ?? ''}`);
      }),
    );
}
