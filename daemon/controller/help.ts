// Calls for help at an access point (interfaces.md section 5, `help.requested`): who was last refused there, and how often one
// is recorded. Both are asked of the journal, so a crash takes nothing of either; what a failing disk has not taken counts too.

import type { Moment } from '../../access/clock.ts';
import type { EventDraft, EventType, JsonObject } from '../../access/event.ts';
import { recordOf, textOf } from '../../config/raw.ts';
import type { HelpSettings } from '../../config/types.ts';
import { messageOf } from '../../db/error.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { Ledger } from './ledger.ts';
import type { ControllerParts } from './port.ts';
import type { Timekeeper } from './timekeeper.ts';

/** A call that somebody makes otherwise than by the input at the door. */
export interface HelpCall {
  readonly accessPoint: string;
  /** null: nothing is said. */
  readonly message: string | null;
  /** Who calls, for the records. */
  readonly by: string;
}

export type HelpOutcome =
  /** `data`: of the event. */
  | { readonly outcome: 'done'; readonly reason: null; readonly data: JsonObject }
  | { readonly outcome: 'refused'; readonly reason: 'unknown-access-point' }
  /** The one before is so fresh that this would be the same call. */
  | { readonly outcome: 'refused'; readonly reason: 'called-already'; readonly againInMs: number };

export interface HelpParts {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly time: Timekeeper;
  readonly settings: () => HelpSettings;
  readonly log: ControllerParts['log'];
}

/** How far back it is looked: what is older than so many records was long ago at any door. */
export const lookedAt = 1_000;

const types: readonly EventType[] = ['access.denied', 'help.requested'];

/** A record, or what will be one: where it stands in time, and its name where it has one. */
interface Past {
  readonly draft: EventDraft;
  readonly clock: Pick<Moment, 'boot' | 'sinceBootMs' | 'synchronised'>;
  readonly wallMs: number;
  readonly id: string | null;
}

type Source = 'input' | 'command';

type Planned = { readonly data: JsonObject } | { readonly againInMs: number };

export class Help {
  readonly #parts: HelpParts;
  /** Ids of the access points whose help input is pressed. */
  readonly #pressed = new Set<string>();

  constructor(parts: HelpParts) {
    this.#parts = parts;
  }

  /** Goes on with the inputs of these access points. */
  keepAt(accessPoints: readonly string[]): void {
    for (const id of this.#pressed) if (!accessPoints.includes(id)) this.#pressed.delete(id);
  }

  /** A level of the input: one that stays pressed is one call. @returns what is to be recorded; null: nothing. */
  level(accessPoint: string, active: boolean): EventDraft | null {
    if (this.#pressed.has(accessPoint) === active) return null;
    if (!active) {
      this.#pressed.delete(accessPoint);
      return null;
    }
    this.#pressed.add(accessPoint);
    const planned = this.#plan(accessPoint, 'input', { message: 'help input' });
    return 'data' in planned ? { type: 'help.requested', accessPoint, data: planned.data } : null;
  }

  /** A call by command, at an access point that is there. The draft in it is to be recorded. */
  call({ accessPoint, message, by }: HelpCall): { readonly draft: EventDraft | null; readonly outcome: HelpOutcome } {
    const planned = this.#plan(accessPoint, 'command', { message: message ?? 'help command', by });
    if ('againInMs' in planned) {
      return { draft: null, outcome: { outcome: 'refused', reason: 'called-already', againInMs: planned.againInMs } };
    }
    const { data } = planned;
    const draft: EventDraft = { type: 'help.requested', accessPoint, data };
    return { draft, outcome: { outcome: 'done', reason: null, data } };
  }

  #plan(accessPoint: string, source: Source, said: JsonObject): Planned {
    const { refusedWithinMs, quietMs } = this.#parts.settings();
    const now = this.#parts.time.now();
    const { refused, called } = this.#before(accessPoint, source);
    const calledMs = called === null ? null : this.#elapsedMs(called, now);
    if (calledMs !== null && calledMs < quietMs) return { againInMs: quietMs - calledMs };
    const refusedMs = refused === null ? null : this.#elapsedMs(refused, now);
    const who = refused === null || refusedMs === null || refusedMs > refusedWithinMs ? {} : whoOf(refused);
    return { data: { ...said, source, ...who } };
  }

  /** The last refusal there, and the last call of this source where nobody was refused after it. */
  #before(accessPoint: string, source: Source): { readonly refused: Past | null; readonly called: Past | null } {
    let called: Past | null = null;
    try {
      for (const past of this.#newestFirst()) {
        if (past.draft.accessPoint !== accessPoint) continue;
        if (past.draft.type === 'access.denied') return { refused: past, called };
        if (past.draft.data.source === source) called ??= past;
      }
    } catch (error) {
      // Whoever calls is heard, even where it cannot be said who was refused.
      this.#parts.log('error', `who was refused at ${accessPoint} cannot be read: ${messageOf(error)}`);
    }
    return { refused: null, called };
  }

  *#newestFirst(): Generator<Past> {
    const { ledger, journal } = this.#parts;
    for (const { draft, at } of ledger.unwrittenRecords().reverse()) {
      if (types.includes(draft.type)) yield { draft, clock: at, wallMs: at.wallMs, id: null };
    }
    for (const event of journal.latest(types, lookedAt)) {
      yield { draft: event, clock: event.clock, wallMs: Date.parse(event.time), id: event.id };
    }
  }

  /** null: it was in another boot under a clock that nobody believes, so nobody knows. */
  #elapsedMs({ clock, wallMs }: Past, now: Moment): number | null {
    if (clock.boot === now.boot) return now.sinceBootMs - clock.sinceBootMs;
    return clock.synchronised ? Math.max(this.#parts.time.leastMs(now) - wallMs, 0) : null;
  }
}

/** A credential as the refusal has it: its id, or its keyed hash where nobody is known to hold it. */
function whoOf({ draft, wallMs, id }: Past): JsonObject {
  const { holder, credential, reason } = draft.data;
  const { kind, id: holderId } = recordOf(holder);
  const customer = kind === 'customer' ? textOf(holderId) : undefined;
  return {
    ...(customer === undefined ? {} : { customer }),
    refused: {
      at: new Date(wallMs).toISOString(),
      reason,
      ...(draft.reader === undefined ? {} : { reader: draft.reader }),
      ...(holder === undefined ? {} : { holder }),
      ...(credential === undefined ? {} : { credential }),
      ...(id === null ? {} : { event: id }),
    },
  };
}
