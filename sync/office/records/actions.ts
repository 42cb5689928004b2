// What an operator does to one record, in their own words: each a small change that is found from what the record says now. One table,
// from which the command line and the HTTP interface are made.

import { dateOfDay, dayOfDate } from '../../../access/time/date.ts';
import { parseDate } from '../../../config/instant.ts';
import { listOf, recordOf, textOf } from '../../../config/raw.ts';
import { moved, withdrawn } from '../visitors/register.ts';
import type { Operation } from './change.ts';
import { RecordsError, type RecordsErrorCode } from './error.ts';
import type { RecordKind } from './kinds.ts';
import type { RecordsView } from './view.ts';

export interface Field {
  readonly type: 'text' | 'whole' | 'flag';
  readonly needed: boolean;
  readonly words: string;
}

export interface Asked {
  readonly id: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
  /** For a record that is made. */
  readonly newId: string;
}

export interface Action {
  readonly name: string;
  readonly kind: RecordKind;
  readonly summary: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** What describes the site is the owner's. */
  readonly role: 'staff' | 'owner';
  /** @throws RecordsError */
  plan(view: RecordsView, asked: Asked): readonly Operation[];
}

const reason = text('why, for the audit log');

export const actions: readonly Action[] = [
  action('freeze', 'contracts', 'freezes a contract; both days are included', {
    fields: { from: needed('first day, as 2026-02-01'), to: text('last day; left out: until it is unfrozen'), reason },
    plan: (view, { id, given }) => {
      const frozen = listOf(view.get('contracts', id).frozen);
      return changed(view, 'contracts', id, { frozen: [...frozen, { from: given.from, to: given.to ?? null }] });
    },
  }),
  action('unfreeze', 'contracts', 'lets a frozen contract run again from a day on; later freezes go too', {
    fields: { from: needed('first day that it runs again, as 2026-02-10'), reason },
    plan: (view, { id, given }) => {
      const from = dayIn(given.from);
      const spans = listOf(view.get('contracts', id).frozen).map(recordOf);
      const frozen = spans
        .filter((span) => String(span.from) < from)
        .map((span) => (span.to === null || String(span.to) >= from ? { ...span, to: dayBefore(from) } : span));
      return changed(view, 'contracts', id, { frozen });
    },
  }),
  action('end-contract', 'contracts', 'ends a contract with a day, which is still included', {
    fields: { to: needed('last day, as 2026-03-31'), reason },
    plan: (view, { id, given }) => changed(view, 'contracts', id, { to: given.to }),
  }),
  status('block', 'blocked', 'blocks a credential: no door opens for it'),
  status('report-lost', 'lost', 'marks a credential as lost: no door opens for it'),
  status('unblock', 'active', 'lets a credential that was blocked or lost open doors again'),
  action('give-pass', 'customers', 'gives a customer a pass', {
    fields: passFields(),
    plan: (view, asked) => pass(view, 'customer', asked),
  }),
  action('give-team-pass', 'teams', 'gives a team a pass', {
    fields: passFields(),
    plan: (view, asked) => pass(view, 'team', asked),
  }),
  action('correct-pass', 'passes', 'corrects what is left on a pass', {
    fields: {
      minutes: { type: 'whole', needed: false, words: 'minutes to add; less than 0: to take away' },
      unused: { type: 'flag', needed: false, words: 'a day pass counts as not used' },
      reason: { ...reason, needed: true },
    },
    plan: corrected,
  }),
  action('disable', 'customers', "closes a customer's account: no door opens, the way out stays free", {
    fields: { reason },
    plan: (view, { id }) => changed(view, 'customers', id, { disabled: true }),
  }),
  action('enable', 'customers', "opens a customer's account again", {
    fields: { reason },
    plan: (view, { id }) => changed(view, 'customers', id, { disabled: false }),
  }),
  action('cancel-booking', 'bookings', 'cancels a booking: it opens no door', {
    fields: { reason },
    plan: (view, { id }) => changed(view, 'bookings', id, { status: 'cancelled' }),
  }),
  action('approve-visitor', 'visitors', 'lets a visitor in at their time', {
    fields: { reason },
    plan: (view, { id }) => changed(view, 'visitors', id, { approval: 'approved' }),
  }),
  action('reject-visitor', 'visitors', 'does not let a visitor in', {
    fields: { reason },
    plan: (view, { id }) => changed(view, 'visitors', id, { approval: 'rejected' }),
  }),
  action('hold-visitor', 'visitors', 'does not let a visitor in until somebody has decided', {
    fields: { reason },
    plan: (view, { id }) => changed(view, 'visitors', id, { approval: 'held' }),
  }),
  action('move-visitor', 'visitors', 'expects a visitor at another time; approval and badge stay', {
    fields: { expected: needed('when, as 2026-03-03T10:00:00+01:00'), reason },
    plan: (view, { id, given, nowMs }) => moved(view, id, given.expected, nowMs),
  }),
  action('withdraw-visitor', 'visitors', 'expects a visitor no more: the visit and its badge are removed', {
    fields: { reason },
    plan: (view, { id, nowMs }) => withdrawn(view, id, nowMs),
  }),
  action('add-closure', 'spaces', 'closes a space for some days; both are included', {
    role: 'owner',
    fields: {
      from: needed('first day, as 2026-12-25'),
      to: text('last day (default: the first)'),
      name: text('what for'),
    },
    plan: (view, { id, given }) => {
      const closures = listOf(view.get('spaces', id).closures);
      const named = given.name === undefined ? {} : { name: given.name };
      return changed(view, 'spaces', id, {
        closures: [...closures, { from: given.from, to: given.to ?? given.from, ...named }],
      });
    },
  }),
  action('lift-closure', 'spaces', 'takes back a closure of a space', {
    role: 'owner',
    fields: { from: needed('first day of the closure, as 2026-12-25') },
    plan: (view, { id, given }) => {
      const closures = listOf(view.get('spaces', id).closures);
      const rest = closures.filter((closure) => recordOf(closure).from !== given.from);
      if (rest.length === closures.length) {
        throw refused('not-found', `${id} has no closure from ${String(given.from)}: it has ${daysOf(closures)}`);
      }
      return changed(view, 'spaces', id, { closures: rest });
    },
  }),
];

function action(
  name: string,
  kind: RecordKind,
  summary: string,
  rest: Pick<Action, 'fields' | 'plan'> & { readonly role?: Action['role'] },
): Action {
  return { name, kind, summary, role: 'staff', ...rest };
}

function status(name: string, to: 'active' | 'blocked' | 'lost', summary: string): Action {
  return action(name, 'credentials', summary, {
    fields: { reason },
    plan: (view, { id }) => changed(view, 'credentials', id, { status: to }),
  });
}

function passFields(): Action['fields'] {
  return {
    timePass: needed('which time pass it is a copy of'),
    expires: text('until when it is good, as 2026-12-31T23:00:00Z'),
    validFrom: text('from when on it is good'),
    source: text('sold, product, plan or manual (default)'),
    id: text('its id (default: a new one)'),
    reason,
  };
}

function pass(view: RecordsView, holder: 'customer' | 'team', { id, given, nowMs, newId }: Asked): Operation[] {
  view.get(holder === 'customer' ? 'customers' : 'teams', id);
  const { timePass, expires = null, validFrom = null, source = 'manual' } = given;
  const createdAt = new Date(nowMs).toISOString();
  const record = { timePass, [holder]: id, source, expires, validFrom, createdAt };
  return [{ does: 'put', kind: 'passes', id: textOf(given.id) ?? newId, record, expected: null }];
}

function corrected(view: RecordsView, { id, given }: Asked): Operation[] {
  const { minutes, unused } = given;
  if ((minutes === undefined) === (unused !== true)) {
    throw refused('invalid', 'a correction is of minutes, or says that a day pass is unused: one of the two');
  }
  const record = view.get('passes', id);
  const { minutesIncluded = null } = view.get('timePasses', String(record.timePass));
  if (unused === true) {
    if (minutesIncluded !== null) throw refused('conflict', `${id} is a minute pass: correct its minutes`);
    return changed(view, 'passes', id, { usedOn: null, usedBy: null });
  }
  if (minutesIncluded === null)
    throw refused('conflict', `${id} is a day pass, which has no minutes: say that it is unused`);
  const left = Number(record.remainingMinutes ?? minutesIncluded) + Number(minutes);
  if (left < 0) throw refused('conflict', `${id} would have ${left} minutes: take at most ${left - Number(minutes)}`);
  return changed(view, 'passes', id, { remainingMinutes: left });
}

function changed(
  view: RecordsView,
  kind: RecordKind,
  id: string,
  keys: Readonly<Record<string, unknown>>,
): Operation[] {
  return [{ does: 'put', kind, id, record: { ...view.get(kind, id), ...keys } }];
}

/** @throws RecordsError `invalid` */
function dayIn(value: unknown): string {
  const day = textOf(value);
  if (day !== undefined && parseDate(day) !== null) return day;
  throw refused('invalid', `${JSON.stringify(value)} is no day; allowed is one as 2026-02-10`);
}

function dayBefore(date: string): string {
  return dateOfDay(dayOfDate(date) - 1);
}

function daysOf(closures: readonly unknown[]): string {
  return closures.length === 0 ? 'none' : closures.map((closure) => String(recordOf(closure).from)).join(', ');
}

function needed(words: string): Field {
  return { type: 'text', needed: true, words };
}

function text(words: string): Field {
  return { type: 'text', needed: false, words };
}

function refused(code: RecordsErrorCode, words: string): RecordsError {
  return new RecordsError(code, words);
}

/** The reason that was given, for the audit log. */
export function reasonIn(given: Readonly<Record<string, unknown>>): string | null {
  return textOf(given.reason) ?? null;
}
