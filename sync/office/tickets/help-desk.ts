// The help desk: a ticket for each call for help, and for the third refusal of one person within ten minutes, as records of the office's
// own journal. It follows the store's records behind a cursor that is kept with what it says: a restart neither forgets nor doubles any.

import { v7 } from 'uuid';
import type { Clock, Random } from '../../../access/clock.ts';
import type { EventDraft, EventType, JsonObject } from '../../../access/event.ts';
import { officeName } from '../../../access/merge/record.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import type { WireEvent } from '../../protocol/events.ts';
import { Follower } from '../follow.ts';
import { dataFault } from '../ingest/event-data.ts';
import type { OwnJournal } from '../merge/own-journal.ts';
import { isBusy, isStorageFailure } from '../store/failure.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import type { OfficeStore } from '../store/open.ts';
import { holderOf } from '../webhooks/topics.ts';
import { judgeRow, rowAround } from './refusals.ts';
import { type KeptRefusal, TicketTable } from './table.ts';

export interface HelpDeskParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: OfficeStore;
  readonly journal: OwnJournal;
  /** Records of the office are on the disk. */
  recorded(): void;
  failed(error: unknown): void;
}

interface Row {
  readonly row: number;
  readonly type: string;
  readonly timeMs: number | null;
  /** null: a record that is of no interest, or whose id another has. */
  readonly body: string | null;
}

const types = ['help.requested', 'access.denied', 'checkin.rejected'] as const satisfies readonly EventType[];
/** Records looked at in one step. */
const recordsAtOnce = 500;
/** Refusals that a ticket tells of. */
const mostTold = 20;
/** What the door asks for besides: whoever brings it is let in. */
const asksFor: readonly unknown[] = ['pin-required', 'second-person'];

export class HelpDesk {
  readonly #parts: HelpDeskParts;
  readonly #table: TicketTable;
  readonly #follower: Follower;

  constructor(parts: HelpDeskParts) {
    const { clock, store, failed } = parts;
    this.#parts = parts;
    this.#table = new TicketTable(store);
    this.#follower = new Follower({ name: 'office help desk', clock, step: () => this.#step(), failed });
  }

  /** Records came in. */
  soon(): void {
    this.#follower.soon();
  }

  stop(): void {
    this.#follower.stop();
  }

  #step(): boolean {
    const { store, recorded } = this.#parts;
    const { read, opened } = store.db
      .transaction(() => {
        const rows = this.#next(readMeta(store, 'ticketsThrough'));
        const last = rows.at(-1);
        if (last === undefined) return { read: 0, opened: 0 };
        const opened = rows.filter((row) => this.#looked(row)).length;
        writeMeta(store, 'ticketsThrough', last.row);
        this.#table.forget(this.#parts.clock.now().wallMs);
        return { read: rows.length, opened };
      })
      .immediate();
    if (opened > 0) recorded();
    return read === recordsAtOnce;
  }

  #next(after: number): Row[] {
    const wanted = types.map((type) => `'${type}'`).join(', ');
    return this.#parts.store.db
      .prepare<[number, number], Row>(
        `SELECT rowid AS row, type, time_ms AS timeMs,
           CASE WHEN type IN (${wanted}) AND id IS NOT NULL AND controller <> '${officeName}' THEN body END AS body
         FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?`,
      )
      .all(after, recordsAtOnce);
  }

  /** One record that makes no sense must not hold up all others. */
  #looked(row: Row): boolean {
    try {
      return this.#look(row);
    } catch (error) {
      if (isBusy(error) || isStorageFailure(error)) throw error;
      this.#parts.failed(error);
      return false;
    }
  }

  /** @returns whether a ticket was opened */
  #look({ type, timeMs, body }: Row): boolean {
    if (body === null || timeMs === null) return false;
    const event = JSON.parse(body) as WireEvent;
    // What makes no sense is listed with the anomalies.
    if (dataFault(type as EventType, event.data) !== null) return false;
    if (type === 'help.requested') return this.#called(event, timeMs);
    return this.#refused(event, timeMs);
  }

  #called({ id, controller, accessPoint, reader, data }: WireEvent, timeMs: number): boolean {
    const { message, by, customer } = data;
    const refused = recordOf(data.refused);
    const holder = holderOf(refused) ?? holderOf({ customer });
    const denied = this.#byId(textOf(refused.event));
    const at = textOf(refused.at);
    const told = denied === undefined ? [] : [refusalOf(denied)];
    const said =
      told.length > 0 || at === undefined
        ? told
        : [
            {
              at,
              reason: String(refused.reason),
              controller,
              ...where(accessPoint, textOf(refused.reader)),
              event: id,
            },
          ];
    this.#open(holder, {
      cause: 'help',
      at: iso(timeMs),
      event: id,
      controller,
      ...where(accessPoint, reader ?? textOf(refused.reader)),
      ...(typeof message === 'string' && message !== '' ? { message: message.slice(0, 1000) } : {}),
      ...(typeof by === 'string' && by !== '' ? { by: by.slice(0, 1000) } : {}),
      refusals: said,
    });
    return true;
  }

  #refused({ controller, epoch, seq, data }: WireEvent, timeMs: number): boolean {
    const holder = holderOf(data);
    if (holder === null || asksFor.includes(data.reason)) return false;
    const person = `${holder.kind}/${holder.id}`;
    if (!this.#table.addRefusal(person, { timeMs, controller, epoch, seq })) return false;
    const around = this.#table.refusalsAround(person, timeMs);
    const place = around.findIndex((one) => one.timeMs === timeMs && one.controller === controller);
    const { from, to } = rowAround(around, place, this.#table.settledMs(person));
    const row = around.slice(from, to);
    const found = judgeRow(row);
    if (!found.opens) {
      if (found.ticket !== null) this.#table.assign(person, row, found.ticket);
      return false;
    }
    const events = row.slice(0, found.through + 1).flatMap((one) => this.#at(one));
    const last = events.at(-1);
    if (last === undefined) return false;
    const ticket = this.#open(holder, {
      cause: 'refusals',
      at: last.time,
      event: last.id,
      controller: last.controller,
      ...where(last.accessPoint, last.reader),
      refusals: events.slice(-mostTold).map(refusalOf),
    });
    this.#table.assign(person, row, ticket);
    return true;
  }

  #open(holder: { readonly kind: string; readonly id: string } | null, said: JsonObject): string {
    const { clock, random, journal } = this.#parts;
    const openedMs = Math.trunc(clock.now().wallMs);
    const ticket = v7({ random: random.bytes(16), msecs: Math.max(openedMs, 0) });
    const data = { ticket, ...(holder === null ? {} : { holder: { ...holder } }), ...said };
    const draft: EventDraft = { type: 'ticket.opened', data };
    journal.record([draft]);
    const person = holder === null ? null : `${holder.kind}/${holder.id}`;
    const cause = said.cause === 'help' ? 'help' : 'refusals';
    this.#table.open({ ticket, cause, person, openedMs, atMs: Date.parse(String(said.at)) });
    return ticket;
  }

  #byId(id: string | undefined): WireEvent | undefined {
    if (id === undefined) return undefined;
    const body = this.#parts.store.db
      .prepare<[string], string>("SELECT body FROM events WHERE id = ? AND type = 'access.denied'")
      .pluck()
      .get(id);
    return body === undefined ? undefined : (JSON.parse(body) as WireEvent);
  }

  #at({ controller, epoch, seq }: KeptRefusal): WireEvent[] {
    return this.#parts.store.db
      .prepare<[string, string, number], string>(
        'SELECT body FROM events WHERE controller = ? AND epoch = ? AND seq = ?',
      )
      .pluck()
      .all(controller, epoch, seq)
      .map((body) => JSON.parse(body) as WireEvent);
  }
}

function refusalOf({ id, time, controller, accessPoint, reader, data }: WireEvent): JsonObject {
  const nextValid = textOf(data.nextValid);
  return {
    at: time,
    reason: String(data.reason),
    controller,
    ...where(accessPoint, reader),
    ...(nextValid === undefined ? {} : { nextValid }),
    event: id,
  };
}

function where(accessPoint: string | undefined, reader: string | undefined): JsonObject {
  return { ...(accessPoint === undefined ? {} : { accessPoint }), ...(reader === undefined ? {} : { reader }) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
