// What a decision's records tell the other controllers, beside what everybody may count on: taken from its changes, so that a
// peer can bring about the same. Where a site has one controller nobody needs it, and nothing is added.

import type { Catalogue, Site } from '../catalogue.ts';
import type { StateChange } from '../change.ts';
import type { EventDraft, EventType, JsonObject } from '../event.ts';
import type { Pass } from '../model.ts';
import { iso } from '../visit/settle.ts';

type Of<K extends StateChange['do']> = Extract<StateChange, { do: K }>;

/** The drafts with what the changes say of them. */
export function tellPeers(drafts: readonly EventDraft[], changes: readonly StateChange[]): readonly EventDraft[] {
  if (drafts.length === 0 || changes.length === 0) return drafts;
  const more = new Map<EventDraft, JsonObject>();
  const add = (draft: EventDraft | undefined, data: JsonObject): void => {
    if (draft !== undefined) more.set(draft, { ...more.get(draft), ...data });
  };
  for (const change of changes) {
    if (change.do === 'open-visit') add(ofVisit(drafts, 'checkin.recorded', change.visit.id), opened(change));
    else if (change.do === 'close-visit' && change.began !== undefined) {
      add(ofVisit(drafts, 'checkin.recorded', change.visit), proved(change.began));
    } else if (change.do === 'use') add(ofVisit(drafts, 'checkin.recorded', change.visit), used(drafts, change));
    else if (change.do === 'plan-use') counted(drafts, change, add, more);
    else if (change.do === 'propose') proposed(drafts, change, add, more);
    else if (change.do === 'visitor-in') add(ofType(drafts, 'visitor.arrived'), arrived(change));
    else if (change.do === 'seen') add(access(drafts), { visit: change.visit });
    else if (change.do === 'present') add(...present(drafts, change));
    else if (change.do === 'absent' && ofType(drafts, 'checkin.recorded') === undefined) {
      add(access(drafts), { absent: true });
    }
  }
  if (more.size === 0) return drafts;
  return drafts.map((draft) => {
    const data = more.get(draft);
    return data === undefined ? draft : { ...draft, data: { ...draft.data, ...data } };
  });
}

function ofType(drafts: readonly EventDraft[], type: EventType): EventDraft | undefined {
  return drafts.find((draft) => draft.type === type);
}

function ofVisit(drafts: readonly EventDraft[], type: EventType, visit: string): EventDraft | undefined {
  return drafts.find((draft) => draft.type === type && draft.data.visit === visit);
}

function access(drafts: readonly EventDraft[]): EventDraft | undefined {
  return drafts.find(({ type }) => type === 'access.granted' || type === 'access.denied');
}

function proved(began: NonNullable<Of<'close-visit'>['began']>): JsonObject {
  return { ...opened(began), since: iso(began.visit.fromMs) };
}

function opened({ visit, catalogue }: Pick<Of<'open-visit'>, 'visit' | 'catalogue'>): JsonObject {
  const { businessDay, closesMs, plans, pass } = visit;
  const revision = revisionOf(catalogue);
  return {
    businessDay,
    until: iso(closesMs),
    ...(plans.length === 0 ? {} : { plans }),
    ...(revision === undefined ? {} : { revision }),
    ...(pass === null ? {} : { timePass: pass.timePass, ...remaining(pass, catalogue) }),
  };
}

function remaining({ timePass, remainingMinutes }: Pass, { timePasses }: Catalogue): JsonObject {
  const included = timePasses.get(timePass)?.minutesIncluded ?? null;
  return included === null ? {} : { remaining: remainingMinutes ?? included };
}

/** The catalogue of a check-in is the site as the replica has it. */
function revisionOf(catalogue: Catalogue): number | undefined {
  return (catalogue as Partial<Site>).revision;
}

/** A day pass that the check-in itself uses. */
function used(drafts: readonly EventDraft[], { visit, use }: Of<'use'>): JsonObject {
  const pass = ofVisit(drafts, 'checkin.recorded', visit)?.data.pass;
  return use.businessDay !== null && use.pass === pass ? { uses: true } : {};
}

type Add = (draft: EventDraft | undefined, data: JsonObject) => void;

function counted(
  drafts: readonly EventDraft[],
  { visit, use: { day, minutes } }: Of<'plan-use'>,
  add: Add,
  more: ReadonlyMap<EventDraft, JsonObject>,
): void {
  if (minutes === 0) {
    add(ofVisit(drafts, 'checkin.recorded', visit), { counts: true });
    return;
  }
  // The minutes of an evening stand with the check-out that proves it.
  const draft =
    ofVisit(drafts, 'checkout.recorded', visit) ?? drafts.findLast(({ type }) => type === 'checkout.recorded');
  if (draft !== undefined) add(draft, { counted: [...listOf(more.get(draft), 'counted'), { day, minutes }] });
}

function proposed(
  drafts: readonly EventDraft[],
  { visit, proposal: { businessDay, timePass, remainingMinutes } }: Of<'propose'>,
  add: Add,
  more: ReadonlyMap<EventDraft, JsonObject>,
): void {
  const draft = ofVisit(drafts, 'checkout.recorded', visit);
  if (draft === undefined) return;
  add(draft, { proposed: [...listOf(more.get(draft), 'proposed'), { businessDay, timePass, remainingMinutes }] });
}

function listOf(data: JsonObject | undefined, key: 'counted' | 'proposed'): readonly JsonObject[] {
  return (data?.[key] ?? []) as readonly JsonObject[];
}

function arrived({ space, untilMs }: Of<'visitor-in'>): JsonObject {
  return { space, until: iso(untilMs) };
}

function present(
  drafts: readonly EventDraft[],
  { presence: { kind, space, untilMs, closed } }: Of<'present'>,
): [EventDraft | undefined, JsonObject] {
  const until = iso(untilMs);
  if (kind === 'no-visit' || closed === null) return [access(drafts), { present: { space, until } }];
  const { lastSeenMs, goesOnWith, countedSeconds } = closed;
  const presumed = {
    until,
    lastSeen: iso(lastSeenMs),
    ...(goesOnWith === undefined ? {} : { goesOnWith }),
    ...(countedSeconds === undefined || countedSeconds === 0 ? {} : { countedSeconds }),
  };
  return [ofVisit(drafts, 'checkout.recorded', closed.id), { presumed }];
}
