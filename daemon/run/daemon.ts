// A running controller: its doors, what they stand on (folder, journal, replica) and the way to the office. A new config
// changes what it names otherwise than the one before, and nothing else. Nothing here is on the way from a tap to its lock.

import type { EventDraft, JournalEvent, Json } from '../../access/event.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { DriverTools } from '../../drivers/registry.ts';
import type { EdgeHost, EdgePort, ReadyReplica, Refusal } from '../../sync/edge/ports.ts';
import type { OfficeCommand, Reply } from '../../sync/protocol/commands.ts';
import { Ledger } from '../controller/ledger.ts';
import type { Log } from '../log.ts';
import type { SocketRequest } from '../socket/protocol.ts';
import { readVersion } from '../version.ts';
import type { DataDir } from './data-dir.ts';
import { Doors } from './doors.ts';
import { wordsOf } from './error.ts';
import { checkReloadable, loadRunnable, type RunnableConfig } from './load-config.ts';
import { type Machine, thisMachine } from './machine.ts';
import { OfficeWatch } from './office-watch.ts';
import { lasts, logRefusal, type ReplicaState, refusalRecord } from './office-words.ts';
import { Orders } from './orders.ts';
import { changeWords } from './plan.ts';
import type { Replicas } from './replicas.ts';
import { Reporter } from './reporter.ts';
import { answerRequest } from './requests.ts';
import { Retention } from './retention.ts';
import { SiteControllers } from './site-controllers.ts';
import { type DaemonStatus, daemonStatus, type StatusFacts, statusReport } from './status.ts';
import { takeReplica } from './take-replica.ts';
import { TrustWatch, trustFault } from './trust.ts';
import { makeUpstream, upstreamMark } from './upstream.ts';

export interface DaemonParts {
  readonly configFile: string;
  readonly dir: DataDir;
  readonly journal: Journal;
  readonly replicas: Replicas;
  readonly tools: DriverTools;
  readonly log: Log;
  /** What runs beside this thread. Left out: the machine's own processes and threads. */
  readonly machine?: Machine;
}

export class Daemon {
  readonly #parts: DaemonParts;
  readonly #machine: Machine;
  readonly #version = readVersion();
  readonly #reporter: Reporter;
  readonly #controllers: SiteControllers;
  readonly #ledger: Ledger;
  readonly #trust: TrustWatch;
  readonly #orders: Orders;
  readonly #retention: Retention;
  readonly #office: OfficeWatch;
  /** Lasting faults of the journal that have their record since the start. */
  readonly #recordedFaults = new Set<string>();
  #config: RunnableConfig;
  #doors: Doors | null = null;
  #edge: EdgePort | null = null;
  #edgeMark = '';
  #online = false;
  /** The highest that the office named since the start. */
  #newestRevision = 0;
  #connection = '';

  constructor(parts: DaemonParts, config: RunnableConfig) {
    this.#parts = parts;
    this.#machine = parts.machine ?? thisMachine;
    this.#config = config;
    const { tools, log } = parts;
    this.#controllers = new SiteControllers({ journal: parts.journal, replicas: parts.replicas, log });
    this.#ledger = new Ledger({
      journal: parts.journal,
      recorded: (events) => this.#recorded(events),
      hasPeers: () => this.#controllers.several,
      log,
    });
    this.#trust = new TrustWatch(tools.clock, () => {
      this.#lookAtTrust();
      this.#office.look();
    });
    this.#orders = new Orders(tools.clock, (refusal) => this.#refused(refusal));
    this.#retention = new Retention({
      clock: tools.clock,
      journal: parts.journal,
      log,
      settings: () => this.#config.journal,
      alone: () => this.#config.upstream === null,
      record: (draft) => void this.#ledger.record([draft], [], tools.clock.now()),
    });
    const { journal, replicas } = parts;
    this.#office = new OfficeWatch({
      clock: tools.clock,
      log,
      name: `${config.site}/${config.controller}`,
      configured: () => this.#config.upstream !== null,
      pending: () => journal.pending(),
      waitingSinceMs: () => orNull(() => journal.waitingSinceMs()),
      known: () => ({
        acknowledgement: journal.acknowledged.issuedAtMs,
        manifest: orNull(() => replicas.confirmedMs),
      }),
    });
    this.#reporter = new Reporter(tools.clock, log, () => this.#edge?.reportStatus(statusReport(this.#facts())));
  }

  get config(): RunnableConfig {
    return this.#config;
  }

  get doors(): Doors | null {
    return this.#doors;
  }

  /** @param notes what was found while the files were opened. @throws what `Doors.open` and `makeUpstream` throw */
  async start(notes: readonly EventDraft[]): Promise<void> {
    const { tools, journal, log, replicas } = this.#parts;
    const edge = this.#makeEdge(this.#config);
    const machine = this.#machine;
    const parts = { tools, machine, journal, ledger: this.#ledger, changed: () => this.#reporter.changed(), log };
    this.#doors = await Doors.open(parts, this.#config, replicas.store);
    if (notes.length > 0) this.#doors.record(notes);
    this.#trust.look();
    this.#useEdge(edge, upstreamMark(this.#config));
    this.#retention.start();
  }

  status(): DaemonStatus {
    return daemonStatus(this.#facts());
  }

  answer(request: SocketRequest): Json {
    return answerRequest({ doors: this.#doors, orders: this.#orders, status: () => this.status() }, request);
  }

  record(draft: EventDraft): void {
    if (this.#doors !== null) this.#doors.record([draft]);
    else this.#ledger.record([draft], [], this.#parts.tools.clock.now());
  }

  clockStepped(): void {
    this.#doors?.controller.clockStepped();
    this.#trust.look();
    this.#reporter.changed();
  }

  /**
   * Reads the config again. What can be refused of it is refused before a door is touched; whatever is refused, the old one
   * stays. Not to be called while it runs.
   */
  async reload(): Promise<void> {
    const { log, configFile } = this.#parts;
    let edge: { readonly made: EdgePort | null; readonly mark: string } | null = null;
    let changed: string | null = null;
    try {
      const next = loadRunnable(configFile, log);
      checkReloadable(this.#config, next);
      const change = await this.#doors?.prepare(next);
      const mark = upstreamMark(next);
      if (mark !== this.#edgeMark) edge = { made: this.#makeEdge(next), mark };
      await change?.apply();
      this.#config = next;
      this.#trust.look();
      if (change !== undefined) changed = changeWords(change.plan);
    } catch (error) {
      log('error', `the new config is not taken, the old one stays:\n${wordsOf(error)}`);
      return;
    }
    if (edge !== null) await this.#changeEdge(edge.made, edge.mark);
    log('info', `config reloaded, ${this.#counts()}; ${changed ?? 'no door and no reader was touched'}`);
    this.#reporter.changed();
  }

  /** Ends the doors first, safe, then the way to the office. */
  async stop(): Promise<void> {
    this.#retention.stop();
    this.#trust.stop();
    this.#orders.stop();
    try {
      await this.#doors?.close();
    } finally {
      this.#doors = null;
      // What came while the doors were closed.
      this.#orders.stop();
      this.#ledger.end(this.#parts.tools.clock.now());
      this.#reporter.stop();
    }
    await this.#edge?.stop();
    this.#edge = null;
  }

  /** `ready, 2 doors, 3 readers, replica revision 42`: what tests and people wait for. */
  readyWords(): string {
    return `ready, ${this.#counts()}`;
  }

  #counts(): string {
    const { accessPoints, readers } = this.#config;
    const revision = this.#parts.replicas.revision;
    const replica = revision === 0 ? 'no replica yet' : `replica revision ${revision}`;
    return `${counted(accessPoints.length, 'door')}, ${counted(readers.length, 'reader')}, ${replica}`;
  }

  #recorded(events: readonly JournalEvent[]): void {
    const last = events.at(-1);
    this.#office.recorded();
    if (last !== undefined) this.#edge?.journalGrew(last.seq);
    this.#reporter.changed();
  }

  #makeEdge({ upstream }: RunnableConfig): EdgePort | null {
    if (upstream === null) return null;
    const { dir, tools, log, journal, replicas } = this.#parts;
    const begin = () => {
      const { acknowledged, earlier } = journal;
      const controllers = this.#controllers.newest;
      const peers = journal.shared.cursors();
      return { acknowledged, earlier, installed: replicas.installed, controllers, peers };
    };
    const machine = this.#machine;
    return makeUpstream({ upstream, dir, journal, tools, machine, log, host: this.#edgeHost(), begin });
  }

  #useEdge(edge: EdgePort | null, mark: string): void {
    this.#edge = edge;
    this.#edgeMark = mark;
    this.#online = false;
    edge?.start();
    edge?.journalGrew(this.#parts.journal.head.seq);
    this.#reporter.changed();
  }

  async #changeEdge(edge: EdgePort | null, mark: string): Promise<void> {
    try {
      await this.#edge?.stop();
    } catch (error) {
      this.#parts.log('error', `the way to the office before did not end in order: ${wordsOf(error)}`);
    }
    this.#useEdge(edge, mark);
  }

  #edgeHost(): EdgeHost {
    const { log, journal, replicas, tools } = this.#parts;
    return {
      acknowledged: (epoch, through, issuedAtMs) => {
        if (epoch === journal.epoch) journal.acknowledge(through, issuedAtMs);
        else journal.acknowledgeEarlier(epoch, through, issuedAtMs);
        this.#office.heard('acknowledgement');
        this.#reporter.changed();
      },
      replicaReady: (file, replica) => {
        this.#office.heard(replica.how);
        this.#take(file, replica);
      },
      replicaKnown: (revision, issuedAtMs) => {
        this.#office.heard('manifest', issuedAtMs);
        this.#newestRevision = Math.max(this.#newestRevision, revision);
        this.#reporter.changed();
      },
      replicaConfirmed: (_revision, issuedAtMs) => {
        replicas.confirmed(issuedAtMs ?? tools.clock.now().wallMs);
        this.#office.heard('manifest', issuedAtMs);
        this.#trust.look();
      },
      command: (command) => {
        this.#office.heard('command');
        this.#edge?.commandAnswered(this.#command(command));
      },
      peerRecords: ({ id, ...batch }) => {
        const done = (taken: boolean): void => this.#edge?.peersTaken(id, taken);
        if (this.#doors === null) done(false);
        else this.#doors.controller.peerRecords(batch, done);
      },
      controllersNamed: (named) => {
        this.#controllers.named(named);
        this.#doors?.controller.controllersNamed();
      },
      refused: (refusal) => this.#refused(refusal),
      connection: (online, detail) => {
        const words = `${online ? 'connected to the broker' : 'no connection to the broker'}: ${detail}`;
        if (words !== this.#connection) log(online ? 'info' : 'warn', words);
        this.#connection = words;
        this.#online = online;
        this.#office.connection(online, detail);
        this.#reporter.changed();
      },
    };
  }

  #refused(refusal: Refusal): void {
    logRefusal(this.#parts.log, refusal);
    const record = refusalRecord(refusal, this.#replicaFacts());
    if (record === null || (lasts(refusal) && this.#recordedFaults.has(refusal.reason))) return;
    if (lasts(refusal)) this.#recordedFaults.add(refusal.reason);
    this.record(record);
  }

  /** null: the doors do not work now, and nothing is said of it: it comes again. */
  #command(command: OfficeCommand): Reply | null {
    if (this.#doors === null) return null;
    try {
      const reply = this.#orders.take(this.#doors.controller, command);
      this.#reporter.changed();
      return reply;
    } catch (error) {
      this.#parts.log('error', `command ${command.order.id} could not be looked at: ${wordsOf(error)}`);
      return null;
    }
  }

  #take(file: string, replica: ReadyReplica): void {
    // The doors are closed: at the next start it is fetched again.
    if (this.#doors === null) return;
    const { replicas, log } = this.#parts;
    const { revision } = replica;
    const newest = Math.max(this.#newestRevision, revision);
    const detail = takeReplica({ replicas, controller: this.#doors.controller, log, newest }, file, replica);
    this.#trust.look();
    if (detail === null) this.#edge?.replicaInstalled(revision);
    else {
      this.#edge?.replicaFailed(revision);
      const data = { reason: 'install', offered: revision, detail, ...this.#replicaFacts() };
      this.record({ type: 'replica.refused', data });
    }
    this.#reporter.changed();
  }

  /** What records of replicas say of the one that decides. */
  #replicaFacts(): ReplicaState {
    const { revision, newestRevision, replicaAgeS } = daemonStatus(this.#facts());
    return { revision, newest: newestRevision, ageS: replicaAgeS };
  }

  /** A file that cannot be asked for its age says nothing new. */
  #lookAtTrust(): void {
    const { replicas, tools, log } = this.#parts;
    try {
      const { confirmedMs } = replicas;
      const { wallMs, synchronised } = tools.clock.now();
      const replicaAgeMs = confirmedMs === null ? null : wallMs - confirmedMs;
      const staleMs = this.#config.rules.staleReplicaMs;
      this.#doors?.readers.trust(trustFault({ synchronised, replicaAgeMs, staleMs }));
    } catch (error) {
      log('error', `how old the replica is cannot be asked: ${wordsOf(error)}`);
    }
  }

  #facts(): StatusFacts {
    const { journal, replicas, tools } = this.#parts;
    const now = tools.clock.now();
    return {
      config: this.#config,
      version: this.#version,
      revision: replicas.revision,
      newestRevision: Math.max(this.#newestRevision, replicas.revision),
      confirmedMs: replicas.confirmedMs,
      pending: journal.pending(),
      online: this.#online,
      reach: this.#office.reach(),
      now,
      unwritten: this.#ledger.unwritten,
      retention: this.#retention.status(),
      leastMs: this.#doors?.controller.leastMs() ?? now.wallMs,
      accessPoints: this.#doors?.accessPoints() ?? [],
      readers: this.#doors?.readers.status() ?? [],
    };
  }
}

/** What a failing disk does not say is not known: it is told of elsewhere. */
function orNull<Value>(read: () => Value | null): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
