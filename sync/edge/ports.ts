// What the controller's end of the wire needs of the daemon and of the network, and what it tells the daemon. It runs on
// a thread of its own, or in the same process on virtual time: all calls are synchronous, and all values can be cloned.

import type { KeyObject } from 'node:crypto';
import type { Clock, Random } from '../../access/clock.ts';
import type { JsonObject } from '../../access/event.ts';
import type { JournalCursor } from '../../access/merge/record.ts';
import type { ReplicaKind } from '../../access/model.ts';
import type { UpstreamConfig } from '../../config/types.ts';
import type { OutgoingRecord } from '../../db/journal/outgoing.ts';
import type { OfficeCommand, Reply } from '../protocol/commands.ts';
import type { NamedControllers } from '../protocol/controllers.ts';
import type { Signer } from '../protocol/keys.ts';
import type { Manifest } from '../protocol/messages.ts';
import type { ReplicaCounts, ReplicaRow, SnapshotHeader } from '../protocol/replica-rows.ts';
import type { MostKept } from '../protocol/shrink.ts';
import type { Status } from '../protocol/status.ts';
import type { Transport } from '../protocol/transport.ts';
import type { PeerRecords } from './peers.ts';

/** The journal, read-only. */
export interface EventSource {
  identity(): { readonly site: string; readonly controller: string; readonly epoch: string };
  /** Highest sequence number that is on disk; 0 in an empty journal. */
  head(): number;
  /**
   * Canonical texts of the events after `afterSeq`, in order, without gaps: at most `maxEvents` of at most `maxBytes` together, but at
   * least one where there is one. What is lost says so in its place.
   */
  read(afterSeq: number, maxEvents: number, maxBytes: number): readonly OutgoingRecord[];
  /** The hash of a record; null where nobody knows it. Left out: none is known. */
  hashOf?(seq: number): string | null;
}

/** The outbox's cursor over an earlier journal of the controller, of which the office may not have all. */
export interface EarlierCursor {
  readonly epoch: string;
  readonly through: number;
  readonly issuedAtMs: number | null;
}

/** What a finished replica says of itself. */
export interface BuildHeader extends SnapshotHeader {
  /** Of the whole uncompressed snapshot. */
  readonly sha256: string;
  readonly peers: Manifest['controllers'];
  /** Of all records (digest.ts); null from an office that gives no deltas. */
  readonly digest: string | null;
  readonly most: MostKept;
}

/** Where a new replica is made, beside the one that decides. One at a time. */
export interface ReplicaSink {
  /** Begins a new, empty build; what an earlier one left unfinished is removed. Throws where it cannot. */
  begin(header: BuildHeader): ReplicaBuild;
  /**
   * Begins one with all that is in the replica that decides; or in the one before it, where that is `before` and still there. Throws
   * where it cannot. Left out: only whole snapshots are taken.
   */
  revise?(before: { readonly revision: number; readonly digest: string } | null): ReplicaRevision;
}

/** A replica that is made of another one. Each call may throw; it is to be aborted then. */
export interface ReplicaRevision {
  /** It began with the replica before the one that decides. */
  readonly ofBefore: boolean;
  /** Brings a piece of what it begins with; true once all is there. Only then anything can be changed. */
  prepare(): boolean;
  /** Takes a record out by its name, or as a whole where its kind has none; null where there was none. */
  remove(kind: ReplicaKind, named: unknown): ReplicaRow | null;
  /** Throws with the code `replica-conflict` where the record does not fit what is there. */
  put(...row: ReplicaRow): void;
  finish(header: BuildHeader): string;
  abort(): void;
}

export interface ReplicaBuild {
  /** Throws for a record that cannot be stored (a doubled id, a full disk). */
  add(...row: ReplicaRow): void;
  /** Makes the build durable and gives its path; nothing may be added afterwards. */
  finish(): string;
  /** Removes the build. Never throws. */
  abort(): void;
}

export type RefusalKind = 'replica' | 'command' | 'ack' | 'message' | 'outbox' | 'peers' | 'connection';

/** Something from outside that was not taken. Of one kind and reason at most one report a minute, with its count. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly reason: string;
  /** Of the latest one. */
  readonly detail: string;
  /** The latest command, where it can be believed; left out where it cannot, or is none. */
  readonly command?: JsonObject;
  /** How many since the report before. */
  readonly count: number;
}

/** What is known of the replica that decides. */
export interface InstalledReplica {
  readonly revision: number;
  /** Of the whole uncompressed snapshot. */
  readonly sha256: string;
  readonly counts: ReplicaCounts;
  /** Of all records (digest.ts); null where it is not known: it cannot be revised then. */
  readonly digest: string | null;
  /** What a newer one is measured against (shrink.ts); null where it is not known. */
  readonly most: MostKept | null;
}

/** A replica that arrived whole. */
export interface ReadyReplica extends InstalledReplica {
  readonly how: 'snapshot' | 'delta';
  readonly issuedAtMs: number | null;
  readonly controllers: Manifest['controllers'];
}

/** What the daemon is told. None of these may throw. */
export interface EdgeHost {
  /**
   * The office has everything of this epoch up to `through` on its disk. Lower than before: it lost data, and what lies
   * above is being sent again. `issuedAtMs` is kept beside it and given back at the next start.
   */
  acknowledged(epoch: string, through: number, issuedAtMs: number | null): void;
  /** A newer replica stands in `file`, checked and complete. The daemon answers with replicaInstalled or replicaFailed. */
  replicaReady(file: string, replica: ReadyReplica): void;
  /** A manifest that the office signed at `issuedAtMs` (null: it did not say when) names this revision, the highest so far. */
  replicaKnown(revision: number, issuedAtMs: number | null): void;
  /** The office said at `issuedAtMs` (null: it did not say when) that the installed replica is its newest. */
  replicaConfirmed(revision: number, issuedAtMs: number | null): void;
  /** A command of the office, verified. Each is answered with `commandAnswered`, once. */
  command(command: OfficeCommand): void;
  /** Records of another controller's journal, verified. Each is answered with `peersTaken`, once. Left out: they are of no use here. */
  peerRecords?(records: PeerRecords): void;
  /** A newer manifest names other controllers, or keys, than the one before. Left out: that is of no use here. */
  controllersNamed?(named: NamedControllers): void;
  refused(refusal: Refusal): void;
  /** The broker came or went, or there is a new reason why it cannot be reached. */
  connection(online: boolean, detail: string): void;
}

/** What the daemon knows of itself; `online` and `since` are the edge's to say. */
export type StatusReport = Omit<Status, 'online' | 'since'>;

/** The controller's end of the wire, wherever it runs. */
export interface EdgePort {
  start(): void;
  /** The journal's highest sequence number on disk is now `seq`. */
  journalGrew(seq: number): void;
  /** The replica of `revision` that was ready decides now. */
  replicaInstalled(revision: number): void;
  /** The replica of `revision` that was ready could not be taken; it is fetched again with the next manifest. */
  replicaFailed(revision: number): void;
  /** What became of the command that came first of those not answered yet; null: it was not looked at. */
  commandAnswered(reply: Reply | null): void;
  /** Peers' records are on disk, or (false) could not be written: they are asked for again then. */
  peersTaken(id: number, taken: boolean): void;
  reportStatus(report: StatusReport): void;
  /** Says goodbye and closes. Settles within 3 s, whatever the network does. */
  stop(): Promise<void>;
}

export type EdgeSettings = Pick<
  UpstreamConfig,
  | 'windowEvents'
  | 'batchEvents'
  | 'batchBytes'
  | 'ackTimeoutMs'
  | 'backoffMinMs'
  | 'backoffMaxMs'
  | 'maxMessageBytes'
  | 'maxReplicaBytes'
>;

/** What an edge begins with. Can be cloned to another thread. */
export interface EdgeOptions {
  readonly settings: EdgeSettings;
  readonly signer: Signer;
  /** Whose messages are believed. */
  readonly officeKeys: readonly KeyObject[];
  /** The outbox's cursor in this epoch, and the instant of the acknowledgement that moved it there. */
  readonly acknowledged: { readonly through: number; readonly issuedAtMs: number | null };
  /** The same of journals that a restore went on from; none where it is left out. */
  readonly earlier?: readonly EarlierCursor[];
  readonly installed: InstalledReplica | null;
  /** The site's controllers as the office named them last; nobody where it is left out. */
  readonly controllers?: NamedControllers;
  /** How far their journals are known; not at all where it is left out. */
  readonly peers?: readonly JournalCursor[];
}

export interface EdgeParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly source: EventSource;
  /** Journals that nobody writes any more, one for each cursor of the options. */
  readonly earlier?: readonly EventSource[];
  readonly sink: ReplicaSink;
  readonly transport: Transport;
}
