// One access point: runs the door's state machine, records what it says and sets the lock. A record is on disk before the
// lock moves; a lock that is let go never waits for the disk. One wait, for whatever of the door falls due next.

import type { Site } from '../../access/catalogue.ts';
import type { StateChange } from '../../access/change.ts';
import type { Cancel, Timers } from '../../access/clock.ts';
import { type DoorInput, doorDeadline, stepDoor } from '../../access/door/machine.ts';
import type { InForce } from '../../access/door/modes.ts';
import { beginsSchedule, nextScheduleEdge, scheduleRuns } from '../../access/door/schedule.ts';
import {
  type DoorSettings,
  type DoorState,
  type DoorTime,
  foundDoor,
  type Grant,
  isFreedAnew,
  isLoosened,
  type SavedDoor,
  sameSaved,
  savedOf,
} from '../../access/door/state.ts';
import { type StaffTaps, staffTap } from '../../access/door/toggle.ts';
import type { EventDraft } from '../../access/event.ts';
import type { AccessPointConfig, InputConfig } from '../../config/types.ts';
import { type OutputSink, safeState } from '../../drivers/port.ts';
import type { EndedReleases } from './access-points.ts';
import { holderIn } from './answer.ts';
import type { AccessPointStatus } from './port.ts';

export interface DoorParts {
  readonly clock: Timers;
  readonly now: () => DoorTime;
  readonly site: () => Site;
  readonly locks: OutputSink;
  /** Records and saves as one transaction; what a failing disk does not take is kept. */
  readonly record: (drafts: readonly EventDraft[], changes: readonly StateChange[]) => void;
  /** The same; what a failing disk does not take is not kept. @returns whether it is on disk. */
  readonly write: (drafts: readonly EventDraft[], changes: readonly StateChange[]) => boolean;
  /** The alarm that is on changed. After the lock was told; must not throw. */
  readonly alarmed: (accessPoint: string, alarm: DoorState['alarm']) => void;
}

/** What inputs make of a door: nothing of it has happened yet. */
export interface DoorPlan {
  readonly state: DoorState;
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
  readonly refused: 'lockdown' | null;
  /** As `isFreedAnew` and `isLoosened` of access/door/state.ts say. */
  readonly frees: boolean;
  readonly loosens: boolean;
}

/** A mode that waits for the disk before it frees its door asks for it again after this long. */
const retryMs = 5_000;

export class Door {
  readonly config: AccessPointConfig;
  readonly #parts: DoorParts;
  readonly #settings: DoorSettings;
  #state: DoorState;
  #staffTaps: StaffTaps | null = null;
  /** The next instant at which the schedule may change, UTC milliseconds, of that site; null: to be asked. */
  #edge: { readonly site: Site; readonly atMs: number } | null = null;
  #dueMs = { sinceBoot: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  #cancel: Cancel = () => {};
  #changes = 0;
  /** A mode would free the door, the disk does not take its record, and the door is set to stay shut then. */
  #heldBack = false;

  constructor(config: AccessPointConfig, saved: SavedDoor, parts: DoorParts) {
    const { id, contact, requestToExit, lock } = config;
    this.config = config;
    this.#parts = parts;
    this.#settings = {
      id,
      heldAfterMs: contact?.heldAfterMs ?? null,
      preAlarmMs: contact?.preAlarmMs ?? 0,
      unlockTimeMs: lock.unlockTimeMs,
      contactLagMs: lagOf(contact),
      exitLagMs: lagOf(requestToExit),
    };
    this.#state = foundDoor(contact === null ? { ...saved, opening: null } : saved);
  }

  get inForce(): InForce {
    return this.#state.inForce;
  }

  /** How often what a repeat stands on has changed since this door was made: what is in force, or that nobody took a grant. */
  get changes(): number {
    return this.#changes;
  }

  /** Whether somebody can pass now: it is open, or its lock is free. */
  get isPassable(): boolean {
    this.settleBefore();
    const { contact, lock } = this.#state;
    // A contact that has not told yet, or is lost, may stand open.
    const mayBeOpen = contact === null ? this.config.contact !== null : contact === 'open';
    return mayBeOpen || lock === 'unlocked';
  }

  get saved(): SavedDoor {
    return savedOf(this.#state);
  }

  /** Ids of the access points whose fire inputs free it now. */
  get fires(): readonly string[] {
    return this.#state.fires;
  }

  get time(): DoorTime {
    return this.#parts.now();
  }

  /** What a granted tap is to the door. @param grants none: it repeats one; @param entry: it leads in. */
  grantInputs(extended: boolean, grants: readonly Grant[], entry: boolean): readonly DoorInput[] {
    const { unlockTimeMs, extendedUnlockTimeMs } = this.config.lock;
    const forMs = extended ? extendedUnlockTimeMs : unlockTimeMs;
    const told: readonly (Grant | null)[] = grants.length === 0 ? [null] : grants;
    const releases = told.map((grant): DoorInput => ({ do: 'grant', forMs, grant }));
    return entry && this.#beginsSchedule() ? [...releases, { do: 'entered' }] : releases;
  }

  /** What the inputs make of the door at this instant, with what fell due before. */
  plan(...inputs: readonly DoorInput[]): DoorPlan {
    return this.#plan(inputs, !this.#heldBack);
  }

  #plan(inputs: readonly DoorInput[], mayFree: boolean): DoorPlan {
    const time = this.#parts.now();
    let state = this.#state;
    let refused: DoorPlan['refused'] = null;
    const drafts: EventDraft[] = [];
    const run = (input: DoorInput): void => {
      const step = stepDoor(state, input, this.#settings, time, mayFree);
      drafts.push(...step.records);
      state = step.state;
      refused ??= step.refused;
    };
    run(this.#scheduled(state, time));
    for (const input of inputs) run(input);
    if (state.entryMs !== this.#state.entryMs) run(this.#scheduled(state, time));
    const isSaved = sameSaved(this.#state, state);
    const changes: StateChange[] = isSaved ? [] : [{ do: 'door', accessPoint: this.config.id, saved: savedOf(state) }];
    const [frees, loosens] = [isFreedAnew(this.#state, state), isLoosened(this.#state, state)];
    return { state, drafts, changes: [...changes, ...this.#notMoved(drafts)], refused, frees, loosens };
  }

  /** To be called before the plan is written: a lock that it secures does not wait. */
  secureFirst({ state }: DoorPlan): void {
    if (state.lock === 'locked' && this.#state.lock === 'unlocked') this.#parts.locks.set(this.config.id, 'locked');
  }

  /** Does what was planned, once it is written. */
  take(plan: DoorPlan): void {
    this.secureFirst(plan);
    const { lock: before, inForce, contact } = this.#state;
    const alarm = alarmOf(this.#state);
    this.#state = plan.state;
    // Whoever did not pass is decided anew where it matters who is inside: nothing repeats what was before.
    const notMoved = plan.changes.some((change) => change.do === 'not-moved');
    if (plan.state.inForce !== inForce || notMoved || this.#isPassed(contact, plan.state)) this.#changes++;
    if (before === 'locked' && this.#isFreeNow()) this.#parts.locks.set(this.config.id, 'unlocked');
    const alarmNow = alarmOf(plan.state);
    if (alarmNow !== alarm) this.#parts.alarmed(this.config.id, alarmNow);
    this.#arm();
  }

  step(...inputs: readonly DoorInput[]): void {
    const plan = this.#plan(inputs, true);
    if (plan.frees && this.config.onStorageFailure === 'deny') {
      this.#stepOnDisk(plan, inputs);
      return;
    }
    this.#heldBack = false;
    this.#record(plan);
  }

  /** A mode that frees is on disk first; where it is not, the rest is done without it, and it is tried again. */
  #stepOnDisk(plan: DoorPlan, inputs: readonly DoorInput[]): void {
    if (this.#parts.write(plan.drafts, plan.changes)) {
      this.#heldBack = false;
      this.take(plan);
      return;
    }
    const { id: accessPoint } = this.config;
    const data = { storage: 'journal', reason: 'stays-shut', mode: plan.state.inForce.mode };
    const note: EventDraft[] = this.#heldBack ? [] : [{ type: 'storage.failed', accessPoint, data }];
    this.#heldBack = true;
    const rest = this.#plan(inputs, false);
    this.#record({ ...rest, drafts: [...note, ...rest.drafts] });
  }

  #record(plan: DoorPlan): void {
    this.secureFirst(plan);
    if (plan.drafts.length + plan.changes.length > 0) this.#parts.record(plan.drafts, plan.changes);
    this.take(plan);
  }

  /** Looks anew at all that time, the clock and the replica decide. */
  settle(): void {
    this.#edge = null;
    this.step();
  }

  /** As `settle`, for a tap: where nothing is due there is nothing to do. */
  settleBefore(): void {
    const { sinceBootMs, wallMs } = this.#parts.now();
    if (this.#dueMs.sinceBoot <= sinceBootMs || this.#dueMs.wall <= wallMs) this.settle();
  }

  /** A granted tap of a staff credential. @returns whether it was the third in a row, and a mode is to be toggled. */
  staffTapped(hash: string): boolean {
    const { staffToggle } = this.config;
    if (staffToggle === null) return false;
    const { taps, toggles } = staffTap(this.#staffTaps, hash, this.#parts.now().sinceBootMs, staffToggle.withinMs);
    this.#staffTaps = taps;
    return toggles;
  }

  /** Any other tap: what came before it is no row any more. */
  otherTapped(): void {
    this.#staffTaps = null;
  }

  /** Sets the line to what it should be, whatever it is. */
  assert(): void {
    this.#parts.locks.set(this.config.id, this.#state.lock);
  }

  /** What is told of a release that ends because another config takes this door's place; nothing where none runs. */
  endedRelease(): EndedReleases {
    const { releasedUntilMs, exitUntilMs, inForce, awaiting, untaken } = this.#state;
    const { id: accessPoint } = this.config;
    const grants = [...untaken.map(({ grant }) => grant), ...awaiting];
    const notTaken = grants.map((grant): EventDraft => ({ type: 'access.not-taken', accessPoint, ...grant }));
    const changes = this.#notMoved(notTaken);
    if (releasedUntilMs === null && exitUntilMs === null) return { drafts: notTaken, changes };
    const data = { mode: inForce.mode, by: 'reload', release: 'ended' };
    return { drafts: [{ type: 'accesspoint.mode', accessPoint, data }, ...notTaken], changes };
  }

  /** Waits for nothing any more; the line stays as it is, for the door that takes its place. */
  retire(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  /** Leaves the lock safe and waits for nothing any more. */
  stop(): void {
    this.retire();
    const safe = safeState(this.config.lock.failSafe);
    if (this.#state.lock === 'unlocked' && safe === 'locked') this.#parts.locks.set(this.config.id, 'locked');
    this.#state = foundDoor(savedOf(this.#state));
  }

  status(): AccessPointStatus {
    const { inForce, lock, contact } = this.#state;
    const alarm = alarmOf(this.#state);
    const { mode, by, untilMs } = inForce;
    const until = untilMs === null ? null : new Date(untilMs).toISOString();
    return { id: this.config.id, mode, lock, contact, by: mode === 'controlled' ? null : by, until, alarm };
  }

  /** The disk may have taken so long that a release is over before it began: the lock then stays as it is. */
  #isFreeNow(): boolean {
    if (this.#state.lock === 'locked') return false;
    return stepDoor(this.#state, { do: 'tick' }, this.#settings, this.#parts.now()).state.lock === 'unlocked';
  }

  /** Whether somebody has come through, at a door where a card that is handed back must not open once more. */
  #isPassed(before: DoorState['contact'], { contact }: DoorState): boolean {
    const { area } = this.config.siteRules;
    const asks = area?.antiPassback === 'hard' || area?.antiPassback === 'timed';
    return asks && before !== 'open' && contact === 'open';
  }

  /** Whoever did not open the door is where they were. */
  #notMoved(drafts: readonly EventDraft[]): StateChange[] {
    if (this.config.siteRules.area === null) return [];
    return drafts.flatMap((draft) => {
      const holder = draft.type === 'access.not-taken' ? holderIn(draft) : null;
      return holder === null ? [] : [{ do: 'not-moved', holder, accessPoint: this.config.id } as const];
    });
  }

  #scheduled({ entryMs }: DoorState, { wallMs, known }: DoorTime): DoorInput {
    return { do: 'schedule', runs: known && scheduleRuns(this.#parts.site(), this.config, entryMs, wallMs) };
  }

  /** In lockdown schedules are suspended: nobody's entry begins one. */
  #beginsSchedule(): boolean {
    const { settings, entryMs } = this.#state;
    const { wallMs, known } = this.#parts.now();
    return known && settings.lockdown === null && beginsSchedule(this.#parts.site(), this.config, entryMs, wallMs);
  }

  #arm(): void {
    this.retire();
    const time = this.#parts.now();
    const { sinceBootMs, wallMs } = doorDeadline(this.#state, this.#settings);
    const sinceBoot = sinceBootMs ?? Number.POSITIVE_INFINITY;
    const wall = Math.min(wallMs ?? Number.POSITIVE_INFINITY, time.known ? this.#nextEdge(time.wallMs) : Infinity);
    this.#dueMs = { sinceBoot, wall: this.#heldBack ? Number.NEGATIVE_INFINITY : wall };
    const wallWaitMs = this.#heldBack ? retryMs : wall - time.wallMs;
    const waitMs = Math.min(sinceBoot - time.sinceBootMs, wallWaitMs);
    if (waitMs === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#parts.clock.after(`door ${this.config.id}`, waitMs, () => this.step());
  }

  #nextEdge(nowMs: number): number {
    const site = this.#parts.site();
    if (this.#edge === null || this.#edge.site !== site || this.#edge.atMs <= nowMs) {
      this.#edge = { site, atMs: nextScheduleEdge(site, this.config, nowMs) ?? Number.POSITIVE_INFINITY };
    }
    return this.#edge.atMs;
  }
}

/** What is moved by hand is told at once: there is nothing to debounce. */
function lagOf(input: InputConfig | null): number {
  return input === null || input.driver === 'simulated' ? 0 : input.debounceMs;
}

/** A fire that frees the door silences it. */
function alarmOf({ alarm, fires }: DoorState): DoorState['alarm'] {
  return fires.length > 0 ? null : alarm;
}
