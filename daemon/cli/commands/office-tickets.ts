// `cardea office tickets`: who needs help at a door, and why; answered, where staff choose by opening the door, and closed.

import type { Command } from 'commander';
import { deskOf } from '../../../sync/office/acts/act.ts';
import { OfficeError } from '../../../sync/office/error.ts';
import { answerTicket, closeTicket } from '../../../sync/office/tickets/act.ts';
import { type Answer, listTickets, readTicket, type Ticket } from '../../../sync/office/tickets/read.ts';
import type { TicketState } from '../../../sync/office/tickets/table.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { configOption, type OfficeOptions, withStore } from '../office-access.ts';
import { becameWords } from '../office-command-words.ts';
import { columns, localTime, plain } from '../text.ts';
import { durationOf, maxWaitMs, settled } from './office-command.ts';

interface ListOptions extends OfficeOptions {
  readonly state?: string;
  readonly limit: string;
  readonly after?: string;
  readonly json?: boolean;
}

interface ActOptions extends OfficeOptions {
  readonly by: string;
  readonly message?: string;
  readonly openDoor?: boolean;
  readonly wait: string;
  readonly json?: boolean;
}

type Show = OfficeOptions & { readonly json?: boolean };

const states = ['open', 'answered', 'closed', 'all'] as const satisfies readonly (TicketState | 'all')[];
const widths = [36, 9, 19, 20, 20];
const jsonWords = 'one JSON object: {ticket, state, cause, at, holder, controller, accessPoint, refusals, answers, …}';

export function registerOfficeTickets(office: Command, io: Io): void {
  const tickets = office
    .command('tickets')
    .description('who needs help at a door, and why: list (default), show, answer, close')
    .addHelpText(
      'after',
      '\nExample:\n  cardea office tickets answer 0197… --by sam --message "on my way" --open-door',
    );
  tickets
    .command('list', { isDefault: true })
    .description('the latest first; those that are closed only when they are asked for')
    .option('--state <state>', `only those: ${states.join(', ')}`)
    .option('--limit <count>', 'at most so many', '100')
    .option('--after <ticket>', 'only what comes behind this one: the last of the page before')
    .option(...configOption)
    .option('--json', 'one JSON object a line')
    .action((options: ListOptions) =>
      withStore(options, 'read', io, (store) => {
        const found = asked(() => listTickets(store, filterOf(options)));
        if (options.json === true) for (const ticket of found) io.out(JSON.stringify(ticket));
        else if (found.length === 0) io.out('no tickets');
        else {
          io.out(columns(['ticket', 'state', 'when', 'who', 'where', 'why'], widths));
          for (const ticket of found) io.out(columns(cellsOf(ticket), widths));
        }
      }),
    );
  tickets
    .command('show')
    .description('everything about one')
    .argument('<ticket>', 'its id')
    .option(...configOption)
    .option('--json', jsonWords)
    .action((id: string, options: Show) =>
      withStore(options, 'read', io, (store) =>
        shown(
          asked(() => readTicket(store, id)),
          options,
          io,
        ),
      ),
    );
  acting(tickets.command('answer'))
    .description('says what is done about it; may open the door')
    .option('--open-door', 'gives its controller the command to release the door once, and says what became of it')
    .option('--wait <duration>', 'how long to wait for that; 0s: not', '10s')
    .action((id: string, options: ActOptions) => answered(id, options, io));
  acting(tickets.command('close'))
    .description('nothing is left to do')
    .action((id: string, options: ActOptions) =>
      withStore(options, 'write', io, (store) => {
        const ticket = asked(() => closeTicket(deskOf(store, io.clock, io.random), id, byOf(options)));
        if (options.json === true) io.out(JSON.stringify(ticket));
        else io.out(`ticket ${id} is closed`);
      }),
    );
}

function acting(command: Command): Command {
  return command
    .argument('<ticket>', 'its id')
    .requiredOption('--by <name>', 'who does it, for the records')
    .option('--message <text>', 'what was said or done')
    .option(...configOption)
    .option('--json', jsonWords);
}

async function answered(id: string, options: ActOptions, io: Io): Promise<void> {
  const waitMs = durationOf('--wait', options.wait, 0, maxWaitMs) ?? 0;
  const openDoor = options.openDoor === true;
  const { ticket, became } = await withStore(options, 'write', io, async (store) => {
    const desk = deskOf(store, io.clock, io.random);
    const given = asked(() => answerTicket(desk, id, { ...byOf(options), openDoor })).answers.at(-1)?.command ?? null;
    const became = given === null ? null : await settled(store, given.id, waitMs, io.clock);
    return { ticket: readTicket(store, id), became };
  });
  if (options.json === true) io.out(JSON.stringify(ticket));
  else io.out(`ticket ${id} is answered${became === null ? '' : `; ${doorWords(ticket)}: ${becameWords(became)}`}`);
  if (became === null || waitMs === 0 || became.state === 'done') return;
  throw new CliError('refused', `answered, but the door was not opened: ${becameWords(became)}`);
}

function shown(ticket: Ticket, { json }: Show, io: Io): void {
  if (json === true) {
    io.out(JSON.stringify(ticket));
    return;
  }
  const lines = [
    `ticket ${ticket.ticket}: ${ticket.state}`,
    `${causeWords(ticket)}, ${localTime(ticket.at)}, ${doorWords(ticket)}`,
    `who: ${whoWords(ticket)}`,
    ...(ticket.message === null ? [] : [`said: ${ticket.message}`]),
    ...ticket.refusals.map((one) => {
      const next = one.nextValid === null ? '' : `; next valid ${localTime(one.nextValid)}`;
      return `refused ${localTime(one.at)} at ${one.accessPoint ?? '-'} (${one.controller}): ${one.words}${next}`;
    }),
    ...ticket.answers.map((one) => `answered ${saidWords(one)}${commandWords(one)}`),
    ...(ticket.closed === null ? [] : [`closed ${saidWords(ticket.closed)}`]),
  ];
  for (const line of lines) io.out(plain(line));
}

function cellsOf(ticket: Ticket): string[] {
  const last = ticket.refusals.at(-1);
  const why = [ticket.message, last?.words ?? null].filter((one) => one !== null).join(': ');
  return [
    ticket.ticket,
    ticket.state,
    localTime(ticket.at),
    whoWords(ticket),
    doorWords(ticket),
    `${causeWords(ticket)}${why === '' ? '' : `: ${why}`}`,
  ];
}

function causeWords({ cause, refusals, calledBy }: Ticket): string {
  if (cause === 'refusals') return `refused ${refusals.length} times`;
  return calledBy === null ? 'called for help' : `called for help by ${calledBy}`;
}

function whoWords({ holder }: Ticket): string {
  if (holder === null) return 'not known';
  const { kind, id, name } = holder;
  return `${kind} ${id}${name === id ? '' : ` (${name})`}`;
}

function doorWords({ accessPoint, controller }: Ticket): string {
  return accessPoint ?? controller;
}

function saidWords({ at, by, message }: Pick<Answer, 'at' | 'by' | 'message'>): string {
  return `${localTime(at)} by ${by}${message === null ? '' : `: ${message}`}`;
}

function commandWords({ command }: Answer): string {
  if (command === null) return '';
  return `; the door: ${command.outcome}${command.reason === null ? '' : ` (${command.reason})`}`;
}

function byOf({ by, message }: ActOptions): { readonly by: string; readonly reason?: string } {
  return { by, ...(message === undefined ? {} : { reason: message }) };
}

function filterOf({ state: wanted, limit: count, after }: ListOptions): Parameters<typeof listTickets>[1] {
  const state = states.find((one) => one === wanted);
  if (wanted !== undefined && state === undefined) {
    throw new CliError('usage', `--state ${JSON.stringify(wanted)}: allowed is ${states.join(', ')}`, 2);
  }
  const limit = Number(count);
  if (!/^\d{1,9}$/.test(count) || limit < 1) {
    throw new CliError('usage', `--limit ${JSON.stringify(count)}: allowed is a whole number above 0`, 2);
  }
  return { state, limit, after };
}

/** @throws CliError `refused` */
function asked<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OfficeError) || error.code !== 'act-refused') throw error;
    throw new CliError('refused', error.message, 1, error);
  }
}
