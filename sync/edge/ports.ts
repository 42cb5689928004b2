// What the controller's end of the wire needs of the daemon and of the network, and what it tells the daemon. It runs on
// a thread of its own, or in the same process on virtual time: all calls are synchronous, and all values can be cloned.

import type { KeyObject } from 'node:crypto';
import type { Clock, Random } from '../../access/clock.ts';
import type { JsonObject } from '../../access/event.ts';
import type { UpstreamConfig } from '../../config/types.ts';
import type { OutgoingRecord } from '../../db/journal/outgoing.ts';
import type { OfficeCommand, Reply } from '../protocol/commands.ts';
import type { Signer } from '../protocol/keys.ts';
import type { Manifest } from '../protocol/messages.ts';
import type { ReplicaCounts, ReplicaRow, SnapshotHeader } from '../protocol/replica-rows.ts';
import type { Status } from '../protocol/status.ts';
import type { Transport } from '../protocol/transport.ts';

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

/** Where a new replica is built, beside the one that decides. */
export interface ReplicaSink {
  /** Begins a new, empty build; what an earlier one left unfinished is removed. Throws where it cannot. */
  begin(header: SnapshotHeader): ReplicaBuild;
}

export interface ReplicaBuild {
  /** Throws for a record that cannot be stored (a doubled id, a full disk). */
  add(...row: ReplicaRow): void;
  /** Makes the build durable and gives its path; nothing may be added afterwards. */
  finish(): string;
  /** Removes the build. Never throws. */
  abort(): void;
}

export type RefusalKind = 'replica' | 'command' | 'ack' | 'message' | 'outbox' | 'connection';

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
}

/** A replica that arrived whole. */
export interface ReadyReplica extends InstalledReplica {
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
  /** The office said at `issuedAtMs` (null: it did not say when) that the installed replica is its newest. */
  replicaConfirmed(revision: number, issuedAtMs: number | null): void;
  /** A command of the office, verified. Each is answered with `commandAnswered`, once. */
  command(command: OfficeCommand): void;
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
