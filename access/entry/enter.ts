// A customer on the way in: the table's verdict, what a booking, the door's policy and its mode make of it, and what is
// recorded and changed (rules.md section 2 with the notes below the table).

import type { StateChange } from '../change.ts';
import type { EventDraft } from '../event.ts';
import type { Holder, Presence, Visit } from '../facts.ts';
import { moved } from '../site-rules/moves.ts';
import { secondPerson, violationOf } from '../site-rules/rows.ts';
import { missing, waits } from '../site-rules/waits.ts';
import { businessDayAt } from '../time/business-day.ts';
import { dayCounts, planUse } from '../visit/plan-use.ts';
import { nextExhaustion, passUsed } from '../visit/settle.ts';
import { sharedTeams } from '../visit/together.ts';
import { at, denied, granted, rejected, type Who } from './records.ts';
import { bookingHere } from './rights.ts';
import { type Row, tableFor } from './rows.ts';
import type { Approach, Case, Ruling } from './tap.ts';
import type { DenyReason, Grant, GrantReason, Verdict } from './verdict.ts';

/** What the door does in the end, and what the row said of the check-in. */
interface Outcome {
  readonly open: GrantReason | null;
  readonly row: Verdict;
  /** What was looked at after the table, in order; the last settled it. */
  readonly after: readonly string[];
}

/** @param table the rows that are looked at: those of the access point, where nothing else is said. */
export function enter(c: Case, before: readonly string[], table: readonly Row[] = tableFor(c.tap, null)): Ruling {
  const rows = [...before];
  const verdict = firstVerdict(c, table, rows);
  const outcome = conclude(c, verdict);
  const holder: Holder = { kind: 'customer', id: c.customer.id };
  const waitsFor = missing(c.tap, verdict.door === 'deny' ? verdict.reason : null, () => withoutSecondPerson(c));
  rows.push(...outcome.after);
  const who = whoOf(c, 'in');
  const drafts: EventDraft[] = [];
  const changes: StateChange[] = [];
  const nextValidMs = verdict.door === 'deny' ? verdict.nextValidMs : null;
  if (outcome.open === null && verdict.door === 'deny') {
    drafts.push(denied(c.tap, who, verdict.reason, nextValidMs));
  } else if (outcome.open !== null) {
    drafts.push(granted(c.tap, who, outcome.open, violationOf(c.tap, holder)));
    changes.push(...moved(c.tap, holder, 'in'));
  }
  if (c.tap.accessPoint.kind === 'entrance') visits(c, outcome, drafts, changes);
  else seen(c, changes);
  changes.push(...waits(c.tap, holder, waitsFor));
  return {
    ...(waitsFor === null ? {} : { waitsFor }),
    granted: outcome.open !== null,
    reason: outcome.open ?? verdict.reason,
    direction: 'in',
    extendedUnlock: c.credential?.credential.extendedUnlock ?? false,
    drafts,
    changes,
    rows,
    nextValidMs,
  };
}

/** What the table says of somebody who has a second person with them: a code, or null where the door opens. */
function withoutSecondPerson(c: Case): DenyReason | null {
  const verdict = firstVerdict(c, tableFor(c.tap, secondPerson), []);
  return verdict.door === 'deny' && conclude(c, verdict).open === null ? verdict.reason : null;
}

export function whoOf({ credential, customer }: Case, direction: Who['direction']): Who {
  return { credential, holder: { kind: 'customer', id: customer.id }, direction };
}

function firstVerdict(c: Case, table: readonly Row[], rows: string[]): Verdict {
  for (const row of table) {
    rows.push(row.name);
    const verdict = row.rule(c);
    if (verdict !== null) return verdict;
  }
  throw new TypeError('the last row of the table fits everyone');
}

function conclude(c: Case, row: Verdict): Outcome {
  const { tap } = c;
  if (tap.mode === 'unlocked' && !(row.door === 'deny' && row.reason === 'account-disabled')) {
    return { open: tap.modeBy, row, after: ['mode'] };
  }
  if (row.door === 'open') return { open: row.reason, row, after: [] };
  if (!row.soft) return { open: null, row, after: [] };
  if (bookingHere(tap, c.customer.id) !== undefined) return { open: 'booking', row, after: ['booking'] };
  return tap.accessPoint.policy === 'open-and-flag'
    ? { open: 'flagged', row, after: ['policy'] }
    : { open: null, row, after: [] };
}

/** Visits at an entrance: what C8 closes, the check-in or its rejection, the pass it uses. */
function visits(c: Case, outcome: Outcome, drafts: EventDraft[], changes: StateChange[]): void {
  const { facts } = c.tap;
  const { row } = outcome;
  const open = c.openVisit();
  // An unlocked door opens for everyone: where the row denies, a visit elsewhere stays open (section 7).
  const opens = outcome.open !== null && (row.door === 'open' || c.tap.mode !== 'unlocked');
  const closed = opens ? c.elsewhere() : null;
  if (closed !== null) {
    drafts.push(...closed.drafts.map((draft) => at(c.tap, draft)));
    changes.push(...closed.changes);
  }
  const presence = facts.presence(c.customer.id);
  const checksIn = row.door === 'open' && row.checkIn !== null;
  if (presence !== undefined && (checksIn || endsPresumption(presence, c.tap))) {
    changes.push({ do: 'absent', customer: c.customer.id });
  }
  if (row.door === 'open' && row.checkIn !== null) checkIn(c, row.checkIn, drafts, changes);
  else seen(c, changes);
  if (row.door === 'deny') {
    if (row.rejected) drafts.push(rejected(c.tap, c.customer.id, row.reason));
    if (outcome.open !== null && open?.space !== c.space.id) changes.push(insideWithoutVisit(c));
  }
}

/** An in tap ends `presumed inside` of its own space even where it is denied; elsewhere only a check-in does (section 4). */
export function endsPresumption(presence: Presence, tap: Approach): boolean {
  const { kind, space } = tap.accessPoint;
  return presence.kind === 'presumed' && kind === 'entrance' && presence.space === space;
}

/**
 * Whoever entered on a booking, flagged or at an unlocked door has no visit; the way out is then no orphan. It is remembered
 * as long as someone is presumed inside: past the night, up to the cut-off after it. Whoever was presumed inside elsewhere
 * went in at a reader here, and is not any more (section 7): somebody is at one place.
 */
function insideWithoutVisit(c: Case): StateChange {
  const { id } = c.customer;
  const sinceMs = c.tap.at.wallMs;
  const presence = {
    customer: id,
    space: c.space.id,
    kind: 'no-visit',
    sinceMs,
    untilMs: businessDayAt(c.space, c.day.endMs).endMs,
    closed: null,
  } as const;
  return { do: 'present', presence };
}

/** Notes the last tap in the space, which the minutes of an automatic check-out count to (O6). */
export function seen(c: Case, changes: StateChange[]): void {
  const visit = c.openVisit();
  if (visit?.space === c.space.id) changes.push(seenNow(visit, c.tap));
}

/** @param tap its wall time is the least that it can be. */
export function seenNow({ id }: Visit, { at: { wallMs, boot, sinceBootMs } }: Approach): StateChange {
  return { do: 'seen', visit: id, at: { wallMs, boot, sinceBootMs } };
}

function checkIn(
  c: Case,
  { coverage, held }: NonNullable<Grant['checkIn']>,
  drafts: EventDraft[],
  changes: StateChange[],
): void {
  const { tap, day } = c;
  const pass = held === null || held.proposed ? null : held.pass;
  const visit: Visit = {
    id: tap.id,
    customer: c.customer.id,
    space: c.space.id,
    businessDay: day.label,
    fromMs: tap.at.wallMs,
    boot: tap.at.boot,
    fromSinceBootMs: tap.at.sinceBootMs,
    coverage,
    pass,
    plans: c.plansNow(),
    lastSeenMs: tap.at.wallMs,
    closesMs: day.endMs,
  };
  drafts.push(at(tap, checkInRecorded(visit, sourceOf(tap))));
  if (held !== null && pass !== null && held.remainingMs === null && held.usedOn !== day.label) {
    drafts.push(at(tap, passUsed(pass.id, day.label, visit.id)));
    const use = { pass: pass.id, customer: c.customer.id, businessDay: day.label, minutes: 0 };
    changes.push({ do: 'use', visit: visit.id, use });
  }
  if (dayCounts(coverage, held?.timePass)) changes.push(planUse(visit, day.label, 0));
  const minutes = (held !== null || coverage === 'pay-as-you-go') && c.held().some((h) => h.remainingMs !== null);
  const exhaustsMs = minutes ? (nextExhaustion(c.factsThen(), visit, tap.at.wallMs)?.atMs ?? null) : null;
  const shares = minutes ? sharedTeams(c.held()) : [];
  const opens = { do: 'open-visit', visit, catalogue: tap.facts.site, exhaustsMs } as const;
  changes.push(shares.length > 0 ? { ...opens, shares } : opens);
}

export function checkInRecorded(visit: Visit, source: Source): EventDraft {
  const { id, customer, space, coverage, pass } = visit;
  return { type: 'checkin.recorded', data: { visit: id, customer, space, source, pass: pass?.id ?? null, coverage } };
}

type Source = 'card' | 'qr' | 'pin' | 'door' | 'app' | 'manual';

function sourceOf({ credential, source }: Approach): Source {
  if (credential === null) return source ?? 'door';
  return credential.type === 'qr' || credential.type === 'pin' ? credential.type : 'card';
}
