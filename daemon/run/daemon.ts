// A running controller: what stays over a reload (folder, journal, replica, socket, the way to the office where it is the
// same), and the doors, which are made anew. Nothing here is on the way from a tap to its lock.

import type { Cancel } from '../../access/clock.ts';
import type { EventDraft, JournalEvent, Json } from '../../access/event.ts';
import type { Journal } from '../../db/journal/journal.ts';
import type { DriverTools } from '../../drivers/registry.ts';
import type { EdgeHost, EdgePort, ReadyReplica } from '../../sync/edge/ports.ts';
import { Ledger } from '../controller/ledger.ts';
import type { Log } from '../log.ts';
import type { SocketRequest } from '../socket/protocol.ts';
import { readVersion } from '../version.ts';
import type { DataDir } from './data-dir.ts';
import { Doors, type DoorsParts } from './doors.ts';
import { wordsOf } from './error.ts';
import { checkReloadable, loadRunnable, type RunnableConfig } from './load-config.ts';
import { Meanwhile } from './meanwhile.ts';
import { logRefusal, refusalRecord } from './office-words.ts';
import type { Replicas } from './replicas.ts';
import { Reporter } from './reporter.ts';
import { answerRequest } from './requests.ts';
import { type DaemonStatus, daemonStatus, type StatusFacts, statusReport } from './status.ts';
import { takeReplica } from './take-replica.ts';
import { makeUpstream, upstreamMark } from './upstream.ts';

export interface DaemonParts {
  readonly configFile: string;
  readonly dir: DataDir;
  readonly journal: Journal;
  readonly replicas: Replicas;
  readonly tools: DriverTools;
  readonly log: Log;
}

/** Doors that could not be opened again are tried again this much later. */
const reopenMs = 5_000;

export class Daemon {
  readonly #parts: DaemonParts;
  readonly #version = readVersion();
  readonly #reporter: Reporter;
  readonly #ledger: Ledger;
  #config: RunnableConfig;
  #doors: Doors | null = null;
  #edge: EdgePort | null = null;
  #edgeMark = '';
  #online = false;
  #connection = '';
  #stopped = false;
  #cancelReopen: Cancel = () => {};
  readonly #meanwhile: Meanwhile;

  constructor(parts: DaemonParts, config: RunnableConfig) {
    this.#parts = parts;
    this.#config = config;
    const { tools, log } = parts;
    this.#meanwhile = new Meanwhile(log);
    this.#ledger = new Ledger({ journal: parts.journal, recorded: (events) => this.#recorded(events), log });
    this.#reporter = new Reporter(tools.clock, log, () => this.#edge?.reportStatus(statusReport(this.#facts())));
  }

  get config(): RunnableConfig {
    return this.#config;
  }

  get doors(): Doors | null {
    return this.#doors;
  }

  /** @param notes what was found while the files were opened. @throws what `Doors.load` and `makeUpstream` throw */
  async start(notes: readonly EventDraft[]): Promise<void> {
    const edge = this.#makeEdge(this.#config);
    const loaded = await Doors.load(this.#doorsParts(this.#config));
    this.#doors = await loaded.open(this.#parts.replicas.store, {});
    if (notes.length > 0) this.#doors.record(notes);
    this.#useEdge(edge);
  }

  status(): DaemonStatus {
    return daemonStatus(this.#facts());
  }

  answer(request: SocketRequest): Json {
    return answerRequest({ doors: this.#doors, status: () => this.status() }, request);
  }

  /** While the doors are made anew it waits for them. */
  record(draft: EventDraft): void {
    if (this.#doors !== null) this.#doors.record([draft]);
    else this.#meanwhile.record(draft);
  }

  clockStepped(): void {
    this.#doors?.controller.clockStepped();
    this.#reporter.changed();
  }

  /** Reads the config again. Everything that can be refused is refused before a door is touched, and the old one stays. */
  async reload(): Promise<void> {
    const { log, replicas } = this.#parts;
    const before = this.#config;
    let prepare: () => Promise<void>;
    try {
      const next = loadRunnable(this.#parts.configFile, log);
      checkReloadable(before, next);
      const loaded = await Doors.load(this.#doorsParts(next));
      const mark = upstreamMark(next);
      const edge = mark === this.#edgeMark ? null : { made: this.#makeEdge(next), mark };
      prepare = async () => {
        const doors = await loaded.open(replicas.store, { reason: 'reload' });
        this.#config = next;
        this.#comeBack(doors);
        if (edge !== null) await this.#changeEdge(edge.made, edge.mark);
      };
    } catch (error) {
      log('error', `the new config is not taken, the old one stays:\n${wordsOf(error)}`);
      return;
    }
    const old = this.#doors;
    this.#doors = null;
    await old?.close();
    try {
      await prepare();
      log('info', `config reloaded, ${this.#counts()}`);
    } catch (error) {
      log('error', `the doors could not be opened with the new config, the old one comes back: ${wordsOf(error)}`);
      await this.#reopen(before);
    }
    this.#reporter.changed();
  }

  /** Ends the doors first, safe, then the way to the office. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelReopen();
    await this.#doors?.close();
    this.#ledger.end(this.#parts.tools.clock.now());
    this.#reporter.stop();
    this.#doors = null;
    await this.#edge?.stop();
    this.#edge = null;
    this.#meanwhile.drop();
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

  async #reopen(config: RunnableConfig): Promise<void> {
    if (this.#stopped || this.#doors !== null) return;
    try {
      const loaded = await Doors.load(this.#doorsParts(config));
      if (this.#doors === null) {
        this.#comeBack(await loaded.open(this.#parts.replicas.store, { reason: 'reload-failed' }));
      }
    } catch (error) {
      const { log, tools } = this.#parts;
      log('error', `no door works now, all locks are safe; tried again in ${reopenMs / 1000} s: ${wordsOf(error)}`);
      this.#cancelReopen = tools.clock.after('doors again', reopenMs, () => void this.#reopen(config));
    }
  }

  /** What waited for the doors is done. */
  #comeBack(doors: Doors): void {
    this.#doors = doors;
    this.#meanwhile.end((drafts) => doors.record(drafts));
    this.#reporter.changed();
  }

  #doorsParts(config: RunnableConfig): DoorsParts {
    const { tools, journal, log } = this.#parts;
    return {
      config,
      tools,
      journal,
      log,
      ledger: this.#ledger,
      changed: () => this.#reporter.changed(),
    };
  }

  #recorded(events: readonly JournalEvent[]): void {
    const last = events.at(-1);
    if (last !== undefined) this.#edge?.journalGrew(last.seq);
    this.#reporter.changed();
  }

  #makeEdge({ upstream }: RunnableConfig): EdgePort | null {
    if (upstream === null) return null;
    const { dir, tools, log, journal, replicas } = this.#parts;
    const begin = () => ({ acknowledged: journal.acknowledged, installed: replicas.installed });
    return makeUpstream({ upstream, dir, tools, log, host: this.#edgeHost(), begin });
  }

  #useEdge(edge: EdgePort | null): void {
    this.#edge = edge;
    this.#edgeMark = upstreamMark(this.#config);
    this.#online = false;
    edge?.start();
    edge?.journalGrew(this.#parts.journal.head.seq);
    this.#reporter.changed();
  }

  async #changeEdge(edge: EdgePort | null, mark: string): Promise<void> {
    await this.#edge?.stop();
    this.#useEdge(edge);
    this.#edgeMark = mark;
  }

  #edgeHost(): EdgeHost {
    const { log, journal, replicas, tools } = this.#parts;
    return {
      acknowledged: (epoch, through, issuedAtMs) => {
        if (epoch === journal.epoch) journal.acknowledge(through, issuedAtMs);
        this.#reporter.changed();
      },
      replicaReady: (file, replica) => this.#whenOpen((doors) => this.#take(doors, file, replica)),
      replicaConfirmed: (_revision, issuedAtMs) => {
        replicas.confirmed(issuedAtMs ?? tools.clock.now().wallMs);
      },
      refused: (refusal) => {
        logRefusal(log, refusal);
        const record = refusalRecord(refusal);
        if (record !== null) this.record(record);
      },
      connection: (online, detail) => {
        const words = `${online ? 'connected to the broker' : 'no connection to the broker'}: ${detail}`;
        if (words !== this.#connection) log(online ? 'info' : 'warn', words);
        this.#connection = words;
        this.#online = online;
        this.#reporter.changed();
      },
    };
  }

  #whenOpen(act: (doors: Doors) => void): void {
    const doors = this.#doors;
    if (doors !== null) act(doors);
    else this.#meanwhile.act(() => this.#whenOpen(act));
  }

  #take({ controller }: Doors, file: string, replica: ReadyReplica): void {
    const { replicas, log } = this.#parts;
    const { revision } = replica;
    const detail = takeReplica({ replicas, controller, log }, file, replica);
    if (detail === null) this.#edge?.replicaInstalled(revision);
    else {
      this.#edge?.replicaFailed(revision);
      this.record({ type: 'replica.refused', data: { reason: 'install', revision, detail } });
    }
    this.#reporter.changed();
  }

  #facts(): StatusFacts {
    const { journal, replicas, tools } = this.#parts;
    return {
      config: this.#config,
      version: this.#version,
      revision: replicas.revision,
      confirmedMs: replicas.confirmedMs,
      pending: journal.pending(),
      online: this.#online,
      now: tools.clock.now(),
      accessPoints: this.#doors?.controller.accessPoints() ?? [],
      readers: this.#doors?.readers.status() ?? [],
    };
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
