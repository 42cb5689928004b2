// A visit begun or ended at the office's desk: the same rules as at a controller's (access/entry/by-hand.ts), on what the office
// knows. What it records is told to the controllers, which merge it as they merge each other's records. It may be entered later:
// the record then has the time at which it happened.

import { v7 } from 'uuid';
import type { Moment } from '../../../access/clock.ts';
import { approachByHand, checkInByHand, checkOutByHand } from '../../../access/entry/by-hand.ts';
import type { Approach, RuleSettings, Ruling } from '../../../access/entry/tap.ts';
import type { EventDraft } from '../../../access/event.ts';
import { tellPeers } from '../../../access/merge/told.ts';
import { iso } from '../../../access/visit/settle.ts';
import type { NewRecord } from '../../../db/journal/records.ts';
import { type Act, act, type By, byData, type Desk, refusal } from './act.ts';
import { knownOf } from './facts.ts';

export interface ByHandAsked extends By {
  readonly customer: string;
  readonly space: string;
  /** UTC milliseconds; left out: now. */
  readonly atMs?: number;
}

/** How long ago it may have been. */
export const maxBackMs = 14 * 86_400_000;

const minuteMs = 60_000;
/** Defaults of the rules: at the desk none of them is met. */
const settings: RuleSettings = {
  bookingLeadMs: 10 * minuteMs,
  bookingTailMs: 10 * minuteMs,
  visitorLeadMs: 30 * minuteMs,
  presumedExitMs: 360 * minuteMs,
};

/**
 * @returns the records; the first `checkin.recorded` among them is the visit's. A check-in that the rules do not allow is recorded as
 * rejected. @throws OfficeError `act-refused`, `store-*`
 */
export function checkInAtDesk(desk: Desk, asked: ByHandAsked): readonly NewRecord[] {
  return act(desk, () => {
    const { atMs, approach, customer } = approachOf(desk, asked);
    const { facts } = approach;
    const open = facts.openVisit(customer);
    if (open?.space === asked.space)
      throw refusal('already-inside', `${customer} is checked in there already: visit ${open.id}`);
    const later = desk.store.db
      .prepare<[string, number, number], string>(
        'SELECT visit FROM visits WHERE customer = ? AND (from_ms > ? OR to_ms > ?) ORDER BY from_ms LIMIT 1',
      )
      .pluck()
      .get(customer, atMs, atMs);
    if (later !== undefined || (open !== undefined && open.fromMs > atMs)) {
      throw refusal('overlaps', `${customer} was inside then, or has come since: visit ${later ?? open?.id}`);
    }
    const ruling = checkInByHand(approach, customer);
    if (ruling === undefined) throw unknown(asked, approach);
    return ruledAct(ruling, asked, atMs);
  });
}

/** Also ends a visit whose controller is lost. @throws OfficeError `act-refused`, `store-*` */
export function checkOutAtDesk(desk: Desk, asked: ByHandAsked): readonly NewRecord[] {
  return act(desk, () => {
    const { atMs, approach, customer } = approachOf(desk, asked);
    const { facts } = approach;
    const sinceMs = facts.openVisit(customer)?.fromMs ?? facts.presence(customer)?.sinceMs;
    if (sinceMs !== undefined && atMs < sinceMs) {
      throw refusal('before-check-in', `${customer} came at ${iso(sinceMs)}: nobody leaves before that`);
    }
    const ruling = checkOutByHand(approach, customer);
    if (ruling === 'unknown-customer') throw unknown(asked, approach);
    if (ruling === 'no-open-visit') throw refusal('no-open-visit', `${customer} is not checked in in ${asked.space}`);
    return ruledAct(ruling, asked, atMs);
  });
}

function approachOf(
  { store, clock, random }: Desk,
  { customer, space, atMs: given, ...by }: ByHandAsked,
): { readonly atMs: number; readonly approach: Approach; readonly customer: string } {
  byData(by);
  const nowMs = Math.trunc(clock.now().wallMs);
  const atMs = given ?? nowMs;
  if (atMs > nowMs) throw refusal('in-the-future', `${iso(atMs)} is still to come`);
  if (atMs < nowMs - maxBackMs) throw refusal('too-long-ago', `${iso(atMs)} is more than 14 days ago: bill it by hand`);
  const known = knownOf(store, customer, atMs);
  // No boot: durations at the desk are those of the wall clock.
  const at: Moment = { wallMs: atMs, boot: '', sinceBootMs: 0, synchronised: true };
  const id = v7({ random: random.bytes(16), msecs: Math.max(atMs, 0) });
  return { atMs, customer, approach: approachByHand({ at, id, facts: known.facts, settings, space }) };
}

function unknown({ customer, space }: ByHandAsked, { facts }: Approach): Error {
  if (facts.customer(customer) === undefined) {
    return refusal(
      'unknown-customer',
      `no customer ${customer} is in the current document: look into what was imported`,
    );
  }
  return refusal('unknown-space', `no space ${space}; there is ${[...facts.site.spaces.keys()].join(', ') || 'none'}`);
}

function ruledAct(ruling: Ruling, asked: ByHandAsked, atMs: number): Act {
  const by = byData(asked);
  const drafts = tellPeers(ruling.drafts, ruling.changes).map((draft): EventDraft => {
    const said = draft.type.startsWith('check') ? { source: 'manual', ...draft.data, ...by } : draft.data;
    return { type: draft.type, data: said };
  });
  if (ruling.granted) return { drafts, wallMs: atMs };
  return { drafts, wallMs: atMs, refused: refusal(ruling.reason, ruling.reason) };
}
