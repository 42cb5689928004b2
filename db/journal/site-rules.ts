// What the site rules remember (rules.md C6a), as rows: where people are, what was tried at readers, who waits at doors.

import type Database from 'better-sqlite3';
import type { StateChange } from '../../access/change.ts';
import type { Holder } from '../../access/facts.ts';
import { whereaboutsAfter } from '../../access/site-rules/facts-after.ts';
import {
  type Attempts,
  holderKey,
  nobodyWaits,
  type PersonInside,
  type SiteRuleFacts,
  type WaitingAt,
  type Whereabouts,
} from '../../access/site-rules/state.ts';

type Of<K extends StateChange['do']> = Extract<StateChange, { do: K }>;
type Kinds = 'moved' | 'not-moved' | 'forgive' | 'attempts' | 'wait';
type Execute<K extends StateChange['do']> = (change: Of<K>) => void;

/** Of whoever has been outside of all areas for so long nothing is kept. */
const outsideKeptMs = 86_400_000;

export class SiteRuleRows implements SiteRuleFacts {
  readonly #whereabouts: Database.Statement<[string], string>;
  readonly #state: Database.Statement<[string, string], string>;
  readonly #people: Database.Statement<
    [string, string, string],
    { kind: Holder['kind']; id: string; visit: string | null }
  >;

  constructor(db: Database.Database) {
    this.#whereabouts = db.prepare<[string], string>('SELECT state FROM whereabouts WHERE holder = ?').pluck();
    this.#state = db
      .prepare<[string, string], string>('SELECT state FROM rule_states WHERE kind = ? AND id = ?')
      .pluck();
    this.#people = db.prepare(
      `SELECT 'customer' AS kind, customer AS id, id AS visit FROM visits WHERE space = ?
       UNION ALL SELECT 'customer', customer, NULL FROM presence WHERE space = ? AND kind = 'no-visit'
       UNION ALL SELECT 'visitor', visitor, NULL FROM visitors_inside WHERE space = ?`,
    );
  }

  whereabouts(holder: Holder): Whereabouts | undefined {
    return this.at(holderKey(holder));
  }

  /** @param key of `holderKey`. */
  at(key: string): Whereabouts | undefined {
    return read<Whereabouts>(this.#whereabouts.get(key));
  }

  attempts(reader: string): Attempts | undefined {
    return read<Attempts>(this.#state.get('attempts', reader));
  }

  waitingAt(accessPoint: string): WaitingAt | undefined {
    return read<WaitingAt>(this.#state.get('wait', accessPoint));
  }

  peopleInside(space: string): readonly PersonInside[] {
    return this.#people.all(space, space, space).map(({ kind, id, visit }) => ({ holder: { kind, id }, visit }));
  }
}

/** Only this program writes them, in transactions: what is there is whole. */
function read<State>(text: string | undefined): State | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as State);
}

export function siteRuleExecutors(db: Database.Database): { readonly [K in Kinds]: Execute<K> } {
  const rows = new SiteRuleRows(db);
  const put = db.prepare('INSERT OR REPLACE INTO whereabouts (holder, area, since_ms, state) VALUES (?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM whereabouts WHERE holder = ?');
  const dropOutside = db.prepare('DELETE FROM whereabouts WHERE area IS NULL AND since_ms < ?');
  const holders = db.prepare<[], string>('SELECT holder FROM whereabouts').pluck();
  const keep = db.prepare('INSERT OR REPLACE INTO rule_states (kind, id, state) VALUES (?, ?, ?)');
  const forget = db.prepare('DELETE FROM rule_states WHERE kind = ? AND id = ?');
  const move = (key: string, change: Of<'moved' | 'not-moved' | 'forgive'>): void => {
    const before = rows.at(key);
    const after = whereaboutsAfter(before, change, key);
    if (after === undefined) drop.run(key);
    else if (after !== before) put.run(key, after.area, Math.trunc(after.at.wallMs), JSON.stringify(after));
  };
  return {
    moved: (change) => {
      move(holderKey(change.holder), change);
      dropOutside.run(Math.trunc(change.to.at.wallMs) - outsideKeptMs);
    },
    'not-moved': (change) => move(holderKey(change.holder), change),
    forgive: (change) => {
      for (const key of change.holder === null ? holders.all() : [holderKey(change.holder)]) move(key, change);
    },
    attempts: ({ reader, attempts }) =>
      void (attempts === null
        ? forget.run('attempts', reader)
        : keep.run('attempts', reader, JSON.stringify(attempts))),
    wait: ({ accessPoint, for: slot, waiting }) => {
      const now: WaitingAt = { ...(rows.waitingAt(accessPoint) ?? nobodyWaits), [slot]: waiting };
      if (now.pin === null && now.companion === null) forget.run('wait', accessPoint);
      else keep.run('wait', accessPoint, JSON.stringify(now));
    },
  };
}
