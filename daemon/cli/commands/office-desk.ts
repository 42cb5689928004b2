// `cardea office checkin`, `checkout`, `charge`, `review`, `settle`: what whoever works at the office does, as records of the office's
// own journal. With a running office and without one.

import type { Command } from 'commander';
import { reasonWords } from '../../../access/reasons.ts';
import { type By, type Desk, deskOf } from '../../../sync/office/acts/act.ts';
import { checkInAtDesk, checkOutAtDesk } from '../../../sync/office/acts/by-hand.ts';
import { type ChargeDecision, decideCharge } from '../../../sync/office/acts/charges.ts';
import { reviewVisit, settleOversold } from '../../../sync/office/acts/review.ts';
import { OfficeError } from '../../../sync/office/error.ts';
import { eventWords } from '../../words.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { instantFrom } from '../office-range.ts';

interface ActOptions extends OfficeOptions {
  readonly by: string;
  readonly reason?: string;
  readonly json?: boolean;
}

interface ByHandOptions extends ActOptions {
  readonly space: string;
  readonly at?: string;
}

interface ReviewOptions extends ActOptions {
  readonly to?: string;
}

export function registerOfficeDesk(office: Command, io: Io): void {
  byHand(office, io, 'checkin', 'begins a visit of a customer at the office, by the rules of a door', checkInAtDesk);
  byHand(office, io, 'checkout', 'ends a visit of a customer, wherever it began, and settles it', checkOutAtDesk);
  const charge = office.command('charge').description('decides on a proposed charge: confirm, waive, correct');
  decision(charge, io, 'confirm', 'it is owed as it was proposed', () => ({ do: 'confirm' }));
  decision(charge, io, 'waive', 'it is not owed', () => ({ do: 'waive' }));
  decision(charge, io, 'correct', 'another amount is owed', (amount) => ({ do: 'correct', amount }));
  registerReview(office, io);
  registerSettle(office, io);
}

type ByHand = typeof checkInAtDesk;

function byHand(office: Command, io: Io, name: string, summary: string, does: ByHand): void {
  acting(office.command(name))
    .description(summary)
    .argument('<customer>', 'who')
    .requiredOption('--space <id>', 'where')
    .option('--at <instant>', 'when it was, up to 14 days ago (default: now)')
    .addHelpText('after', `\nExample:\n  cardea office ${name} ana --space riverside --by sam`)
    .action((customer: string, options: ByHandOptions) => {
      const atMs = options.at === undefined ? {} : { atMs: instantFrom('--at', options.at) };
      return acted(options, io, (desk) => does(desk, { customer, space: options.space, ...byOf(options), ...atMs }));
    });
}

function decision(
  charge: Command,
  io: Io,
  name: string,
  summary: string,
  decided: (amount: string) => ChargeDecision,
): void {
  const command = acting(charge.command(name)).description(summary).argument('<charge>', 'its id');
  if (name === 'correct') command.argument('<amount>', 'what is owed, gross');
  command
    .addHelpText(
      'after',
      `\nExample:\n  cardea office charge ${name} 0197… ${name === 'correct' ? '12.00 ' : ''}--by sam`,
    )
    .action((id: string, ...rest: unknown[]) => {
      const [amount, options] = name === 'correct' ? [String(rest[0]), rest[1]] : ['', rest[0]];
      return acted(options as ActOptions, io, (desk) =>
        decideCharge(desk, id, decided(amount), byOf(options as ActOptions)),
      );
    });
}

function registerReview(office: Command, io: Io): void {
  acting(office.command('review'))
    .description('accepts a visit of the work list as it is, or with another end than the cut-off')
    .argument('<visit>', 'its id')
    .option('--to <instant>', 'when they left: the visit is settled anew as by a tap on the way out')
    .addHelpText('after', '\nExample:\n  cardea office review 0197… --to 2026-03-02T18:00:00+01:00 --by sam')
    .action((visit: string, options: ReviewOptions) => {
      const toMs = options.to === undefined ? {} : { toMs: instantFrom('--to', options.to) };
      return acted(options, io, (desk) => reviewVisit(desk, { visit, ...byOf(options), ...toMs }));
    });
}

function registerSettle(office: Command, io: Io): void {
  acting(office.command('settle'))
    .description('takes a pass that was used twice off the work list')
    .argument('<visit>', 'the later visit')
    .argument('<pass>', 'the pass')
    .addHelpText('after', '\nExample:\n  cardea office settle 0197… p1 --by sam --reason "second pass given"')
    .action((visit: string, pass: string, options: ActOptions) =>
      acted(options, io, (desk) => settleOversold(desk, visit, pass, byOf(options))),
    );
}

function acting(command: Command): Command {
  return command
    .requiredOption('--by <name>', 'who does it, for the records')
    .option('--reason <text>', 'why, for the records')
    .option(...configOption)
    .option('--json', 'the records, one JSON object a line');
}

function byOf({ by, reason }: ActOptions): By {
  return { by, ...(reason === undefined ? {} : { reason }) };
}

async function acted(options: ActOptions, io: Io, does: (desk: Desk) => ReturnType<ByHand>): Promise<void> {
  const records = await withStore(options, 'write', io, (store) => {
    try {
      return does(deskOf(store, io.clock, io.random));
    } catch (error) {
      if (!(error instanceof OfficeError) || error.code !== 'act-refused') throw error;
      const words = reasonWords(error.message);
      throw new CliError('refused', words === error.message ? words : `not checked in: ${words}`, 1, error);
    }
  });
  for (const { event, text } of records) {
    if (options.json === true) io.out(text);
    else io.out(wordsOf(event));
  }
}

function wordsOf({ type, data }: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }): string {
  const about = [data.customer, data.space, data.pass, data.timePass, data.amount, data.currency, data.charge];
  const named = about.filter((one) => typeof one === 'string').join(' ');
  const visit = typeof data.visit === 'string' ? `, visit ${data.visit}` : '';
  return `${eventWords(type)}: ${named}${visit}`.replace(': ,', ',');
}
