// A pass as its holder would ask: what was given, which visits used it, how it was corrected, and what is left. Uses that the record
// counts already (`includes`) are listed, and not subtracted twice.

import { canonicalJson } from '../../../access/canonical.ts';
import type { Json } from '../../../access/event.ts';
import { textOf } from '../../../config/raw.ts';
import { usesOfVisit } from '../merge/uses.ts';
import { Events } from '../store/events.ts';
import type { OfficeStore } from '../store/open.ts';
import { maxVisitEvents, visitEvent } from '../visits/project.ts';
import { readAudit } from './audit.ts';
import type { RecordsView, WrittenRecord } from './view.ts';

export interface PassUsed {
  readonly visit: string;
  readonly customer: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Of a day pass. */
  readonly businessDay: string | null;
  /** Of a minute pass; 0 while the visit is open. */
  readonly minutes: number;
  /** The record counts it already. */
  readonly counted: boolean;
  /** It was sold twice, and something else covers the visit: it uses nothing of this pass. */
  readonly oversold: boolean;
}

export interface PassCorrected {
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Balance {
  readonly pass: WrittenRecord;
  /** null: a day pass. */
  readonly minutesIncluded: number | null;
  /** The latest first; at most 1,000 visits are looked at, `whole` says whether that was all. */
  readonly uses: readonly PassUsed[];
  readonly whole: boolean;
  readonly corrections: readonly PassCorrected[];
  /** Minutes, or of a day pass 1 or 0. */
  readonly left: number;
}

const maxVisits = 1_000;
const maxCorrections = 500;

/** @throws RecordsError `not-found` */
export function balanceOf(view: RecordsView, id: string): Balance {
  const { store } = view;
  const pass = view.get('passes', id);
  const timePass = view.find('timePasses', String(pass.timePass));
  const included = typeof timePass === 'object' ? (timePass.minutesIncluded ?? null) : null;
  const minutesIncluded = included === null ? null : Number(included);
  const visits = visitsOf(view, pass, id);
  const counts = counter(store);
  const events = new Events(store);
  const uses = visits.slice(0, maxVisits).flatMap((visit) =>
    usesOfVisit(events.ofVisit(visit, maxVisitEvents).map(visitEvent), (data) => canonicalJson(data as Json))
      .filter((use) => use.pass === id)
      .map(({ customer, businessDay, minutes, place, flag }): PassUsed => {
        const at = new Date(place.timeMs).toISOString();
        return { visit, customer, at, businessDay, minutes, counted: counts(place), oversold: flag !== null };
      }),
  );
  const fresh = uses.filter(({ counted, oversold }) => !counted && !oversold);
  const spent = fresh.reduce((sum, { minutes }) => sum + minutes, 0);
  const had = Number(pass.remainingMinutes ?? minutesIncluded ?? 0);
  const used = pass.usedOn !== null || fresh.some(({ businessDay }) => businessDay !== null);
  const left = minutesIncluded === null ? Number(!used) : Math.max(0, had - spent);
  return { pass, minutesIncluded, uses, whole: visits.length <= maxVisits, corrections: corrections(store, id), left };
}

/** Of those who may use it, the latest first; one more than are looked at says that there are more. */
function visitsOf({ store }: RecordsView, pass: WrittenRecord, id: string): string[] {
  const customer = textOf(pass.customer);
  const holders =
    customer === undefined
      ? store.db
          .prepare<[string], string>(
            `SELECT id FROM records WHERE kind = 'customers'
             AND EXISTS (SELECT 1 FROM json_each(body, '$.teams') WHERE value = ?)`,
          )
          .pluck()
          .all(String(pass.team))
      : [customer];
  return store.db
    .prepare<[string, string, number], string>(
      `SELECT visit FROM visits WHERE customer IN (SELECT value FROM json_each(?)) AND instr(passes, ?) > 0
       ORDER BY from_ms DESC LIMIT ?`,
    )
    .pluck()
    .all(JSON.stringify(holders), JSON.stringify(id), maxVisits + 1);
}

function counter({ db }: OfficeStore): (place: { controller: string; epoch: string; seq: number }) => boolean {
  const included = db.prepare<[string], string>("SELECT body FROM records WHERE kind = 'includes' AND id = ?").pluck();
  return ({ controller, epoch, seq }) => {
    const body = included.get(`${controller}/${epoch}`);
    return body !== undefined && seq <= (JSON.parse(body) as { readonly through: number }).through;
  };
}

function corrections(store: OfficeStore, id: string): PassCorrected[] {
  return readAudit(store, { kind: 'passes', id, limit: maxCorrections })
    .filter(({ action }) => action === 'correct-pass')
    .map(({ at, by, reason, before, after }) => ({ at, by, reason, before, after }));
}
