// One event as a line: of a table for people, or of a CSV file.

import type { JournalEvent } from '../../access/event.ts';
import { reasonWords } from '../../access/reasons.ts';
import { recordOf, textOf } from '../../config/raw.ts';
import { eventWords } from '../words.ts';
import { columns, csvLine, localTime } from './text.ts';

const widths = [19, 20, 12, 16];

export const tableHeading = columns(['time', 'type', 'door', 'who', 'what'], widths);
export const csvHeading = csvLine(['seq', 'time', 'type', 'accessPoint', 'reader', 'who', 'reason', 'words', 'data']);

/** Local time, type, door, who, and what happened in words. */
export function tableLine(event: JournalEvent): string {
  const door = event.accessPoint ?? '';
  return columns([localTime(event.time), event.type, door, subjectOf(event), wordsOf(event)], widths);
}

export function csvEventLine(event: JournalEvent): string {
  const { seq, time, type, accessPoint, reader, data } = event;
  const reason = textOf(data.reason) ?? '';
  const where = [accessPoint ?? '', reader ?? ''];
  return csvLine([String(seq), time, type, ...where, whoOf(event), reason, wordsOf(event), JSON.stringify(data)]);
}

const ofSite = [19, 14, 20, 12, 16];

/** The same of a whole site's record: with whose journal it is of. */
export const siteHeading = columns(['time', 'controller', 'type', 'door', 'who', 'what'], ofSite);
export const siteCsvHeading = `${csvLine(['controller', 'epoch'])},${csvHeading}`;

export function siteLine(event: JournalEvent): string {
  const { controller, type, accessPoint } = event;
  const where = [controller, type, accessPoint ?? ''];
  return columns([localTime(event.time), ...where, subjectOf(event), wordsOf(event)], ofSite);
}

export function siteCsvLine(event: JournalEvent): string {
  return `${csvLine([event.controller, event.epoch])},${csvEventLine(event)}`;
}

/** Whom or what a line is about: the reader where it is one of a reader's. */
function subjectOf(event: JournalEvent): string {
  const ofReader = event.type.startsWith('reader.') || event.type === 'credential.attack';
  return ofReader && event.reader !== undefined ? event.reader : whoOf(event);
}

/** The person where one is known, else the credential; of an unknown one the beginning of its hash. */
function whoOf({ data }: JournalEvent): string {
  const holder = recordOf(data.holder);
  const person = textOf(holder.id) ?? textOf(data.customer) ?? textOf(data.visitor);
  if (person !== undefined) return holder.kind === 'staff' ? `${person} (staff)` : person;
  const credential = recordOf(data.credential);
  const known = textOf(credential.id);
  if (known !== undefined) return known;
  const hash = textOf(credential.hash);
  return hash === undefined ? '' : `${textOf(credential.type) ?? 'code'} ${hash.slice(0, 8)}…`;
}

function wordsOf(event: JournalEvent): string {
  const { type, data } = event;
  const reason = textOf(data.reason);
  const out = type === 'access.granted' && data.direction === 'out';
  const happened = out ? 'left' : eventWords(type);
  // That somebody left says already why they were let out.
  const words = reason === undefined || (out && reason === 'exit') ? happened : `${happened}: ${reasonWords(reason)}`;
  const details = [
    command(event),
    stay(type, data),
    reviewed(type, data),
    textOf(data.mode),
    textOf(data.pass),
    amount(data),
    by(data),
    fault(type, data),
  ];
  const said = details.filter((detail) => detail !== undefined);
  return said.length === 0 ? words : `${words} (${said.join(', ')})`;
}

function stay(type: string, data: JournalEvent['data']): string | undefined {
  if (type !== 'checkout.recorded') return undefined;
  const ms = Date.parse(String(data.to)) - Date.parse(String(data.from));
  if (Number.isNaN(ms)) return undefined;
  return `${Math.ceil(ms / 60_000)} min${data.auto === true ? ', by itself at the end of the day' : ''}`;
}

/** What a person at the office has to look at. */
function reviewed(type: string, data: JournalEvent['data']): string | undefined {
  if (type === 'checkout.recorded' && data.review === true) return 'for review: nobody saw the end of it';
  if (type !== 'pass.oversold') return undefined;
  return data.withdrawn === true ? 'taken back: it was not' : 'spent at two doors at once: look at the visit';
}

/** What was commanded, by whom. */
function command({ data, accessPoint: at }: JournalEvent): string | undefined {
  const stands = at !== undefined;
  const { type, mode, space, reader, customer, area, accessPoint, by: who } = recordOf(data.command);
  // A door that the record stands at is in its own column; one that is not there is named here.
  const door = stands ? undefined : accessPoint;
  const said = [type, mode, customer, area, space, door, reader].map(textOf).filter((word) => word !== undefined);
  return said.length === 0 ? undefined : `${said.join(' ')} by ${textOf(who) ?? 'somebody'}`;
}

function amount(data: JournalEvent['data']): string | undefined {
  const value = textOf(data.amount);
  return value === undefined ? undefined : `${value} ${textOf(data.currency) ?? ''}`;
}

function by(data: JournalEvent['data']): string | undefined {
  const name = textOf(data.by);
  return name === undefined ? undefined : `by ${name}`;
}

/** Why a reader is gone, or what became of which storage. */
function fault(type: string, data: JournalEvent['data']): string | undefined {
  if (type === 'reader.offline') return textOf(data.message);
  if (type !== 'storage.failed') return undefined;
  const end = data.recovered === true ? 'written again' : undefined;
  const said = [textOf(data.storage), textOf(data.setAside) ?? end].filter((word) => word !== undefined);
  return said.length === 0 ? undefined : said.join(', ');
}
