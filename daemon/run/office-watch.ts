// Whether the office hears this controller, which a connection to the broker does not say: what was last heard of it and when, how
// long events wait for it, and what to do where nothing comes. A change is told once. Spans are of the monotonic clock.

import type { Clock } from '../../access/clock.ts';
import type { Log } from '../log.ts';

/** What only the office can have said: it is signed by it. */
export const officeWords = ['acknowledgement', 'manifest', 'delta', 'snapshot', 'command'] as const;
export type OfficeWord = (typeof officeWords)[number];

/**
 * `unheard`: connected so short a time that nothing can be said yet. `silent`: connected to the broker, and the office does not
 * answer.
 */
export type OfficeState = 'none' | 'no-broker' | 'unheard' | 'heard' | 'silent';

export interface OfficeReach {
  readonly state: OfficeState;
  /** `since`: when this connection, or its absence, began; null before the first attempt. `detail`: what the broker or network said. */
  readonly broker: { readonly connected: boolean; readonly since: string | null; readonly detail: string };
  /** The latest word; null where there never was one. */
  readonly last: { readonly what: OfficeWord; readonly at: string } | null;
  /** The latest of each kind, ISO 8601, UTC; null: none is known. */
  readonly heard: Readonly<Record<OfficeWord, string | null>>;
  /** `since`: of the oldest event of this journal that the office has not acknowledged. */
  readonly waiting: { readonly events: number; readonly since: string | null };
  /** What to do; null where nothing is wrong. */
  readonly advice: string | null;
}

export interface OfficeWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  /** `site/controller`, as the office knows it. */
  readonly name: string;
  readonly configured: () => boolean;
  readonly pending: () => number;
  /** Of the oldest event that waits, UTC milliseconds. */
  readonly waitingSinceMs: () => number | null;
  /** What earlier runs heard, UTC milliseconds. */
  readonly known: () => { readonly acknowledgement: number | null; readonly manifest: number | null };
}

/** An office acknowledges within seconds; one that is busy with a backlog goes on acknowledging. */
const answerMs = 60_000;
/** Where nothing waits, its manifest comes each hour. */
const manifestMs = 2.5 * 3_600_000;

export class OfficeWatch {
  readonly #parts: OfficeWatchParts;
  readonly #heardMs = new Map<OfficeWord, number>();
  #connected = false;
  #connectedWallMs: number | null = null;
  #detail = 'not tried yet';
  /** Boot milliseconds of the later of the connection and the latest word; null while not connected. */
  #quietSinceMs: number | null = null;
  #waitingSinceMs: number | null = null;
  #heardSinceConnection = false;
  #told: OfficeState = 'none';

  constructor(parts: OfficeWatchParts) {
    this.#parts = parts;
  }

  connection(connected: boolean, detail: string): void {
    const { wallMs, sinceBootMs } = this.#parts.clock.now();
    if (connected !== this.#connected || this.#connectedWallMs === null) {
      this.#connectedWallMs = wallMs;
      this.#quietSinceMs = connected ? sinceBootMs : null;
      this.#heardSinceConnection = false;
    }
    this.#connected = connected;
    this.#detail = detail;
    this.look();
  }

  /** A signed word of the office. @param saidMs when it said it; null: now, as far as is known. */
  heard(word: OfficeWord, saidMs: number | null = null): void {
    const { wallMs, sinceBootMs } = this.#parts.clock.now();
    this.#heardMs.set(word, saidMs ?? wallMs);
    // A manifest is kept by the broker: it may be old, and says nothing of now.
    const old = saidMs !== null && wallMs - saidMs > answerMs;
    if (!old) {
      if (this.#quietSinceMs !== null) this.#quietSinceMs = sinceBootMs;
      this.#heardSinceConnection = this.#connected;
    }
    if (word === 'acknowledgement') this.#waitingSinceMs = this.#parts.pending() === 0 ? null : sinceBootMs;
    this.look();
  }

  /** Something waits for the office. */
  recorded(): void {
    this.#waitingSinceMs ??= this.#parts.clock.now().sinceBootMs;
  }

  /** To be called now and then: silence does not tell of itself. */
  look(): void {
    const state = this.#state();
    if (state === this.#told || state === 'unheard' || state === 'none' || state === 'no-broker') {
      // The connection itself is told of elsewhere; after it the office's silence, or its word, is news again.
      if (state === 'no-broker') this.#told = state;
      return;
    }
    this.#told = state;
    if (state === 'heard') this.#parts.log('info', 'the office is heard: it answers what this controller sends');
    else this.#parts.log('warn', `${silentWords(this.reach())}: ${this.#advice()}`);
  }

  reach(): OfficeReach {
    const { pending, waitingSinceMs } = this.#parts;
    const state = this.#state();
    const heard = this.#heard();
    const last = officeWords.reduce<OfficeReach['last']>((latest, what) => {
      const at = heard[what];
      return at !== null && (latest === null || at > latest.at) ? { what, at } : latest;
    }, null);
    return {
      state,
      broker: { connected: this.#connected, since: isoOf(this.#connectedWallMs), detail: this.#detail },
      last,
      heard,
      waiting: { events: pending(), since: isoOf(waitingSinceMs()) },
      advice: this.#adviceFor(state),
    };
  }

  #state(): OfficeState {
    const { configured, pending, clock } = this.#parts;
    if (!configured()) return 'none';
    if (!this.#connected || this.#quietSinceMs === null) return 'no-broker';
    const nowMs = clock.now().sinceBootMs;
    const waiting = pending() > 0 ? this.#waitingSinceMs : null;
    const unanswered = waiting !== null && nowMs - Math.max(waiting, this.#quietSinceMs) >= answerMs;
    if (unanswered || nowMs - this.#quietSinceMs >= manifestMs) return 'silent';
    return this.#heardSinceConnection ? 'heard' : 'unheard';
  }

  #heard(): OfficeReach['heard'] {
    const known = this.#parts.known();
    const at = (word: OfficeWord, before: number | null = null): string | null =>
      isoOf(this.#heardMs.get(word) ?? before);
    return {
      acknowledgement: at('acknowledgement', known.acknowledgement),
      manifest: at('manifest', known.manifest),
      delta: at('delta'),
      snapshot: at('snapshot'),
      command: at('command'),
    };
  }

  #adviceFor(state: OfficeState): string | null {
    if (state === 'silent') return this.#advice();
    return state === 'no-broker'
      ? 'see that the broker runs and can be reached: cardea doctor says what is wrong'
      : null;
  }

  #advice(): string {
    const { name } = this.#parts;
    return `see that the office runs, that its config has ${name} with this controller's key, and that the broker's access list lets both speak (its site's id); cardea office controllers says whom the office hears`;
  }
}

/** That nothing comes, since when, and what waits. */
export function silentWords({ broker, last, waiting }: OfficeReach): string {
  const since = last === null ? 'it was never heard' : `its last word is the ${last.what} of ${last.at}`;
  const waits = waiting.events === 0 ? '' : `, ${waiting.events} events wait${sinceWords(waiting.since)}`;
  return `connected to the broker${sinceWords(broker.since)}, but the office does not answer: ${since}${waits}`;
}

function sinceWords(since: string | null): string {
  return since === null ? '' : ` since ${since}`;
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
