// `cardea office days`, `occupancy`, `used`, `charges`, `worklist`: what follows from the visits that the office knows of.

import type { Command } from 'commander';
import { currentSite } from '../../../sync/office/merge/site.ts';
import { type ChargeLine, type ChargeTotal, charges, chargeTotals } from '../../../sync/office/visits/charges.ts';
import { type DayLine, days } from '../../../sync/office/visits/days.ts';
import type { ChargeState } from '../../../sync/office/visits/fold.ts';
import {
  type OccupancyLine,
  type OccupancyUnit,
  occupancy,
  occupancyUnits,
} from '../../../sync/office/visits/occupancy.ts';
import { type UsedLine, used } from '../../../sync/office/visits/used.ts';
import { type WorkLine, worklist } from '../../../sync/office/visits/worklist.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { printLines, type Table } from '../lines.ts';
import { withStore } from '../office-access.ts';
import { filterFrom, type RangeOptions, withRange } from '../office-range.ts';
import { localTime } from '../text.ts';

interface OccupancyOptions extends RangeOptions {
  readonly per: string;
}

interface ChargeOptions extends RangeOptions {
  readonly state?: string;
  readonly totals?: boolean;
}

const states: readonly ChargeState[] = ['proposed', 'confirmed', 'waived'];
const dayMs = 86_400_000;

export function registerOfficeHistory(office: Command, io: Io): void {
  list(office, io, 'days', 'first in and last out of each person and business day', dayTable, (store, filter) =>
    days(store, io.clock.now().wallMs, filter),
  );
  list(office, io, 'used', 'days and minutes that each customer used, of each pass', usedTable, used);
  list(office, io, 'worklist', 'what is to be looked at: oversold, review, not invoiced, orphans', workTable, worklist);
  registerOccupancy(office, io);
  registerCharges(office, io);
}

type Ask<Line> = (...args: Parameters<typeof used>) => Iterable<Line>;

function list<Line>(office: Command, io: Io, name: string, summary: string, table: Table<Line>, ask: Ask<Line>): void {
  withRange(office.command(name))
    .description(summary)
    .addHelpText('after', `\nExample:\n  cardea office ${name} --since 7d --config office.yaml`)
    .action((options: RangeOptions) =>
      withStore(options, 'read', io, (store) =>
        printLines(ask(store, filterFrom(options, io)), io, options.json === true ? null : table),
      ),
    );
}

function registerOccupancy(office: Command, io: Io): void {
  withRange(office.command('occupancy'))
    .description('how full a space was: per quarter of an hour, day or week')
    .option('--per <unit>', 'quarter, day or week', 'day')
    .addHelpText('after', '\nExample:\n  cardea office occupancy --space riverside --since 7d --per quarter')
    .action((options: OccupancyOptions) =>
      withStore(options, 'read', io, (store) => {
        const nowMs = io.clock.now().wallMs;
        const { fromMs = nowMs - 7 * dayMs, toMs = nowMs, space } = filterFrom(options, io);
        const { spaces } = currentSite(store);
        const one = space ?? (spaces.size === 1 ? [...spaces.keys()][0] : undefined);
        const listed = one === undefined ? undefined : spaces.get(one);
        if (listed === undefined) {
          throw new CliError('usage', `--space is one of ${[...spaces.keys()].join(', ') || 'none: import them'}`, 2);
        }
        const lines = occupancy(store, listed, unitOf(options.per), { fromMs, toMs, nowMs });
        return printLines(lines, io, options.json === true ? null : occupancyTable);
      }),
    );
}

function unitOf(text: string): OccupancyUnit {
  const unit = occupancyUnits.find((one) => one === text);
  if (unit !== undefined) return unit;
  throw new CliError('usage', `--per ${JSON.stringify(text)}: allowed is ${occupancyUnits.join(', ')}`, 2);
}

function registerCharges(office: Command, io: Io): void {
  withRange(office.command('charges'))
    .description('proposed charges with what became of them, or what they come to')
    .option('--state <word>', `only ${states.join(', ')}`)
    .option('--totals', 'by state, currency, account and tax rate')
    .addHelpText('after', '\nExample:\n  cardea office charges --since 30d --totals --state confirmed')
    .action((options: ChargeOptions) =>
      withStore(options, 'read', io, (store) => {
        const state = stateOf(options.state);
        const filter = { ...filterFrom(options, io), ...(state === undefined ? {} : { state }) };
        const found = charges(store, filter);
        if (options.totals === true) {
          return printLines(chargeTotals(found), io, options.json === true ? null : totalTable);
        }
        return printLines(found, io, options.json === true ? null : chargeTable);
      }),
    );
}

export function stateOf(text: string | undefined): ChargeState | undefined {
  const state = states.find((one) => one === text);
  if (text === undefined || state !== undefined) return state;
  throw new CliError('usage', `--state ${JSON.stringify(text)}: allowed is ${states.join(', ')}`, 2);
}

const dayTable: Table<DayLine> = {
  heading: ['day', 'customer', 'space', 'first in', 'last out', 'visits', 'minutes'],
  widths: [10, 12, 12, 19, 26, 6],
  none: 'nobody came',
  cells: ({ day, customer, space, firstIn, lastOut, auto, visits, minutes }) => {
    const out = lastOut === null ? 'inside' : `${localTime(lastOut)}${auto ? ' (auto)' : ''}`;
    return [day, customer, space, localTime(firstIn), out, String(visits), String(minutes)];
  },
};

const usedTable: Table<UsedLine> = {
  heading: ['customer', 'pass', 'visits', 'days', 'minutes'],
  widths: [12, 14, 6, 6],
  none: 'nothing was used',
  cells: ({ customer, pass, coverage, visits, days: on, minutes }) => {
    return [customer, pass ?? `(${coverage})`, String(visits), String(on), String(minutes)];
  },
};

const occupancyTable: Table<OccupancyLine> = {
  heading: ['from', 'visits', 'most at once', 'minutes'],
  widths: [19, 6, 12],
  none: 'an empty time',
  cells: ({ from, visits, most, minutes }) => [localTime(from), String(visits), String(most), String(minutes)],
};

const chargeTable: Table<ChargeLine> = {
  heading: ['from', 'customer', 'space', 'time pass', 'amount', 'state', 'charge'],
  widths: [19, 12, 12, 12, 14, 9],
  none: 'no charges',
  cells: ({ from, customer, space, timePass, amount, currency, state, id }) => {
    return [localTime(from), customer, space, timePass, `${amount} ${currency}`, state, id];
  },
};

const totalTable: Table<ChargeTotal> = {
  heading: ['state', 'account', 'tax %', 'charges', 'gross', 'tax', 'net'],
  widths: [9, 12, 6, 7, 16, 16],
  none: 'no charges',
  cells: ({ state, account, taxRate, currency, charges: count, gross, tax, net }) => {
    return [
      state,
      account ?? '(none)',
      taxRate,
      String(count),
      ...[gross, tax, net].map((sum) => `${sum} ${currency}`),
    ];
  },
};

const workTable: Table<WorkLine> = {
  heading: ['what', 'from', 'to', 'customer', 'space', 'visit'],
  widths: [12, 19, 19, 12, 12],
  none: 'nothing is to be looked at',
  cells: ({ kind, from, to, customer, space, visit, passes }) => {
    const about = [visit ?? '', ...passes].join(' ');
    return [kind, localTime(from), to === null ? '' : localTime(to), customer, space, about];
  },
};
