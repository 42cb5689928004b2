// What all journals of a site say together: each visit with the check-out that holds, and what was used, counted and sold by it. A
// function of the set of records, written from the page about the wire; it knows nothing of who heard what when.

import type { Recorded } from './record.ts';

export interface Use {
  readonly visit: string;
  readonly customer: string;
  readonly pass: string;
  /** Of a day pass; null: a minute pass. */
  readonly businessDay: string | null;
  readonly minutes: number;
  /** The records that say so. */
  readonly records: readonly Recorded[];
  /** Where it stands among the uses of the pass: the check-in, of the check-in's own pass. */
  readonly place: Recorded;
  /** The office used it in the place of a pass that was oversold. */
  readonly office: boolean;
  /** What the office says was too much of it: minutes, or (null) the business day; undefined: nothing is. */
  readonly oversold?: number | null | undefined;
}

/** What counts toward plan limits. */
export interface Counted {
  readonly customer: string;
  readonly day: string;
  readonly minutes: number;
  readonly record: Recorded;
}

/** Sold, and held for the rest of the business day. */
export interface Sold {
  readonly visit: string;
  readonly customer: string;
  readonly businessDay: string;
  readonly timePass: string;
  readonly remainingMinutes: number | null;
  readonly record: Recorded;
}

export interface Union {
  readonly uses: readonly Use[];
  readonly counted: readonly Counted[];
  readonly sold: readonly Sold[];
}

interface Said {
  readonly visit: string;
  readonly customer: string;
  readonly space: string;
  readonly pass?: string | null;
  readonly businessDay?: string;
  readonly since?: string;
  readonly uses?: boolean;
  readonly counts?: boolean;
  readonly to?: string;
  readonly auto?: boolean;
  readonly merged?: boolean;
  readonly withdrawn?: boolean;
  readonly minutes?: number;
  readonly usage?: readonly { readonly pass: string; readonly businessDay?: string; readonly minutes?: number }[];
  readonly counted?: readonly { readonly day: string; readonly minutes: number }[];
  readonly proposed?: readonly Pick<Sold, 'businessDay' | 'timePass' | 'remainingMinutes'>[];
}

/** All records of one visit, each kind in the order of all records. */
interface Told {
  readonly begins: Recorded[];
  readonly ends: Recorded[];
  readonly flags: Recorded[];
}

/** The order of all records of a site. */
export function inOrder(a: Recorded, b: Recorded): number {
  const timeMs = Date.parse(a.time) - Date.parse(b.time);
  return timeMs || text(a.controller, b.controller) || text(a.epoch, b.epoch) || a.seq - b.seq;
}

export function unionOf(records: Iterable<Recorded>): Union {
  const told = toldOf(records);
  const absorbed = absorbedIn(told);
  const union = { uses: [] as Use[], counted: [] as Counted[], sold: [] as Sold[] };
  for (const [visit, of] of told) if (!absorbed.has(visit)) add(union, of);
  return union;
}

function toldOf(records: Iterable<Recorded>): Map<string, Told> {
  const told = new Map<string, Told>();
  const kinds: Readonly<Record<string, keyof Told>> = {
    'checkin.recorded': 'begins',
    'checkout.recorded': 'ends',
    'pass.oversold': 'flags',
  };
  for (const record of records) {
    const kind = kinds[record.type];
    if (kind === undefined) continue;
    const { visit } = saidBy(record);
    const of = told.get(visit) ?? { begins: [], ends: [], flags: [] };
    told.set(visit, of);
    of[kind].push(record);
  }
  for (const { begins, ends, flags } of told.values()) {
    begins.sort(inOrder);
    ends.sort(inOrder);
    // One after the other in the office's own order: its clock may have been set.
    flags.sort((a, b) => (a.epoch === b.epoch ? a.seq - b.seq : inOrder(a, b)));
  }
  return told;
}

/** Of several visits that ways out after one cut-off proved the first one holds. */
function absorbedIn(told: ReadonlyMap<string, Told>): Set<string> {
  const proved = [...told.values()].flatMap(({ begins: [begin] }) =>
    begin !== undefined && saidBy(begin).since !== undefined ? [begin] : [],
  );
  const days = new Set<string>();
  const absorbed = new Set<string>();
  for (const begin of proved.sort(inOrder)) {
    const { visit, customer, space, businessDay } = saidBy(begin);
    const day = `${customer} ${space} ${businessDay}`;
    if (days.has(day)) absorbed.add(visit);
    days.add(day);
  }
  return absorbed;
}

function add(union: { uses: Use[]; counted: Counted[]; sold: Sold[] }, { begins, ends, flags }: Told): void {
  const [begin] = begins;
  const end = holding(ends, begin?.controller ?? null);
  const oversold = new Map<string, Recorded>();
  for (const flag of flags) {
    const { pass, withdrawn } = saidBy(flag);
    if (withdrawn === true) oversold.delete(String(pass));
    else oversold.set(String(pass), flag);
  }
  const uses = new Map<string, Use>();
  const use = (record: Recorded, pass: string, amount: { businessDay?: string; minutes?: number }): void => {
    const { visit, customer } = saidBy(begin ?? record);
    const { businessDay = null, minutes = 0 } = amount;
    const flag = oversold.get(pass);
    const place = begin !== undefined && saidBy(begin).pass === pass ? begin : record;
    const more = flag === undefined ? {} : { oversold: saidBy(flag).minutes ?? null };
    const before = uses.get(pass);
    const records = [...(before?.records ?? []), record];
    if (before !== undefined) uses.set(pass, { ...before, records, minutes: before.minutes + minutes });
    else uses.set(pass, { visit, customer, pass, businessDay, minutes, records, place, office: false, ...more });
  };
  if (begin !== undefined) {
    const { pass, uses: used, businessDay = '', counts, customer } = saidBy(begin);
    if (pass != null && used === true) use(begin, pass, { businessDay });
    if (counts === true) union.counted.push({ customer, day: businessDay, minutes: 0, record: begin });
  }
  if (end !== undefined) {
    const { customer, visit, usage = [], counted = [], proposed = [] } = saidBy(end);
    for (const { pass, ...amount } of usage) use(end, pass, amount);
    for (const one of counted) union.counted.push({ customer, ...one, record: end });
    for (const one of proposed) union.sold.push({ visit, customer, ...one, record: end });
  }
  union.uses.push(...uses.values());
  for (const flag of oversold.values()) {
    const { visit, customer, usage = [], proposed = [] } = saidBy(flag);
    for (const { pass, businessDay = null, minutes = 0 } of usage) {
      const place = begin ?? flag;
      union.uses.push({ visit, customer, pass, businessDay, minutes, records: [flag], place, office: true });
    }
    for (const one of proposed) union.sold.push({ visit, customer, ...one, record: flag });
  }
}

/**
 * A tap's holds over a cut-off's, of two taps' the later one, and over both the last one that was settled anew.
 * @param owner the controller of the check-in: nobody else records a cut-off, or settles anew
 */
function holding(ends: readonly Recorded[], owner: string | null): Recorded | undefined {
  let best: Recorded | undefined;
  for (const next of ends) {
    const { auto, merged } = saidBy(next);
    if ((auto === true || merged === true) && owner !== null && next.controller !== owner) continue;
    if (best === undefined || holdsOver(saidBy(next), saidBy(best))) best = next;
  }
  return best;
}

function holdsOver(next: Said, best: Said): boolean {
  if (next.merged === true || best.merged === true) return next.merged === true;
  if (next.auto !== best.auto) return best.auto === true;
  return Date.parse(next.to ?? '') > Date.parse(best.to ?? '');
}

/** Its form was checked by whoever made it. */
function saidBy({ data }: Recorded): Said {
  return data as unknown as Said;
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
