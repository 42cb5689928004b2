// Each change that the rules plan, as its statement: one exhaustive table. What a change names and is not there any more
// (a visit closed already) is left alone: a plan that comes late must not keep a door from its record.

import type Database from 'better-sqlite3';
import type { StateChange } from '../../access/change.ts';
import type { ClosedVisit } from '../../access/facts.ts';
import type { RecordPlace } from '../../access/merge/record.ts';
import { holderKey } from '../../access/site-rules/state.ts';
import { seenAt, shownAt } from '../../access/visit/shown.ts';
import type { Catalogues } from './catalogues.ts';
import { catalogueOfVisit } from './local-facts.ts';
import type { JournalIdentity } from './schema.ts';
import { sharedExecutors } from './shared-changes.ts';
import { siteRuleExecutors } from './site-rules.ts';
import { type VisitRow, visitColumns, visitOf } from './visit-row.ts';

type Value = string | number | null;
type Statement = Database.Statement<Value[]>;
type Of<K extends StateChange['do']> = Extract<StateChange, { do: K }>;
/** `closed`: the catalogues of the visits that this commit closed, by visit. */
interface Commit {
  readonly seq: number;
  /** UTC milliseconds. */
  readonly timeMs: number;
  readonly closed: Map<string, string>;
}
type Executors = { readonly [K in StateChange['do']]: (change: Of<K>, commit: Commit) => void };

/** Runs inside the caller's transaction, in order. `seq` and time are those of the last record of the commit. */
export type Execute = (changes: readonly StateChange[], seq: number, timeMs: number) => void;

export function changeExecutor(db: Database.Database, identity: JournalIdentity, catalogues: Catalogues): Execute {
  const executors: Executors = {
    ...visitExecutors(db, catalogues),
    ...measureExecutors(db),
    ...useExecutors(db, identity),
    ...presenceExecutors(db),
    ...doorExecutors(db),
    ...siteRuleExecutors(db),
    ...commandExecutors(db),
    ...sharedExecutors(db, catalogues),
  };
  return (changes, seq, timeMs) => {
    const commit: Commit = { seq, timeMs, closed: new Map() };
    for (const change of changes)
      (executors[change.do] as (change: StateChange, commit: Commit) => void)(change, commit);
  };
}

function visitExecutors(
  db: Database.Database,
  catalogues: Catalogues,
): Pick<Executors, 'open-visit' | 'exhausts' | 'close-visit'> {
  const open: Statement = db.prepare(
    `INSERT INTO visits (id, customer, space, business_day, from_ms, boot, from_since_boot_ms, coverage, pass_id, pass,
       plans, last_seen_ms, closes_ms, exhausts_ms, catalogue, owner)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const exhausts: Statement = db.prepare('UPDATE visits SET exhausts_ms = ? WHERE id = ?');
  const close = db.prepare<[string], string>('DELETE FROM visits WHERE id = ? RETURNING catalogue').pluck();
  return {
    'open-visit': ({ visit: v, catalogue, exhaustsMs }) => {
      const hash = catalogues.keep(catalogue);
      const pass = v.pass === null ? null : JSON.stringify(v.pass);
      const begin: Value[] = [
        v.id,
        v.customer,
        v.space,
        v.businessDay,
        v.fromMs,
        v.boot,
        v.fromSinceBootMs,
        v.coverage,
      ];
      const end: Value[] = [v.lastSeenMs, v.closesMs, exhaustsMs, hash, v.owner ?? null];
      open.run(...begin, v.pass?.id ?? null, pass, JSON.stringify(v.plans), ...end);
    },
    exhausts: ({ visit, exhaustsMs }) => void exhausts.run(exhaustsMs, visit),
    'close-visit': ({ visit }, { closed }) => {
      const catalogue = close.get(visit);
      if (catalogue !== undefined) closed.set(visit, catalogue);
    },
  };
}

function measureExecutors(db: Database.Database): Pick<Executors, 'seen' | 'shift'> {
  const one = db.prepare<[string], VisitRow>(`SELECT ${visitColumns} FROM visits WHERE id = ?`);
  const ofBoot = db.prepare<[string], VisitRow>(`SELECT ${visitColumns} FROM visits WHERE boot = ?`);
  const seen: Statement = db.prepare('UPDATE visits SET last_seen_ms = ? WHERE id = ?');
  const shift: Statement = db.prepare(
    'UPDATE visits SET from_ms = ?, last_seen_ms = ?, exhausts_ms = exhausts_ms + ? WHERE id = ?',
  );
  const kept = db.prepare<[string], { customer: string; closed: string }>(
    "SELECT customer, closed FROM presence WHERE json_extract(closed, '$.boot') = ?",
  );
  const keep: Statement = db.prepare('UPDATE presence SET closed = ? WHERE customer = ?');
  return {
    seen: ({ visit, at }) => {
      const row = one.get(visit);
      if (row !== undefined) seen.run(seenAt(visitOf(row), at).lastSeenMs, visit);
    },
    shift: ({ to }) => {
      for (const row of ofBoot.all(to.boot)) {
        const { fromMs, lastSeenMs } = shownAt(row, to);
        if (fromMs !== row.fromMs) shift.run(fromMs, lastSeenMs, fromMs - row.fromMs, row.id);
      }
      for (const { customer, closed } of kept.all(to.boot)) {
        keep.run(JSON.stringify(shownAt(JSON.parse(closed) as ClosedVisit, to)), customer);
      }
    },
  };
}

function useExecutors(
  db: Database.Database,
  identity: JournalIdentity,
): Pick<Executors, 'use' | 'plan-use' | 'propose'> {
  const own = (commit: Commit): RecordPlace => ({ ...identity, ...commit });
  const insertUse: Statement = db.prepare(
    `INSERT INTO pass_use (controller, epoch, seq, time_ms, visit, pass, customer, business_day, minutes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET minutes = minutes + excluded.minutes, business_day = excluded.business_day`,
  );
  const insertPlanUse: Statement = db.prepare(
    `INSERT INTO plan_use (customer, seq, controller, epoch, visit, day, minutes) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET minutes = minutes + excluded.minutes`,
  );
  // No week and no month is longer: of what no limit can look at any more nothing is kept.
  const dropPlanUse: Statement = db.prepare("DELETE FROM plan_use WHERE customer = ? AND day < date(?, '-62 days')");
  const insertProposal: Statement = db.prepare(
    `INSERT INTO proposals (epoch, seq, visit, customer, business_day, time_pass, remaining_minutes)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    use: ({ visit, use: u, of }, commit) => {
      const { controller, epoch, seq, timeMs } = of ?? own(commit);
      insertUse.run(controller, epoch, seq, timeMs, visit, u.pass, u.customer, u.businessDay, u.minutes);
    },
    'plan-use': ({ visit, use: u, of }, commit) => {
      const { controller, epoch, seq } = of ?? own(commit);
      insertPlanUse.run(u.customer, seq, controller, epoch, visit, u.day, u.minutes);
      dropPlanUse.run(u.customer, u.day);
    },
    propose: ({ visit, proposal: p, of }, commit) => {
      const { epoch, seq } = of ?? own(commit);
      insertProposal.run(epoch, seq, visit, p.customer, p.businessDay, p.timePass, p.remainingMinutes);
    },
  };
}

function presenceExecutors(
  db: Database.Database,
): Pick<Executors, 'present' | 'absent' | 'visitor-in' | 'visitor-out'> {
  const present: Statement = db.prepare(
    `INSERT OR REPLACE INTO presence (customer, space, kind, since_ms, until_ms, closed, closed_visit, closed_catalogue)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const catalogueOf = db.prepare<[string, string], string>(catalogueOfVisit).pluck();
  const absent: Statement = db.prepare('DELETE FROM presence WHERE customer = ?');
  const arrive: Statement = db.prepare(
    `INSERT OR REPLACE INTO visitors_inside (visitor, host, space, since_ms, boot, since_boot_ms, until_ms, owner)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const depart: Statement = db.prepare('DELETE FROM visitors_inside WHERE visitor = ?');
  // Whoever has departed does not come again under that id.
  const forget: Statement = db.prepare('DELETE FROM whereabouts WHERE holder = ?');
  return {
    present: ({ presence: p }, commit) => {
      const closed = p.closed === null ? null : JSON.stringify(p.closed);
      const visit = p.closed?.id ?? null;
      const catalogue = visit === null ? null : (commit.closed.get(visit) ?? catalogueOf.get(visit, visit) ?? null);
      present.run(p.customer, p.space, p.kind, p.sinceMs, p.untilMs, closed, visit, catalogue);
    },
    absent: ({ customer }) => void absent.run(customer),
    'visitor-in': ({ visitor, host, space, sinceMs, boot, sinceBootMs, untilMs, owner }) =>
      void arrive.run(visitor, host, space, sinceMs, boot, sinceBootMs, untilMs, owner ?? null),
    'visitor-out': ({ visitor }) => {
      depart.run(visitor);
      forget.run(holderKey({ kind: 'visitor', id: visitor }));
    },
  };
}

function doorExecutors(db: Database.Database): Pick<Executors, 'door'> {
  const save: Statement = db.prepare('INSERT OR REPLACE INTO doors (access_point, saved) VALUES (?, ?)');
  return { door: ({ accessPoint, saved }) => void save.run(accessPoint, JSON.stringify(saved)) };
}

function commandExecutors(db: Database.Database): Pick<Executors, 'settle-command' | 'forget-commands' | 'commanded'> {
  // What became of it the first time stands.
  const settle: Statement = db.prepare(
    'INSERT INTO commands (id, outcome, reason, expires_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const forget: Statement = db.prepare('DELETE FROM commands WHERE expires_ms < ?');
  const commanded: Statement = db.prepare('INSERT OR REPLACE INTO commanded (access_point, issued_ms) VALUES (?, ?)');
  return {
    'settle-command': ({ settled: { id, outcome, reason, expiresMs } }) =>
      void settle.run(id, outcome, reason, expiresMs),
    'forget-commands': ({ beforeMs }) => void forget.run(beforeMs),
    commanded: ({ accessPoint, issuedMs }) => void commanded.run(accessPoint, issuedMs),
  };
}
