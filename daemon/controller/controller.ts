// The path of a tap: read, decide, write, open, tell. When a call returns, what it decided is on disk and the lock was
// told; nothing on the way waits for a network, or knows that there is one.

import { v7 } from 'uuid';
import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import { canonicalValue } from '../../access/credential.ts';
import { credentialHash } from '../../access/credential-hash.ts';
import { type CommandOutcome, type DoorCommand, frees } from '../../access/door/command.ts';
import type { DoorTime } from '../../access/door/state.ts';
import { decide } from '../../access/entry/decide.ts';
import type { Tap } from '../../access/entry/tap.ts';
import { decideUntrusted } from '../../access/entry/untrusted.ts';
import type { EventDraft, JournalEvent } from '../../access/event.ts';
import type { Facts } from '../../access/facts.ts';
import type { Includes } from '../../access/model.ts';
import { factsAfter } from '../../access/visit/facts-after.ts';
import { factsShownAt } from '../../access/visit/shown.ts';
import type { ControllerConfig, InputName, ReaderConfig } from '../../config/types.ts';
import { messageOf } from '../../db/error.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';
import type { Presented } from '../../drivers/port.ts';
import { AccessPoints } from './access-points.ts';
import { type Answer, grantOf, repeatOf, staffOf, undecided, unwrittenDenial } from './answer.ts';
import { type PlannedCommand, planCommand, withoutDoors } from './commands.ts';
import type { Door } from './door.ts';
import { Due } from './due.ts';
import { joinFacts } from './facts.ts';
import { arrived, includedIn } from './included.ts';
import type { Ledger } from './ledger.ts';
import type { AccessPointStatus, ControllerParts, ControllerPort, Reconfiguration, TapResult } from './port.ts';
import { Repeats, seenIn } from './repeats.ts';
import { shiftOfEarlierBoot } from './shifts.ts';
import { Timekeeper } from './timekeeper.ts';

export class Controller implements ControllerPort {
  #parts: ControllerParts;
  readonly #ledger: Ledger;
  readonly #time: Timekeeper;
  readonly #due: Due;
  readonly #repeats = new Repeats();
  readonly #doors: AccessPoints;
  readonly #readers = new Map<string, ReaderConfig>();
  #replica: ReplicaStore;
  #facts: Facts;
  #running = false;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#replica = parts.replica;
    this.#facts = joinFacts(parts.replica, parts.journal.facts);
    this.#ledger = parts.ledger;
    this.#time = new Timekeeper(parts, () => this.#parts.config.rules.clockSettleMs);
    this.#due = new Due(parts, this.#ledger, this.#time, () => this.#facts);
    const { clock, locks, journal } = parts;
    const now = (): DoorTime => this.#doorTime();
    const record = (drafts: readonly EventDraft[], changes: readonly StateChange[]): void =>
      this.#record(drafts, changes);
    this.#doors = new AccessPoints({ clock, locks, now, site: () => this.#facts.site, record }, journal.savedDoors());
    this.#follow(parts.config, new Set());
  }

  start(data: EventDraft['data'] = {}, readInputs: () => void = () => {}): void {
    this.#running = true;
    const { journal } = this.#parts;
    const included = includedIn(this.#replica, journal, false);
    arrived(this.#replica, journal, false);
    this.#forgetIncluded(included);
    const started = { revision: this.#replica.revision, ...this.#restored(), ...data };
    const shift = shiftOfEarlierBoot(journal, this.#parts.clock.now());
    this.#record([{ type: 'controller.started', data: started }], shift);
    readInputs();
    this.assertOutputs();
    this.#due.settle();
  }

  reconfigure({ config, credentialKey, keep, repeatsAt }: Reconfiguration): void {
    this.#parts = { ...this.#parts, config, credentialKey };
    this.#repeats.keepAt(repeatsAt);
    this.#follow(config, keep);
    const reason = 'reload';
    const started = { revision: this.#replica.revision, reason, doorsKept: keep.size };
    this.record([
      { type: 'controller.stopped', data: { reason } },
      { type: 'controller.started', data: started },
    ]);
    this.assertOutputs();
  }

  #follow({ accessPoints, readers }: ControllerConfig, kept: ReadonlySet<string>): void {
    this.#doors.follow(accessPoints, kept);
    this.#readers.clear();
    for (const config of readers) this.#readers.set(config.id, config);
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#due.stop();
    this.#doors.stop();
    this.record([{ type: 'controller.stopped', data: {} }]);
  }

  tap(readerId: string, presented: Presented): TapResult {
    const reader = this.#readers.get(readerId);
    const door = reader === undefined ? undefined : this.#doors.get(reader.accessPoint);
    if (reader === undefined || door === undefined) throw new RangeError(`there is no reader ${readerId}`);
    if (!this.#running) throw new RangeError('the controller is stopped: no tap is decided');
    const { config, random, credentialKey } = this.#parts;
    const value = canonicalValue(presented.type, presented.value);
    const hash = credentialHash(credentialKey, presented.type, value);
    let at = this.#time.now();
    if (this.#due.settleBefore(at)) at = this.#time.now();
    door.settleBefore();
    const { mode, source, by } = door.inForce;
    const { modeChanges } = door;
    const seen = {
      reader: reader.id,
      hash,
      sinceBootMs: at.sinceBootMs,
      modeChanges,
      revision: this.#replica.revision,
    };
    const before = this.#repeats.repeated(seen, door.config.repeatWindowMs);
    // Where three taps of staff mean something, each of them is decided.
    const counts = door.config.staffToggle !== null && before !== undefined && staffOf(before.grant) !== null;
    if (before !== undefined && !counts) {
      door.otherTapped();
      return this.#carryOut(door, repeatOf(before, this.#time.leastAt(at)), at);
    }
    const tap: Tap = {
      at,
      id: v7({ random: random.bytes(16), msecs: Math.max(Math.trunc(at.wallMs), 0) }),
      accessPoint: door.config,
      mode,
      modeBy: source === 'schedule' ? 'schedule' : 'command',
      ...(source === 'command' ? { commandedBy: by } : {}),
      reader: { id: reader.id, direction: reader.direction },
      credential: { type: presented.type, hash },
      facts: this.#factsAt(at),
      settings: config.rules,
    };
    const ruling = this.#decide(tap);
    const result = this.#carryOut(door, ruling, at);
    const grant = ruling.drafts[0];
    if (result.granted && grant !== undefined) {
      this.#repeats.opened({ ...seen, grant, extended: ruling.extendedUnlock, visit: seenIn(ruling.changes) });
    } else this.#repeats.forget(seen);
    this.#staffTap(door, hash, result.granted ? ruling : null);
    return result;
  }

  /** With what a failing disk has not taken yet, and every visit as the clock shows it now. */
  #factsAt(at: Moment): Facts {
    const written = this.#ledger.unwritten === 0;
    const facts = written ? this.#facts : factsAfter(this.#facts, this.#ledger.unwrittenChanges());
    return factsShownAt(facts, this.#time.leastAt(at));
  }

  /** Three taps in a row of a staff credential toggle the mode that the door's config names. */
  #staffTap(door: Door, hash: string, granted: Answer | null): void {
    const { id: accessPoint, staffToggle } = door.config;
    const grant = granted?.drafts[0];
    const staff = grant === undefined ? null : staffOf(grant);
    if (staffToggle === null || staff === null) {
      door.otherTapped();
      return;
    }
    if (!door.staffTapped(hash)) return;
    const { mode, source } = door.inForce;
    const ends = mode === staffToggle.mode && source === 'command';
    this.command({ type: 'mode', mode: ends ? 'controlled' : staffToggle.mode, accessPoint, by: `staff:${staff}` });
  }

  /** Where the facts cannot be read nobody is let in on a guess; a free exit stays free. Either is recorded. */
  #decide(tap: Tap): Answer {
    try {
      if (tap.at.synchronised) return decide(tap);
      return decideUntrusted(tap, this.#time.leastMs(tap.at), this.#parts.config.rules);
    } catch (error) {
      this.#parts.log('error', `no decision at reader ${tap.reader.id}: ${messageOf(error)}`);
      return undecided(tap, messageOf(error));
    }
  }

  /** Writes, then opens: a lock never moves for a decision that is not on disk, unless the door is set to. */
  #carryOut(door: Door, answer: Answer, at: Moment): TapResult {
    const { granted, reason, direction } = answer;
    const grant = grantOf(answer);
    const inputs = granted ? door.grantInputs(answer.extendedUnlock, grant, grant !== null && direction === 'in') : [];
    const plan = granted ? door.plan(...inputs) : null;
    const drafts = [...answer.drafts, ...(plan?.drafts ?? [])];
    const changes = [...answer.changes, ...(plan?.changes ?? [])];
    let events: readonly JournalEvent[];
    try {
      events = this.#ledger.write(drafts, changes, at);
    } catch (error) {
      const shut = granted && door.config.onStorageFailure === 'deny';
      // A door that stays shut has let nobody in: what is kept must not say that it did.
      const unwritten = shut ? answer.drafts.slice(0, 1).map(unwrittenDenial) : drafts;
      this.#ledger.keep(unwritten, shut ? [] : changes, at, error);
      if (plan !== null && !shut) door.take(plan);
      this.#due.arm();
      return { granted: granted && !shut, reason: shut ? 'storage-failed' : reason, direction, events: [], unwritten };
    }
    if (plan !== null) door.take(plan);
    this.#ledger.announce(events);
    this.#due.changed(changes);
    return { granted, reason, direction, events };
  }

  input(accessPoint: string, name: InputName, active: boolean): void {
    const door = this.#doors.get(accessPoint);
    if (door === undefined) throw new RangeError(`there is no access point ${accessPoint}`);
    if (!this.#running) return;
    if (name !== 'help') this.#doors.input(door, name, active);
    else if (active) this.record([{ type: 'help.requested', accessPoint, data: { message: 'help input' } }]);
  }

  command(command: DoorCommand): CommandOutcome {
    if (!this.#running) throw new RangeError('the controller is stopped: no command is carried out');
    const { accessPoint, space } = command;
    const doors = this.#doors
      .all()
      .filter(({ config }) => (accessPoint === undefined ? config.space === space : config.id === accessPoint));
    const planned = planCommand(command, doors, this.#doorTime());
    for (const { door, plan } of planned.taken) door.secureFirst(plan);
    const done = this.#writeCommand(command, planned);
    for (const { door, plan } of done.taken) door.take(plan);
    this.#due.arm();
    return done.outcome;
  }

  /** What frees a door is on disk first, unless that door is set to open all the same; what shuts one never waits for it. */
  #writeCommand(command: DoorCommand, planned: PlannedCommand): PlannedCommand {
    const at = this.#time.now();
    try {
      this.#ledger.announce(this.#ledger.write(planned.drafts, planned.changes, at));
      return planned;
    } catch (error) {
      const shut = frees(command)
        ? planned.taken.flatMap(({ door }) => (door.config.onStorageFailure === 'deny' ? [door] : []))
        : [];
      const rest = withoutDoors(command, planned, shut);
      this.#ledger.keep(rest.drafts, rest.changes, at, error);
      return rest;
    }
  }

  record(drafts: readonly EventDraft[]): void {
    this.#record(drafts, []);
  }

  #record(drafts: readonly EventDraft[], changes: readonly StateChange[]): void {
    const before = this.#ledger.unwritten;
    this.#ledger.record(drafts, changes, this.#parts.clock.now());
    if (this.#running && (before > 0 || this.#ledger.unwritten > 0)) this.#due.arm();
  }

  replicaArrived(replica: ReplicaStore, data: EventDraft['data'] = {}, commit: () => void = () => {}): void {
    this.#due.settle();
    // Before the switch: from there on nothing may fail, or who decides would not be who is said to.
    const included = includedIn(replica, this.#parts.journal, true);
    const old = this.#replica;
    const toldOf = this.#due.ranOut();
    commit();
    this.#replica = replica;
    this.#facts = joinFacts(replica, this.#parts.journal.facts);
    arrived(replica, this.#parts.journal, true);
    this.#forgetIncluded(included);
    this.record([{ type: 'replica.applied', data: { revision: replica.revision, previous: old.revision, ...data } }]);
    this.#due.forecast(toldOf);
    this.#doors.settle();
    try {
      old.close();
    } catch (error) {
      this.#parts.log('error', `the replica before could not be closed: ${messageOf(error)}`);
    }
  }

  /** Local use that the replica counts is forgotten (section 5); after a crash in between, at the next start. */
  #forgetIncluded(included: readonly Includes[]): void {
    const { journal, log } = this.#parts;
    try {
      for (const { epoch, through } of included) journal.dropIncluded(through, epoch);
    } catch (error) {
      log('error', `local use that the replica includes is counted twice until the next start: ${error}`);
    }
  }

  /** What the first record of a journal that a restore began says: it goes on from another. */
  #restored(): EventDraft['data'] {
    const { head, restored } = this.#parts.journal;
    return head.seq > 0 || restored === null ? {} : { reason: 'restored', ...restored };
  }

  clockStepped(): void {
    if (!this.#running) return;
    this.#doors.settle();
    this.#due.settle();
  }

  leastMs(): number {
    return this.#time.leastMs(this.#time.now());
  }

  assertOutputs(): void {
    // What fell due meanwhile is done first: a line is never set to a release that is over.
    if (this.#running) this.#doors.settle();
    this.#doors.assert();
  }

  accessPoints(): readonly AccessPointStatus[] {
    return this.#doors.all().map((door) => door.status());
  }

  /** Doors follow the least that the time can be; of a boot in which it was never known, only where the site says so. */
  #doorTime(): DoorTime {
    const at = this.#time.now();
    const known = this.#time.knownAt(at) || this.#parts.config.rules.untrustedClock === 'allow';
    return { sinceBootMs: at.sinceBootMs, wallMs: this.#time.leastMs(at), known };
  }
}
