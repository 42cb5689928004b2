// Tickets as people read them: who needs help, where, since when and why in words, and what was done about it. Made of the records of the
// office's own journal.

import type { z } from 'zod';
import { reasonWords } from '../../../access/reasons.ts';
import type { WireEvent } from '../../protocol/events.ts';
import { refusal } from '../acts/act.ts';
import type { ticketActData, ticketData } from '../ingest/event-data.ts';
import { type CommandState, readCommand } from '../store/commands.ts';
import type { OfficeStore } from '../store/open.ts';
import { type TicketRow, type TicketState, TicketTable } from './table.ts';

export interface Answer {
  readonly at: string;
  readonly by: string;
  readonly message: string | null;
  /** Of the door that was to open; null: none was. */
  readonly command: {
    readonly id: string;
    readonly outcome: CommandState | 'forgotten';
    readonly reason: string | null;
  } | null;
}

export interface Ticket {
  readonly ticket: string;
  readonly state: TicketState;
  readonly cause: 'help' | 'refusals';
  readonly opened: string;
  /** When it was called for help, or of the third refusal. */
  readonly at: string;
  readonly holder: { readonly kind: string; readonly id: string; readonly name: string } | null;
  readonly controller: string;
  readonly accessPoint: string | null;
  readonly reader: string | null;
  readonly message: string | null;
  readonly calledBy: string | null;
  /** The earliest first. */
  readonly refusals: readonly {
    readonly at: string;
    readonly reason: string;
    readonly words: string;
    readonly controller: string;
    readonly accessPoint: string | null;
    /** When a pass is next valid and the space open. */
    readonly nextValid: string | null;
  }[];
  readonly answers: readonly Answer[];
  readonly closed: { readonly at: string; readonly by: string; readonly message: string | null } | null;
}

export interface TicketFilter {
  /** Default: those that are not closed. */
  readonly state?: TicketState | 'all' | undefined;
  readonly limit: number;
  /** Behind this one: the last of the page before. */
  readonly after?: string | undefined;
}

type Told = z.output<typeof ticketData>;
type Acted = z.output<typeof ticketActData>;

const kinds: { readonly [kind: string]: string | undefined } = {
  customer: 'customers',
  visitor: 'visitors',
  staff: 'staff',
};

/** The latest first. @throws OfficeError `act-refused` where `after` is no ticket */
export function listTickets(store: OfficeStore, { state, limit, after }: TicketFilter): Ticket[] {
  const states: readonly TicketState[] =
    state === 'all' ? ['open', 'answered', 'closed'] : state === undefined ? ['open', 'answered'] : [state];
  const behind = after === undefined ? { atMs: Number.MAX_SAFE_INTEGER, ticket: '' } : rowOf(store, after);
  const rows = store.db
    .prepare<[string, number, string, number], TicketRow>(
      `SELECT ticket, cause, person, state, opened_ms AS openedMs, at_ms AS atMs FROM tickets
       WHERE state IN (SELECT value FROM json_each(?)) AND (at_ms, ticket) < (?, ?)
       ORDER BY at_ms DESC, ticket DESC LIMIT ?`,
    )
    .all(JSON.stringify(states), behind.atMs, behind.ticket, limit);
  return rows.map((row) => ticketOf(store, row));
}

/** @throws OfficeError `act-refused` */
export function readTicket(store: OfficeStore, id: string): Ticket {
  return ticketOf(store, rowOf(store, id));
}

function rowOf(store: OfficeStore, id: string): TicketRow {
  const row = new TicketTable(store).ticket(id);
  if (row === undefined) throw refusal('unknown-ticket', `no ticket ${id}: \`cardea office tickets list\` lists them`);
  return row;
}

function ticketOf(store: OfficeStore, { ticket, state, cause, openedMs, atMs }: TicketRow): Ticket {
  const events = store.db
    .prepare<[string], string>(
      `SELECT body FROM events WHERE type IN ('ticket.opened', 'ticket.answered', 'ticket.closed')
         AND json_extract(body, '$.data.ticket') = ? ORDER BY rowid`,
    )
    .pluck()
    .all(ticket)
    .map((body) => JSON.parse(body) as WireEvent);
  const told = (events.find(({ type }) => type === 'ticket.opened')?.data ?? {}) as Partial<Told>;
  const closed = events.find(({ type }) => type === 'ticket.closed');
  return {
    ticket,
    state,
    cause,
    opened: new Date(openedMs).toISOString(),
    at: told.at ?? new Date(atMs).toISOString(),
    holder: told.holder === undefined ? null : { ...told.holder, name: nameOf(store, told.holder) },
    controller: told.controller ?? '',
    accessPoint: told.accessPoint ?? null,
    reader: told.reader ?? null,
    message: told.message ?? null,
    calledBy: told.by ?? null,
    refusals: (told.refusals ?? []).map(({ at, reason, controller, accessPoint = null, nextValid = null }) => ({
      at,
      reason,
      words: reasonWords(reason),
      controller,
      accessPoint,
      nextValid,
    })),
    answers: events.filter(({ type }) => type === 'ticket.answered').map((event) => answerOf(store, event)),
    closed: closed === undefined ? null : saidIn(closed),
  };
}

function answerOf(store: OfficeStore, event: WireEvent): Answer {
  const { command } = event.data as Acted;
  if (command === undefined) return { ...saidIn(event), command: null };
  const stored = readCommand(store, command);
  const outcome = stored?.state ?? 'forgotten';
  return { ...saidIn(event), command: { id: command, outcome, reason: stored?.reason ?? null } };
}

function saidIn({ time, data }: WireEvent): { at: string; by: string; message: string | null } {
  const { by, reason = null } = data as Acted;
  return { at: time, by, message: reason };
}

function nameOf({ db }: OfficeStore, { kind, id }: { readonly kind: string; readonly id: string }): string {
  const name = db
    .prepare<[string, string], string | null>(
      "SELECT json_extract(body, '$.name') FROM records WHERE kind = ? AND id = ?",
    )
    .pluck()
    .get(kinds[kind] ?? '', id);
  return name ?? id;
}
