// What the daemon tells whoever looks after it: one line per happening. A log never throws and never waits; something that
// happens all the time is said at most once per span, with its count.

import type { Clock } from '../access/clock.ts';

export type LogLevel = 'info' | 'warn' | 'error';

export type Log = (level: LogLevel, message: string) => void;

/**
 * Writes `cardea: message`, with the level in front unless it is info; line breaks inside a message stay one record.
 * @param time stands before it, ISO 8601; left out where whoever takes the lines has a time of its own.
 */
export function lineLog(write: (line: string) => void, time?: Clock): Log {
  return (level, message) => {
    const text = message.replaceAll('\n', '\n  ');
    const at = time === undefined ? '' : `${new Date(time.now().wallMs).toISOString()} `;
    write(level === 'info' ? `${at}cardea: ${text}\n` : `${at}cardea: ${level}: ${text}\n`);
  };
}

/** Counts what happens often, by name, and says a name at once and then at most once per `everyMs`. */
export class RareLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #spans = new Map<string, { untilMs: number; unsaid: number }>();

  constructor(log: Log, clock: Clock, everyMs: number) {
    this.#log = log;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** @param name of a bounded set: one span is kept for each. */
  count(name: string, count: number, level: LogLevel, say: (count: number) => string): void {
    const nowMs = this.#clock.now().sinceBootMs;
    const span = this.#spans.get(name);
    if (span !== undefined && nowMs < span.untilMs) {
      span.unsaid += count;
      return;
    }
    this.#spans.set(name, { untilMs: nowMs + this.#everyMs, unsaid: 0 });
    this.#log(level, say(count + (span?.unsaid ?? 0)));
  }
}
