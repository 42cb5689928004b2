// `cardea office checkins` and `cardea office present`: what the office knows of visits, for people and for programs.

import type { Command } from 'commander';
import { reasonWords } from '../../../access/reasons.ts';
import { type InsideLine, inside } from '../../../sync/office/visits/inside.ts';
import { type CheckinLine, checkins } from '../../../sync/office/visits/query.ts';
import { type RareLine, rareEvents } from '../../../sync/office/visits/rare.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { printLines, type Table } from '../lines.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { mustKnow } from '../office-ids.ts';
import { filterFrom, type RangeOptions, withRange } from '../office-range.ts';
import { localTime } from '../text.ts';

interface PresentOptions extends OfficeOptions {
  readonly space?: string;
  readonly json?: boolean;
}

interface CheckinOptions extends RangeOptions {
  readonly open?: boolean;
  readonly auto?: boolean;
  readonly review?: boolean;
  readonly oversold?: boolean;
  readonly rejected?: boolean;
  readonly source?: string;
  readonly coverage?: string;
  readonly kind?: string;
}

export function registerOfficeCheckins(office: Command, io: Io): void {
  withRange(office.command('checkins'))
    .description('the visits that the office knows of, in order of their beginning')
    .option('--open', 'only visits that are not ended')
    .option('--auto', 'only visits that the cut-off ended')
    .option('--review', 'only visits that somebody is to look at')
    .option('--oversold', 'only visits of which a pass was used twice')
    .option('--source <word>', 'only of this source: card, qr, pin, app, manual, door')
    .option('--coverage <word>', 'only so covered: pass, plan, none-needed, pay-as-you-go')
    .option('--kind <word>', 'only of a member, or of a contact, as they were when they came')
    .option('--rejected', 'check-ins that were rejected, with the reason, instead')
    .addHelpText('after', '\nExample:\n  cardea office checkins --config office.yaml --since 24h --json')
    .action(async (options: CheckinOptions) => {
      const { open, auto, review, oversold, source, coverage } = options;
      const kind = kindOf(options.kind);
      const filter = {
        ...filterFrom(options, io),
        ...(open === true ? { open } : {}),
        ...(auto === true ? { auto } : {}),
        ...(review === true ? { review } : {}),
        ...(oversold === true ? { oversold } : {}),
        ...(source === undefined ? {} : { source }),
        ...(coverage === undefined ? {} : { coverage }),
        ...(kind === undefined ? {} : { kind }),
      };
      await withStore(options, 'read', io, (store) => {
        mustKnow(store, { space: options.space, customer: options.customer });
        return options.rejected === true
          ? printLines(rareEvents(store, 'checkin.rejected', filter), io, options.json === true ? null : rejectedTable)
          : printLines(checkins(store, filter), io, options.json === true ? null : checkinTable);
      });
    });
}

function kindOf(text: string | undefined): 'member' | 'contact' | undefined {
  if (text === undefined || text === 'member' || text === 'contact') return text;
  throw new CliError('usage', `--kind ${JSON.stringify(text)}: allowed is member or contact`, 2);
}

export function registerOfficePresent(office: Command, io: Io): void {
  office
    .command('present')
    .description('who is inside now, as far as the office has heard: visits, who is presumed inside, visitors')
    .option(...configOption)
    .option('--space <id>', 'only in this space')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  cardea office present --config office.yaml')
    .action(async (options: PresentOptions) => {
      const nowMs = io.clock.now().wallMs;
      await withStore(options, 'read', io, (store) =>
        printLines(inside(store, nowMs, options.space), io, options.json === true ? null : presentTable),
      );
    });
}

const rejectedTable: Table<RareLine> = {
  heading: ['at', 'customer', 'space', 'door', 'why'],
  widths: [19, 12, 12, 14],
  none: 'no check-in was rejected',
  cells: ({ at, customer, space, accessPoint, reason }) => {
    return [localTime(at), customer, space, accessPoint ?? '', reason === null ? '' : reasonWords(reason)];
  },
};

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

const presentTable: Table<InsideLine> = {
  heading: ['since', 'minutes', 'who', 'space', 'coverage', 'name'],
  widths: [19, 7, 12, 12, 13],
  none: 'nobody is inside',
  cells: (line) => {
    const who = line.kind === 'visitor' ? line.visitor : line.customer;
    const coverage = line.kind === 'visit' ? (line.coverage ?? 'not known') : line.kind;
    return [localTime(line.since), String(line.minutes), who, line.space ?? '', coverage, line.name];
  },
};
