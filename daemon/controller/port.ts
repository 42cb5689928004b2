// What the rest of the daemon sees of the controller: the path of a tap, and what stands beside it. Everything is
// synchronous; when a call returns, what it decided is on disk and the outputs have been told.

import type { Clock, Random } from '../../access/clock.ts';
import type { Command } from '../../access/command/command.ts';
import type { Order } from '../../access/command/order.ts';
import type { CommandOutcome, CommandReason } from '../../access/command/outcome.ts';
import type { EventDraft, JournalEvent } from '../../access/event.ts';
import type { WaitsFor } from '../../access/site-rules/state.ts';
import type { ControllerConfig, InputName } from '../../config/types.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { ReplicaStore } from '../../db/replica/store.ts';
import type { OutputSink, Presented } from '../../drivers/port.ts';
import type { HelpCall, HelpOutcome } from './help.ts';
import type { Ledger } from './ledger.ts';
import type { PeerBatch } from './peers.ts';

export interface ControllerParts {
  readonly config: ControllerConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly replica: ReplicaStore;
  /** 32 bytes: the site's credential key. */
  readonly credentialKey: Uint8Array;
  readonly locks: OutputSink;
  /** The `alarm` of a door changed; told after its lock was, and must not throw. Left out where nobody shows it. */
  readonly alarmed?: (accessPoint: string, alarm: AccessPointStatus['alarm']) => void;
  /** Its owner's: what a failing disk left unwritten outlives this controller. */
  readonly ledger: Ledger;
  /** Why a lock line is not as it was driven; null: it is. Left out: there are no lines. */
  readonly lineFault?: (accessPoint: string) => LineFault | null;
  /** The reader shows where it is. false: it cannot. Left out: none can. */
  readonly identify?: (reader: string) => boolean;
  /** A line for the log: what happened, for whoever looks after the controller. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** `keeper-silent`: whoever holds the lines does not answer. */
export type LineFault = Extract<CommandReason, 'line-stuck' | 'keeper-silent'>;

/** Another config for the same controller. */
export interface Reconfiguration {
  readonly config: ControllerConfig;
  readonly credentialKey: Uint8Array;
  /** Ids of the doors that it leaves as they are. */
  readonly keep: ReadonlySet<string>;
  /** Ids of the readers where a tap may still be the repeat of one before. */
  readonly repeatsAt: readonly string[];
}

export interface TapResult {
  readonly granted: boolean;
  /** A code of rules.md or a reason of interfaces.md section 5. */
  readonly reason: string;
  readonly direction: 'in' | 'out';
  readonly events: readonly JournalEvent[];
  /** What a failing disk did not take: it is in memory, and becomes events later. Left out where all is on disk. */
  readonly unwritten?: readonly EventDraft[];
  /** What would still let in whoever was denied. Left out: nothing that could be shown now. */
  readonly waitsFor?: WaitsFor;
}

export interface AccessPointStatus {
  readonly id: string;
  readonly mode: 'controlled' | 'unlocked' | 'locked' | 'lockdown';
  readonly lock: 'locked' | 'unlocked';
  /** null: no contact is configured, or none was read yet. */
  readonly contact: 'open' | 'closed' | null;
  /** Who or what set the mode: a name, or `schedule`; null: nothing did. */
  readonly by: string | null;
  /** When the mode ends by itself, ISO 8601; null: it does not, or a schedule ends it. */
  readonly until: string | null;
  /** What is told of a door that stands open; null: nothing, or a fire frees it. */
  readonly alarm: 'forced' | 'pre-alarm' | 'held' | null;
}

export interface ControllerPort {
  /**
   * Records `controller.started`, drives the outputs to what is in force now, settles what fell due while it was away.
   * @param readInputs called before the outputs are driven: a door that a fire or a pressed button frees is not locked first.
   */
  start(data?: EventDraft['data'], readInputs?: () => void): void;
  /** Goes on with another config: a door that it keeps keeps its state, and a release that runs; any other keeps its modes. */
  reconfigure(change: Reconfiguration): void;
  /** Locks every door that a release holds open and records `controller.stopped`; no call has an effect afterwards. */
  stop(): void;
  /** A credential at a reader. @throws RangeError for a reader that the config does not have. */
  tap(reader: string, presented: Presented): TapResult;
  /** A tap that may have waited for long: it is recorded, and opens nothing. */
  refuseStale(reader: string, presented: Presented): void;
  /**
   * A new level of an input; an active contact is an open door.
   * @param atMs when it came, milliseconds since boot: before now by its debounce. Left out: now.
   */
  input(accessPoint: string, name: InputName, active: boolean, atMs?: number): void;
  /**
   * Carries out a command, whoever it comes from. With an order it takes effect once at most, and in its time and turn only.
   * Applied or refused it is recorded, but for what `unrecorded` says.
   * @param stale it may have waited for long: what would let somebody in by now is refused, what shuts a door is not.
   * @throws RangeError before the start and after the end.
   */
  command(command: Command, order?: Order | null, stale?: boolean): CommandOutcome;
  /**
   * Refuses an order that asks for nothing that this version can do, for good. @param said of it, for the record.
   * @throws RangeError before the start and after the end.
   */
  refuse(order: Order, said: EventDraft['data'], reason: CommandReason): CommandOutcome;
  /**
   * Somebody asks for help at an access point; the record names who was last refused there.
   * @throws RangeError before the start and after the end.
   */
  callHelp(call: HelpCall): HelpOutcome;
  /** Records what happened beside the doors (readers, replica, storage, clock). */
  record(drafts: readonly EventDraft[]): void;
  /**
   * Decides from this replica from now on, drops local use that it includes, and records `replica.applied`; closes the old.
   * @param commit called once, when nothing of the new one is left that could fail, and before it decides.
   * @throws DbError for one that cannot be read, and what `commit` throws; the old one goes on then.
   */
  replicaArrived(replica: ReplicaStore, data?: EventDraft['data'], commit?: () => void): void;
  /**
   * Records of another controller of the site, or of the office, verified. They are merged a little at a time, between taps.
   * @param done told once they are on disk, or (false) cannot be written: they come again then.
   */
  peerRecords(batch: PeerBatch, done: (taken: boolean) => void): void;
  /** Whether that replica is the one that decides now. */
  decidesBy(replica: ReplicaStore): boolean;
  /** Who the site's controllers are is known anew. */
  controllersNamed(): void;
  /** The wall clock may have stepped, gained or lost its source: waits that stand on it are made anew. */
  clockStepped(): void;
  /** The least that the time can be, UTC milliseconds: what a synchronised clock says, else what is known of it. */
  leastMs(): number;
  /** Sets every lock line anew to what it should be (the keeper came back after a lapse). */
  assertOutputs(): void;
  accessPoints(): readonly AccessPointStatus[];
}
