// The path of a tap: read, decide, write, open, tell. When a call returns, what it decided is on disk and the lock was
// told; nothing on the way waits for a network, or knows that there is one.

import type { StateChange } from '../../access/change.ts';
import type { Moment } from '../../access/clock.ts';
import type { Command } from '../../access/command/command.ts';
import type { Order } from '../../access/command/order.ts';
import type { CommandOutcome, CommandReason } from '../../access/command/outcome.ts';
import { canonicalValue } from '../../access/credential.ts';
import { credentialHash } from '../../access/credential-hash.ts';
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
import { AccessPoints, type EndedReleases } from './access-points.ts';
import { type Answer, grantsOf, repeatOf, staffOf, staleDenial, undecided, unwrittenDenial } from './answer.ts';
import { atDoor, newVisitId } from './approach.ts';
import { CommandBook } from './command-book.ts';
import { Commander } from './commander.ts';
import type { Door } from './door.ts';
import { Due } from './due.ts';
import { joinFacts } from './facts.ts';
import { Help, type HelpCall, type HelpOutcome } from './help.ts';
import { arrived, includedIn } from './included.ts';
import type { Ledger } from './ledger.ts';
import { type PeerBatch, Peers } from './peers.ts';
import { type Beside, People } from './people.ts';
import type { AccessPointStatus, ControllerParts, ControllerPort, Reconfiguration, TapResult } from './port.ts';
import { mayRepeat, Repeats, seenIn } from './repeats.ts';
import { shiftOfEarlierBoot } from './shifts.ts';
import { Timekeeper } from './timekeeper.ts';

const none: Beside = { drafts: [], changes: [] };

export class Controller implements ControllerPort {
  #parts: ControllerParts;
  readonly #ledger: Ledger;
  readonly #time: Timekeeper;
  readonly #due: Due;
  readonly #repeats = new Repeats();
  readonly #doors: AccessPoints;
  readonly #commander: Commander;
  readonly #readers = new Map<string, ReaderConfig>();
  readonly #help: Help;
  readonly #peers: Peers;
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
    const { clock, locks, journal, ledger, log, alarmed = () => {} } = parts;
    this.#help = new Help({ journal, ledger, time: this.#time, settings: () => this.#parts.config.help, log });
    this.#peers = new Peers({
      ...parts,
      time: this.#time,
      due: this.#due,
      facts: () => this.#facts,
      replica: () => this.#replica,
    });
    const now = (): DoorTime => this.#doorTime();
    const record = (drafts: readonly EventDraft[], changes: readonly StateChange[]): void =>
      this.#record(drafts, changes);
    const write = (...batch: Parameters<typeof record>): boolean => this.#write(...batch);
    const doors = { clock, locks, now, site: () => this.#facts.site, record, write, alarmed };
    this.#doors = new AccessPoints(doors, journal.savedDoors());
    this.#commander = this.#makeCommander(journal);
    this.#follow(parts.config, new Set());
  }

  #makeCommander(journal: ControllerParts['journal']): Commander {
    const shared = {
      parts: () => this.#parts,
      doors: this.#doors,
      ledger: this.#ledger,
      time: this.#time,
      due: this.#due,
      book: new CommandBook(journal, this.#time),
      factsAt: (at: Moment) => this.#factsAt(at),
    };
    const people = new People({
      ...shared,
      carryOut: (...decided) => this.#carryOut(...decided),
    });
    return new Commander({ ...shared, people, doorTime: () => this.#doorTime() });
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
    this.#peers.start();
  }

  reconfigure({ config, credentialKey, keep, repeatsAt }: Reconfiguration): void {
    this.#parts = { ...this.#parts, config, credentialKey };
    this.#repeats.keepAt(repeatsAt);
    const ended = this.#follow(config, keep);
    const reason = 'reload';
    const started = { revision: this.#replica.revision, reason, doorsKept: keep.size };
    const drafts: EventDraft[] = [
      ...ended.drafts,
      { type: 'controller.stopped', data: { reason } },
      { type: 'controller.started', data: started },
    ];
    this.#record(drafts, ended.changes);
    this.assertOutputs();
  }

  #follow({ accessPoints, readers }: ControllerConfig, kept: ReadonlySet<string>): EndedReleases {
    this.#help.keepAt(accessPoints.filter(({ help }) => help !== null).map(({ id }) => id));
    this.#readers.clear();
    for (const config of readers) this.#readers.set(config.id, config);
    return this.#doors.follow(accessPoints, kept);
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#due.stop();
    this.#peers.stop();
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
    const { changes } = door;
    const seen = {
      reader: reader.id,
      hash,
      sinceBootMs: at.sinceBootMs,
      changes,
      revision: this.#replica.revision,
    };
    const interlockedBy = this.#doors.interlockedBy(door);
    // A repeat would free the lock beside a door that is open: it is decided anew.
    const repeats = interlockedBy === null && mayRepeat(door.config.siteRules, presented.type);
    const before = repeats ? this.#repeats.repeated(seen, door.config.repeatWindowMs) : undefined;
    // Where three taps of staff mean something, each of them is decided.
    const counts = door.config.staffToggle !== null && before !== undefined && staffOf(before.grant) !== null;
    if (before !== undefined && !counts) {
      door.otherTapped();
      return this.#carryOut(door, repeatOf(before, this.#time.leastAt(at)), at);
    }
    const tap: Tap = {
      ...atDoor(door, at, newVisitId(random, at), this.#factsAt(at), config.rules, interlockedBy),
      reader: { id: reader.id, direction: reader.direction },
      credential: { type: presented.type, hash },
      ...(door.config.siteRules.secondPerson === null ? {} : { companionId: newVisitId(random, at) }),
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

  refuseStale(readerId: string, { type, value }: Presented): void {
    const reader = this.#readers.get(readerId);
    if (reader === undefined || !this.#running) return;
    const hash = credentialHash(this.#parts.credentialKey, type, canonicalValue(type, value));
    this.record([staleDenial(reader, { type, hash })]);
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
      return this.#parts.journal.reading(() => {
        if (tap.at.synchronised) return decide(tap);
        return decideUntrusted(tap, this.#time.leastMs(tap.at), this.#parts.config.rules);
      });
    } catch (error) {
      this.#parts.log('error', `no decision at reader ${tap.reader.id}: ${messageOf(error)}`);
      return undecided(tap, messageOf(error));
    }
  }

  /** Writes, then opens: a lock never moves for a decision that is not on disk, unless the door is set to. */
  #carryOut(door: Door, answer: Answer, at: Moment, beside: Beside = none, failed: Beside = none): TapResult {
    const { granted, reason, direction } = answer;
    const grants = grantsOf(answer);
    const inputs = granted
      ? door.grantInputs(answer.extendedUnlock, grants, grants.length > 0 && direction === 'in')
      : [];
    const plan = granted ? door.plan(...inputs) : null;
    const drafts = [...beside.drafts, ...answer.drafts, ...(plan?.drafts ?? [])];
    const changes = [...answer.changes, ...(plan?.changes ?? []), ...beside.changes];
    const waitsFor = answer.waitsFor === undefined ? {} : { waitsFor: answer.waitsFor };
    let events: readonly JournalEvent[];
    try {
      events = this.#ledger.write(drafts, changes, at);
    } catch (error) {
      const shut = granted && door.config.onStorageFailure === 'deny';
      // A door that stays shut has let nobody in: what is kept must not say that it did.
      const denial = [...failed.drafts, ...answer.drafts.slice(0, 1).map(unwrittenDenial)];
      const unwritten = shut ? denial : drafts;
      this.#ledger.keep(unwritten, shut ? failed.changes : changes, at, error);
      if (plan !== null && !shut) door.take(plan);
      this.#due.arm();
      const told = { reason: shut ? 'storage-failed' : reason, direction, events: [], unwritten };
      return { granted: granted && !shut, ...told, ...waitsFor };
    }
    if (plan !== null) door.take(plan);
    this.#ledger.announce(events);
    this.#due.changed(changes);
    return { granted, reason, direction, events, ...waitsFor };
  }

  input(accessPoint: string, name: InputName, active: boolean, atMs = this.#time.now().sinceBootMs): void {
    const door = this.#doors.get(accessPoint);
    if (door === undefined) throw new RangeError(`there is no access point ${accessPoint}`);
    if (!this.#running) return;
    if (name !== 'help') {
      this.#doors.input(door, name, active, atMs);
      return;
    }
    const call = this.#help.level(accessPoint, active);
    if (call !== null) this.record([call]);
  }

  callHelp(call: HelpCall): HelpOutcome {
    if (!this.#running) throw new RangeError('the controller is stopped: no call for help is taken');
    if (this.#doors.get(call.accessPoint) === undefined) return { outcome: 'refused', reason: 'unknown-access-point' };
    const { draft, outcome } = this.#help.call(call);
    if (draft !== null) this.record([draft]);
    return outcome;
  }

  command(command: Command, order: Order | null = null, stale = false): CommandOutcome {
    if (!this.#running) throw new RangeError('the controller is stopped: no command is carried out');
    return this.#commander.carryOut({ command, order, stale });
  }

  refuse(order: Order, said: EventDraft['data'], reason: CommandReason): CommandOutcome {
    if (!this.#running) throw new RangeError('the controller is stopped: no command is refused');
    return this.#commander.refuse(order, said, reason);
  }

  record(drafts: readonly EventDraft[]): void {
    this.#record(drafts, []);
  }

  #record(drafts: readonly EventDraft[], changes: readonly StateChange[]): void {
    const before = this.#ledger.unwritten;
    this.#ledger.record(drafts, changes, this.#parts.clock.now());
    if (this.#running && (before > 0 || this.#ledger.unwritten > 0)) this.#due.arm();
  }

  #write(drafts: readonly EventDraft[], changes: readonly StateChange[]): boolean {
    try {
      this.#ledger.announce(this.#ledger.write(drafts, changes, this.#parts.clock.now()));
      return true;
    } catch {
      return false;
    }
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
    this.#peers.replicaArrived(replica);
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
      for (const { controller, epoch, through } of included) journal.dropIncluded(through, epoch, controller);
    } catch (error) {
      log('error', `local use that the replica includes is counted twice until the next start: ${error}`);
    }
  }

  /** What the first record of a journal that a restore began says: it goes on from another. */
  #restored(): EventDraft['data'] {
    const { head, restored } = this.#parts.journal;
    return head.seq > 0 || restored === null ? {} : { reason: 'restored', ...restored };
  }

  peerRecords(batch: PeerBatch, done: (taken: boolean) => void): void {
    if (this.#running) this.#peers.take(batch, done);
    else done(false);
  }

  clockStepped(): void {
    if (!this.#running) return;
    this.#doors.settle();
    this.#due.settle();
    this.#peers.clockStepped();
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
    return { sinceBootMs: at.sinceBootMs, boot: at.boot, wallMs: this.#time.leastMs(at), known };
  }
}
