// The calendar of one time zone: which offset holds at an instant, which instants a civil date has. The only file that
// touches the calendar library; what it computes is kept, so the tap path does integer arithmetic alone.
// Rules.md section 4: days of 23 and 25 hours, without midnight, with two of them, all come out of the offsets.

import { Temporal } from 'temporal-polyfill';

/** A stretch [startMs, endMs) of UTC instants with one offset: wall = instant + offsetMs. */
export interface OffsetSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

/** The zone of a space is not one that the calendar knows. */
export class ZoneError extends Error {
  readonly code = 'unknown-time-zone';
  constructor(id: string) {
    super(`time zone ${JSON.stringify(id)} is not known; use an IANA name such as Europe/Berlin`);
    this.name = 'ZoneError';
  }
}

const dayMs = 86_400_000;
/** Offsets are computed and kept in blocks of this length. */
const blockMs = 400 * dayMs;
const maxBlocks = 64;
const minutesOfDay = 1440;
/** First instants that are kept: those of years of days. */
const maxFirsts = 4096;

export class Zone {
  readonly id: string;
  readonly #blocks = new Map<number, readonly OffsetSpan[]>();
  readonly #firsts = new Map<number, number>();
  /** That was asked for last: nearly every question is about the same one. */
  #latest: OffsetSpan = { startMs: 0, endMs: 0, offsetMs: 0 };

  /** @throws ZoneError */
  constructor(id: string) {
    this.id = id;
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id);
    } catch {
      throw new ZoneError(id);
    }
  }

  /** The spans that touch [fromMs, toMs), in order, without gaps between them. */
  spans(fromMs: number, toMs: number): OffsetSpan[] {
    const found: OffsetSpan[] = [];
    for (let block = Math.floor(fromMs / blockMs); block * blockMs < toMs; block++) {
      for (const span of this.#block(block)) if (span.endMs > fromMs && span.startMs < toMs) found.push(span);
    }
    return found;
  }

  /** Milliseconds to add to the instant to get the wall clock. */
  offsetAt(ms: number): number {
    const latest = this.#latest;
    if (latest.startMs <= ms && ms < latest.endMs) return latest.offsetMs;
    const found = this.#block(Math.floor(ms / blockMs)).find((span) => ms < span.endMs);
    if (found === undefined) throw new RangeError(`no offset at ${ms}`);
    this.#latest = found;
    return found.offsetMs;
  }

  /** Days since 1970-01-01 of the civil date that the wall clock shows. */
  dayAt(ms: number): number {
    return Math.floor((ms + this.offsetAt(ms)) / dayMs);
  }

  /**
   * The first instant at which the wall clock shows `minute` (since midnight) of civil day `day`, or later: inside a gap
   * the first instant after it, inside an overlap the first occurrence.
   */
  firstInstant(day: number, minute: number): number {
    const key = day * minutesOfDay + minute;
    let ms = this.#firsts.get(key);
    if (ms === undefined) {
      ms = this.#findFirst(day, minute);
      if (this.#firsts.size >= maxFirsts) this.#firsts.clear();
      this.#firsts.set(key, ms);
    }
    return ms;
  }

  #findFirst(day: number, minute: number): number {
    const wallMs = day * dayMs + minute * 60_000;
    for (const span of this.spans(wallMs - 2 * dayMs, wallMs + 3 * dayMs)) {
      const ms = Math.max(wallMs - span.offsetMs, span.startMs);
      if (ms < span.endMs) return ms;
    }
    throw new RangeError(`no instant on day ${day}`);
  }

  #block(block: number): readonly OffsetSpan[] {
    const kept = this.#blocks.get(block);
    if (kept !== undefined) return kept;
    if (this.#blocks.size >= maxBlocks) this.#blocks.clear();
    const made = offsets(this.id, block * blockMs, (block + 1) * blockMs);
    this.#blocks.set(block, made);
    return made;
  }
}

function offsets(id: string, startMs: number, endMs: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(id);
  let fromMs = startMs;
  while (fromMs < endMs) {
    const next = at.getTimeZoneTransition('next');
    const untilMs = Math.min(next?.epochMilliseconds ?? endMs, endMs);
    spans.push({ startMs: fromMs, endMs: untilMs, offsetMs: Math.round(at.offsetNanoseconds / 1e6) });
    if (next === null) break;
    at = next;
    fromMs = untilMs;
  }
  return spans;
}

const zones = new Map<string, Zone>();

/**
 * The zone of that IANA name, computed once.
 * @throws ZoneError
 */
export function zoneOf(id: string): Zone {
  let zone = zones.get(id);
  if (zone === undefined) {
    zone = new Zone(id);
    zones.set(id, zone);
  }
  return zone;
}
