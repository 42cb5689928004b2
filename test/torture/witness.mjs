// What people at the door saw, held against the journal: each record of a tap has a card that was held to the reader for
// it, each opening of the lock a record from before it. Both are read once, in order, so that a run of any length fits.

import { createHmac } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The lock is moved by another process than the one that wrote the record; both read the same clock. */
const skewMs = 2;
/** From the lock's command to its move, at most; and from a tap to its record, and from that to the command: a disk may be slow. */
const keeperLagMs = 1_000;
const patienceMs = 10_000;
/** A card at a reader that is online is on record within this time, if the controller lives so long. */
const heardWithinMs = 4_000;
const settledMs = 200;

export async function* linesOf(file) {
  if (!existsSync(file)) return;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    // The last line of a program that was killed may be half a line.
    if (line.endsWith('}')) yield JSON.parse(line);
  }
}

/** Records that say that a card was read, of one tap each. */
const tapTypes = ['access.granted', 'access.denied', 'access.repeated'];
/** And those that open a lock: a decision, or what is asserted anew after the keeper had to let go of it. */
const opens = ({ type, data }) =>
  type === 'access.granted' ||
  type === 'access.repeated' ||
  (type === 'accesspoint.mode' && data.by === 'keeper-lapsed');

/** When the controller was started, when it was killed, and since when each reader was online: oldest first. */
export async function livesOf(diary) {
  const lives = [];
  for await (const { at, name, what } of linesOf(diary)) {
    if (name !== 'controller') continue;
    if (what === 'started') lives.push({ from: at, to: Number.POSITIVE_INFINITY, online: new Map() });
    else if (what === 'killed') lives.at(-1).to = at;
  }
  return lives;
}

export function lifeAt(lives, at) {
  let [low, high] = [0, lives.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lives[middle].from <= at) low = middle;
    else high = middle;
  }
  return lives[low];
}

/** Taps that were written, matched with records as these come. */
export class TapBook {
  #taps;
  #next;
  #key;
  /** By reader and card, oldest first: not matched yet, and not too old to be. */
  #pending = new Map();
  #latest = 0;
  written = 0;
  heard = 0;
  /** Records for which nobody held a card to the reader. */
  unasked = [];
  /** Records of cards that were held to the reader before the controller's life began. */
  stale = [];
  /** Cards that were held to a reader that was online, of a controller that lived on, and that are on no record. */
  ignored = [];
  #lives;

  constructor(file, siteKey, lives) {
    this.#taps = linesOf(file);
    this.#key = siteKey;
    this.#lives = lives;
  }

  async take(event) {
    const time = Date.parse(event.time);
    const life = lifeAt(this.#lives, time);
    await this.#readTo(time + skewMs);
    if (event.type === 'reader.online') life.online.set(event.reader, time);
    else if (event.reader !== undefined && tapTypes.includes(event.type)) this.#match(event, life);
  }

  #match(event, life) {
    const { id, hash } = event.data.credential ?? {};
    const taps = this.#pending.get(`${event.reader} ${id ?? hash}`) ?? [];
    const at = taps.pop();
    if (at === undefined)
      this.unasked.push(`record ${event.seq} at ${event.time}: nobody held that card to ${event.reader}`);
    else this.heard++;
    if (at < life?.from)
      this.stale.push(`record ${event.seq} at ${event.time}: the card was there before the controller was`);
  }

  async end() {
    await this.#readTo(Number.POSITIVE_INFINITY);
    this.#forget(Number.POSITIVE_INFINITY);
  }

  async #readTo(time) {
    for (;;) {
      this.#next ??= await this.#taps.next();
      if (this.#next.done || this.#next.value.at > time) break;
      this.#remember(this.#next.value);
      this.#next = undefined;
    }
  }

  #remember({ at, reader, card, credential }) {
    this.written++;
    const key = `${reader} ${credential ?? createHmac('sha256', this.#key).update(`card:${card}`).digest('hex')}`;
    const taps = this.#pending.get(key) ?? [];
    taps.push(at);
    this.#pending.set(key, taps);
    if (at - this.#latest < patienceMs) return;
    this.#latest = at;
    this.#forget(at);
  }

  /** What is not on record by now never will be. */
  #forget(now) {
    for (const [key, all] of this.#pending) {
      const young = all.filter((at) => now - at < patienceMs);
      for (const at of all.slice(0, all.length - young.length)) this.#unheard(key.split(' ')[0], at);
      if (young.length > 0) this.#pending.set(key, young);
      else this.#pending.delete(key);
    }
  }

  #unheard(reader, at) {
    const { online, to } = lifeAt(this.#lives, at);
    if (online.get(reader) + settledMs > at || !online.has(reader) || at + heardWithinMs > to) return;
    this.ignored.push(`${new Date(at).toISOString()}: a card at ${reader}, which was online, is on no record`);
  }
}

/** The lock's own file, matched with records that may have opened it. */
export class LockBook {
  #changes;
  #lives;
  #next;
  #grants = [];
  #life = 0;
  #open = false;
  openings = 0;
  /** Openings that no record explains. */
  unrecorded = [];
  /** Lives of the controller that ended with the lock open, and it was open still when the next one opened it. */
  neverShut = [];

  constructor(file, lives) {
    this.#changes = linesOf(file);
    this.#lives = lives;
  }

  async take(event) {
    const at = Date.parse(event.time);
    await this.#readTo(at - skewMs);
    if (opens(event)) this.#grants.push(at);
  }

  async end() {
    await this.#readTo(Number.POSITIVE_INFINITY);
  }

  get open() {
    return this.#open;
  }

  /** Openings before that time: no record to come can explain them. */
  async #readTo(time) {
    for (;;) {
      this.#next ??= await this.#changes.next();
      if (this.#next.done || Date.parse(this.#next.value.at) >= time) return;
      this.#change(this.#next.value);
      this.#next = undefined;
    }
  }

  #change({ state, at: text }) {
    const at = Date.parse(text);
    if (state === 'locked') {
      this.#open = false;
      // What was granted before it was shut was a longer release, and explains no later one.
      this.#grants = this.#grants.filter((grant) => grant >= at - keeperLagMs);
      return;
    }
    this.openings++;
    if (this.#open) this.neverShut.push(`${text}: opened, and it was not shut before`);
    this.#open = true;
    while (this.#lives[this.#life + 1]?.from <= at) this.#life++;
    this.#explain(at, text);
  }

  /** A record explains one opening, in the life of the controller that wrote it. */
  #explain(at, text) {
    const born = this.#lives[this.#life]?.from ?? 0;
    this.#grants = this.#grants.filter((grant) => grant >= born && grant >= at - patienceMs);
    const last = this.#grants.findLastIndex((grant) => grant <= at + skewMs);
    if (last === -1) this.unrecorded.push(`${text}: the lock opened, and no record says why`);
    else this.#grants.splice(last, 1);
  }
}
