// The path of a tap: read, decide, write, open, tell. When a call returns, what it decided is on disk and the lock was
// told; nothing on the way waits for a network, or knows that there is one.

import { v7 } from 'uuid';
import type { Moment } from '../../access/clock.ts';
import { canonicalValue } from '../../access/credential.ts';
import { credentialHash } from '../../access/credential-hash.ts';
import { decide } from '../../access/entry/decide.ts';
import type { Tap } from '../../access/entry/tap.ts';
import { decideUntrusted } from '../../access/entry/untrusted.ts';
import type { EventDraft, JournalEvent } from '../../access/event.ts';
import type { Facts } from '../../access/facts.ts';
import type { Includes } from '../../access/model.ts';
import { factsAfter } from '../../access/visit/facts-after.ts';
import type { ControllerConfig, InputName, ReaderConfig } from '../../config/types.ts';
import { messageOf } from '../../db/error.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';
import type { Presented } from '../../drivers/port.ts';
import { type Answer, repeatOf, undecided, unwrittenDenial } from './answer.ts';
import { Door } from './door.ts';
import { Due } from './due.ts';
import { joinFacts } from './facts.ts';
import type { Ledger } from './ledger.ts';
import type { AccessPointStatus, ControllerParts, ControllerPort, Reconfiguration, TapResult } from './port.ts';
import { Repeats, seenIn } from './repeats.ts';
import { Timekeeper } from './timekeeper.ts';

export class Controller implements ControllerPort {
  #parts: ControllerParts;
  readonly #ledger: Ledger;
  readonly #time: Timekeeper;
  readonly #due: Due;
  readonly #repeats = new Repeats();
  readonly #doors = new Map<string, Door>();
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
    this.#follow(parts.config, new Map());
  }

  start(data: EventDraft['data'] = {}): void {
    this.#running = true;
    this.assertOutputs();
    this.#forgetIncluded(this.#included(this.#replica));
    this.record([
      { type: 'controller.started', data: { revision: this.#replica.revision, ...this.#restored(), ...data } },
    ]);
    this.#due.settle();
  }

  reconfigure({ config, credentialKey, keep, repeatsAt }: Reconfiguration): void {
    this.#parts = { ...this.#parts, config, credentialKey };
    this.#repeats.keepAt(repeatsAt);
    const kept = new Map([...this.#doors].filter(([id]) => keep.has(id)));
    for (const [id, door] of this.#doors) if (!kept.has(id)) door.stop();
    this.#follow(config, kept);
    this.assertOutputs();
    const reason = 'reload';
    const started = { revision: this.#replica.revision, reason, doorsKept: kept.size };
    this.record([
      { type: 'controller.stopped', data: { reason } },
      { type: 'controller.started', data: started },
    ]);
  }

  #follow({ accessPoints, readers }: ControllerConfig, kept: ReadonlyMap<string, Door>): void {
    const { clock, locks } = this.#parts;
    this.#doors.clear();
    for (const config of accessPoints) {
      const made = (): Door => new Door(config, clock, locks, (drafts) => this.record(drafts));
      this.#doors.set(config.id, kept.get(config.id) ?? made());
    }
    this.#readers.clear();
    for (const config of readers) this.#readers.set(config.id, config);
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#due.stop();
    for (const door of this.#doors.values()) door.stop();
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
    const seen = {
      reader: reader.id,
      hash,
      sinceBootMs: at.sinceBootMs,
      mode: door.mode,
      revision: this.#replica.revision,
    };
    const before = this.#repeats.repeated(seen, door.config.repeatWindowMs);
    if (before !== undefined) return this.#carryOut(door, repeatOf(before, at), at);
    const tap: Tap = {
      at,
      id: v7({ random: random.bytes(16), msecs: Math.max(Math.trunc(at.wallMs), 0) }),
      accessPoint: door.config,
      mode: door.mode,
      modeBy: 'command',
      reader: { id: reader.id, direction: reader.direction },
      credential: { type: presented.type, hash },
      facts: this.#ledger.unwritten === 0 ? this.#facts : factsAfter(this.#facts, this.#ledger.unwrittenChanges()),
      settings: config.rules,
    };
    const ruling = this.#decide(tap);
    const result = this.#carryOut(door, ruling, at);
    const grant = ruling.drafts[0];
    if (result.granted && grant !== undefined) {
      this.#repeats.opened({ ...seen, grant, extended: ruling.extendedUnlock, visit: seenIn(ruling.changes) });
    } else this.#repeats.forget(seen);
    return result;
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
    const { granted, reason, direction, drafts, changes, extendedUnlock } = answer;
    let events: readonly JournalEvent[];
    try {
      events = this.#ledger.write(drafts, changes, at);
    } catch (error) {
      const shut = granted && door.config.onStorageFailure === 'deny';
      // A door that stays shut has let nobody in: what is kept must not say that it did.
      const unwritten = shut ? drafts.slice(0, 1).map(unwrittenDenial) : drafts;
      this.#ledger.keep(unwritten, shut ? [] : changes, at, error);
      if (granted && !shut) door.release(extendedUnlock);
      this.#due.arm();
      return { granted: granted && !shut, reason: shut ? 'storage-failed' : reason, direction, events: [], unwritten };
    }
    if (granted) door.release(extendedUnlock);
    this.#ledger.announce(events);
    this.#due.changed(changes);
    return { granted, reason, direction, events };
  }

  input(accessPoint: string, name: InputName, active: boolean): void {
    const door = this.#doors.get(accessPoint);
    if (door === undefined) throw new RangeError(`there is no access point ${accessPoint}`);
    if (!this.#running) return;
    if (name === 'contact') door.step({ do: 'contact', open: active });
    else if (name === 'requestToExit') door.step({ do: 'request-to-exit', active });
    else this.#recordInput(accessPoint, name, active);
  }

  #recordInput(accessPoint: string, name: Exclude<InputName, 'contact' | 'requestToExit'>, active: boolean): void {
    if (name === 'fire') this.record([{ type: active ? 'fire.activated' : 'fire.cleared', accessPoint, data: {} }]);
    else if (name === 'tamper') this.record([{ type: 'tamper', accessPoint, data: { active } }]);
    else if (active) this.record([{ type: 'help.requested', accessPoint, data: { message: 'help input' } }]);
  }

  record(drafts: readonly EventDraft[]): void {
    const before = this.#ledger.unwritten;
    this.#ledger.record(drafts, [], this.#parts.clock.now());
    if (this.#running && (before > 0 || this.#ledger.unwritten > 0)) this.#due.arm();
  }

  replicaArrived(replica: ReplicaStore, data: EventDraft['data'] = {}, commit: () => void = () => {}): void {
    this.#due.settle();
    // Before the switch: from there on nothing may fail, or who decides would not be who is said to.
    const included = this.#included(replica);
    const old = this.#replica;
    const toldOf = this.#due.ranOut();
    commit();
    this.#replica = replica;
    this.#facts = joinFacts(replica, this.#parts.journal.facts);
    this.#forgetIncluded(included);
    this.record([{ type: 'replica.applied', data: { revision: replica.revision, previous: old.revision, ...data } }]);
    this.#due.forecast(toldOf);
    try {
      old.close();
    } catch (error) {
      this.#parts.log('error', `the replica before could not be closed: ${messageOf(error)}`);
    }
  }

  /** Up to which records of this controller's journals a replica counts what was used. @throws DbError */
  #included(replica: ReplicaStore): readonly Includes[] {
    return replica.includes().filter(({ controller }) => controller === this.#parts.config.controller);
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
    if (this.#running) this.#due.settle();
  }

  leastMs(): number {
    return this.#time.leastMs(this.#time.now());
  }

  assertOutputs(): void {
    for (const door of this.#doors.values()) door.assert();
  }

  accessPoints(): readonly AccessPointStatus[] {
    return [...this.#doors.values()].map((door) => door.status());
  }
}
