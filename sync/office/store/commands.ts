// The office's commands: given by whoever runs `cardea office command`, published by the running office, kept with what became
// of them. Bounded: the oldest that are settled go.

import type { Command } from '../../../access/command/command.ts';
import type { Order } from '../../../access/command/order.ts';
import { OfficeError } from '../error.ts';
import { guarded } from './failure.ts';
import type { OfficeStore } from './open.ts';

/**
 * `waiting`: no answer yet. `unanswered`: it was sent, and had none when it expired: whether it was carried out is not known.
 * `unsent`: it expired before it was sent once.
 */
export type CommandState = 'waiting' | 'done' | 'refused' | 'expired' | 'unanswered' | 'unsent';

export interface StoredCommand extends Order {
  readonly controller: string;
  readonly command: Command;
  readonly state: CommandState;
  /** Why it was refused, or not carried out everywhere; else null. */
  readonly reason: string | null;
  readonly sent: number;
  /** UTC milliseconds; null: it was not. */
  readonly answeredMs: number | null;
}

/** Commands that wait for their answers, at most. */
export const maxWaiting = 1_000;
/** Commands that are kept, at most. */
export const maxStored = 10_000;
/** A controller takes no command for later: of one that lies further ahead, the clock was wrong. */
const maxAheadMs = 30_000;

interface Row extends Order {
  readonly controller: string;
  readonly body: string;
  readonly state: CommandState;
  readonly reason: string | null;
  readonly sent: number;
  readonly answeredMs: number | null;
}

const columns = `id, controller, body, issued_ms AS issuedAtMs, expires_ms AS expiresAtMs, state, reason, sent,
  answered_ms AS answeredMs`;

/** What is asked for, before it has its place in the controller's order. */
export interface NewCommand {
  readonly id: string;
  readonly controller: string;
  readonly command: Command;
  readonly nowMs: number;
  readonly lifeMs: number;
}

/**
 * Keeps it for the running office. Two for one controller never have the same instant of issue: what came later is later.
 * @throws OfficeError `too-many-commands`, `store-*`
 */
export function addCommand(store: OfficeStore, { id, controller, command, nowMs, lifeMs }: NewCommand): StoredCommand {
  const { db } = store;
  return guarded(store.path, () =>
    db
      .transaction(() => {
        const waiting = db.prepare<[], number>("SELECT count(*) FROM commands WHERE state = 'waiting'").pluck().get();
        if ((waiting ?? 0) >= maxWaiting) {
          const words = `${maxWaiting} commands wait for an answer already: is \`cardea office run\` running?`;
          throw new OfficeError('too-many-commands', words);
        }
        const last = db
          .prepare<[string], number | null>('SELECT max(issued_ms) FROM commands WHERE controller = ?')
          .pluck()
          .get(controller);
        const issuedMs = issuedAfter(last ?? null, Math.floor(nowMs));
        db.prepare(
          `INSERT INTO commands (id, controller, body, issued_ms, expires_ms, state, sent) VALUES (?, ?, ?, ?, ?, 'waiting', 0)`,
        ).run(id, controller, JSON.stringify(command), issuedMs, issuedMs + lifeMs);
        db.prepare(
          `DELETE FROM commands WHERE state <> 'waiting' AND id IN
             (SELECT id FROM commands ORDER BY issued_ms DESC, id DESC LIMIT -1 OFFSET ?)`,
        ).run(maxStored);
        const added = readCommand(store, id);
        if (added === undefined) throw new TypeError('what was added is there');
        return added;
      })
      .immediate(),
  );
}

function issuedAfter(lastMs: number | null, nowMs: number): number {
  return lastMs === null || lastMs > nowMs + maxAheadMs ? nowMs : Math.max(nowMs, lastMs + 1);
}

export function readCommand({ db }: OfficeStore, id: string): StoredCommand | undefined {
  const row = db.prepare<[string], Row>(`SELECT ${columns} FROM commands WHERE id = ?`).get(id);
  return row === undefined ? undefined : commandOf(row);
}

/** Asks, as often as one likes, whether any waits. */
export function waitingQuestion({ db }: OfficeStore): () => boolean {
  const one = db.prepare<[], number>("SELECT 1 FROM commands WHERE state = 'waiting' LIMIT 1").pluck();
  return () => one.get() !== undefined;
}

/** In the order of their issue. */
export function waitingCommands({ db }: OfficeStore): StoredCommand[] {
  const rows = db.prepare<[], Row>(`SELECT ${columns} FROM commands WHERE state = 'waiting' ORDER BY issued_ms, id`);
  return rows.all().map(commandOf);
}

/** The latest first. */
export function latestCommands({ db }: OfficeStore, count: number): StoredCommand[] {
  const rows = db.prepare<[number], Row>(`SELECT ${columns} FROM commands ORDER BY issued_ms DESC, id DESC LIMIT ?`);
  return rows.all(count).map(commandOf);
}

export function countSent({ db }: OfficeStore, id: string): void {
  db.prepare('UPDATE commands SET sent = sent + 1 WHERE id = ?').run(id);
}

/** What became of it; the first answer stands. @returns whether this was it */
export function settleCommand(
  { db }: OfficeStore,
  { controller, id }: Pick<StoredCommand, 'controller' | 'id'>,
  state: Exclude<CommandState, 'waiting'>,
  reason: string | null,
  answeredMs: number | null,
): boolean {
  // A late answer still says more than that there was none.
  const { changes } = db
    .prepare(
      `UPDATE commands SET state = ?, reason = ?, answered_ms = ?
       WHERE id = ? AND controller = ? AND (state = 'waiting' OR (state = 'unanswered' AND ? <> 'unanswered'))`,
    )
    .run(state, reason, answeredMs, id, controller, state);
  return changes > 0;
}

function commandOf({ body, ...row }: Row): StoredCommand {
  return { ...row, command: JSON.parse(body) as Command };
}
