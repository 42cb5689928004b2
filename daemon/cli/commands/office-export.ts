// `cardea office export`: check-ins, days and charges as CSV, for payroll and billing. A cell that a spreadsheet would take for a
// formula is given to it as text.

import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import type { OfficeStore } from '../../../sync/office/store/open.ts';
import { charges } from '../../../sync/office/visits/charges.ts';
import { days } from '../../../sync/office/visits/days.ts';
import type { RangeFilter } from '../../../sync/office/visits/filter.ts';
import { checkins } from '../../../sync/office/visits/query.ts';
import { used } from '../../../sync/office/visits/used.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { withStore } from '../office-access.ts';
import { filterFrom, type RangeOptions, withRange } from '../office-range.ts';

type Cell = string | number | boolean | null;

interface Sheet {
  readonly heading: readonly string[];
  rows(store: OfficeStore, filter: RangeFilter, nowMs: number): Iterable<readonly Cell[]>;
}

const sheets: Readonly<Record<string, Sheet>> = {
  checkins: {
    heading:
      'visit,customer,space,from,to,source,coverage,passes,auto,review,invoiced,uncoveredMinutes,charged,waived,currency'.split(
        ',',
      ),
    *rows(store, filter) {
      for (const line of checkins(store, filter)) {
        const { visit, customer, space, from, to, source, coverage, passes, auto, review, invoiced } = line;
        const owed = line.charges.filter(({ state }) => state !== 'waived').map(({ amount }) => amount);
        const waived = line.charges.filter(({ state }) => state === 'waived').map(({ amount }) => amount);
        const currencies = [...new Set(line.charges.map(({ currency }) => currency))];
        const begin = [visit, customer, space, from, to, source, coverage, passes.join(' '), auto, review, invoiced];
        yield [...begin, line.uncoveredMinutes, owed.join(' '), waived.join(' '), currencies.join(' ')];
      }
    },
  },
  days: {
    heading: ['day', 'space', 'customer', 'firstIn', 'lastOut', 'auto', 'visits', 'minutes'],
    *rows(store, filter, nowMs) {
      for (const { day, space, customer, firstIn, lastOut, auto, visits, minutes } of days(store, nowMs, filter)) {
        yield [day, space, customer, firstIn, lastOut, auto, visits, minutes];
      }
    },
  },
  used: {
    heading: ['customer', 'pass', 'coverage', 'visits', 'days', 'minutes'],
    *rows(store, filter) {
      for (const { customer, pass, coverage, visits, days: on, minutes } of used(store, filter)) {
        yield [customer, pass, coverage, visits, on, minutes];
      }
    },
  },
  charges: {
    heading: 'charge,visit,customer,space,timePass,from,to,amount,currency,taxRate,account,price,state,proposed'.split(
      ',',
    ),
    *rows(store, filter) {
      for (const line of charges(store, filter)) {
        const { id, visit, customer, space, timePass, from, to, amount, currency, taxRate, account, price } = line;
        const begin = [id, visit, customer, space, timePass, from, to, amount, currency, taxRate, account, price];
        yield [...begin, line.state, line.proposed ?? amount];
      }
    },
  },
};

const linesBetweenPauses = 500;

export function registerOfficeExport(office: Command, io: Io): void {
  withRange(office.command('export'))
    .description(`CSV for payroll and billing: ${Object.keys(sheets).join(', ')}`)
    .argument('<what>', Object.keys(sheets).join(', '))
    .addHelpText('after', '\nExample:\n  cardea office export charges --since 30d --config office.yaml > charges.csv')
    .action(async (what: string, options: RangeOptions) => {
      const sheet = Object.hasOwn(sheets, what) ? sheets[what] : undefined;
      if (sheet === undefined) {
        throw new CliError('usage', `${JSON.stringify(what)}: allowed is ${Object.keys(sheets).join(', ')}`, 2);
      }
      if (options.json === true) throw new CliError('usage', 'export writes CSV: other lists take --json', 2);
      await withStore(options, 'read', io, (store) => written(store, sheet, filterFrom(options, io), io));
    });
}

async function written(store: OfficeStore, sheet: Sheet, filter: RangeFilter, io: Io): Promise<void> {
  io.out(line(sheet.heading));
  let count = 0;
  for (const cells of sheet.rows(store, filter, io.clock.now().wallMs)) {
    io.out(line(cells));
    count += 1;
    if (count % linesBetweenPauses === 0) await io.drained();
  }
}

function line(cells: readonly Cell[]): string {
  return stringify([cells.map((cell) => (cell === null ? '' : String(cell)))], { escape_formulas: true }).slice(0, -1);
}
