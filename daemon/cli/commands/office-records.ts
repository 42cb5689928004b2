// `cardea office checkins` and `cardea office present`: what the office knows of visits, for people and for programs.

import type { Command } from 'commander';
import { type CheckinLine, checkins, type PresentLine, present } from '../../../sync/office/visits/query.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { mustKnow } from '../office-ids.ts';
import { parseSince } from '../since.ts';
import { columns, localTime } from '../text.ts';

interface PresentOptions extends OfficeOptions {
  readonly json?: boolean;
}

interface CheckinOptions extends PresentOptions {
  readonly since?: string;
  readonly space?: string;
  readonly customer?: string;
  readonly open?: boolean;
  readonly review?: boolean;
}

export function registerOfficeCheckins(office: Command, io: Io): void {
  office
    .command('checkins')
    .description('the visits that the office knows of, in order of their beginning')
    .option(...configOption)
    .option('--since <when>', 'only visits that began since then: an instant, or how long ago as 24h')
    .option('--space <id>', 'only of this space')
    .option('--customer <id>', 'only of this customer')
    .option('--review', 'only visits that somebody has to look at: for review, or on a pass that was oversold')
    .option('--open', 'only visits that are not ended')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  cardea office checkins --config office.yaml --since 24h --json')
    .action(async (options: CheckinOptions) => {
      const { since, space, customer, open, review } = options;
      const filter = {
        ...(since === undefined ? {} : { fromMs: parseSince(since, io.clock.now().wallMs) }),
        ...(space === undefined ? {} : { space }),
        ...(customer === undefined ? {} : { customer }),
        ...(open === true ? { open } : {}),
        ...(review === true ? { review } : {}),
      };
      await withStore(options, 'read', io, (store) => {
        mustKnow(store, { space, customer });
        return printLines(checkins(store, filter), io, options.json === true ? null : checkinTable);
      });
    });
}

export function registerOfficePresent(office: Command, io: Io): void {
  office
    .command('present')
    .description('who is inside now, as far as the office has heard')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  cardea office present --config office.yaml')
    .action(async (options: PresentOptions) => {
      const nowMs = io.clock.now().wallMs;
      await withStore(options, 'read', io, (store) =>
        printLines(present(store, nowMs), io, options.json === true ? null : presentTable),
      );
    });
}

interface Table<Line> {
  readonly heading: readonly string[];
  readonly widths: readonly number[];
  /** What is said instead of an empty table. */
  readonly none: string;
  cells(line: Line): string[];
}

const checkinTable: Table<CheckinLine> = {
  heading: ['from', 'to', 'customer', 'space', 'coverage', 'passes and charges', 'to look at'],
  widths: [19, 19, 12, 12, 13, 18],
  none: 'no visits',
  cells: (line) => {
    const to = line.to === null ? 'inside' : `${localTime(line.to)}${line.auto ? ' (auto)' : ''}`;
    const charges = line.charges.map(({ timePass, amount, currency }) => `${timePass} ${amount} ${currency}`);
    const paid = [...line.passes, ...charges].join(', ');
    return [localTime(line.from), to, line.customer, line.space, line.coverage ?? 'not known', paid, lookAtWords(line)];
  },
};

function lookAtWords({ oversold, review }: CheckinLine): string {
  const spent = oversold.length === 0 ? [] : [`oversold: ${oversold.join(', ')} was spent elsewhere already`];
  return [...spent, ...(review ? ['for review'] : [])].join('; ');
}

const presentTable: Table<PresentLine> = {
  heading: ['since', 'minutes', 'customer', 'space', 'coverage', 'name'],
  widths: [19, 7, 12, 12, 13],
  none: 'nobody is inside',
  cells: ({ since, minutes, customer, space, coverage, name }) => {
    return [localTime(since), String(minutes), customer, space, coverage ?? 'not known', name];
  },
};

const linesBetweenPauses = 500;

async function printLines<Line>(lines: Iterable<Line>, io: Io, table: Table<Line> | null): Promise<void> {
  let count = 0;
  for (const line of lines) {
    if (count === 0 && table !== null) io.out(columns(table.heading, table.widths));
    io.out(table === null ? JSON.stringify(line) : columns(table.cells(line), table.widths));
    count += 1;
    if (count % linesBetweenPauses === 0) await io.drained();
  }
  if (count === 0 && table !== null) io.out(table.none);
}
