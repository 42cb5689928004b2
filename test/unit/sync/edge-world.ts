// One controller's end of the wire on virtual time, with a journal, a sink and a host that keep what they are told.

import { createHash } from 'node:crypto';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { Edge } from '../../../sync/edge/edge.ts';
import type {
  EdgeHost,
  EdgeOptions,
  EdgeSettings,
  EventSource,
  InstalledReplica,
  ReadyReplica,
  Refusal,
  ReplicaSink,
} from '../../../sync/edge/ports.ts';
import type { OfficeCommand } from '../../../sync/protocol/commands.ts';
import type { ReplicaRow, SnapshotHeader } from '../../../sync/protocol/replica-rows.ts';
import { MemoryBroker, newParty, type Party, readAs, signAs } from './fake-office.ts';

export const base = 'cardea/1/riverside';
export const own = `${base}/front-desk`;
export const startMs = Date.parse('2026-03-02T08:00:00Z');

export const settings: EdgeSettings = {
  windowEvents: 20,
  batchEvents: 8,
  batchBytes: 100_000,
  ackTimeoutMs: 10_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 60_000,
  maxMessageBytes: 200_000,
  maxReplicaBytes: 1_000_000,
};

export class FakeJournal implements EventSource {
  readonly texts: string[] = [];
  readonly epoch = 'epoch-1';
  failing = false;
  #prev = 'f'.repeat(64);

  identity(): ReturnType<EventSource['identity']> {
    return { site: 'riverside', controller: 'front-desk', epoch: this.epoch };
  }

  head(): number {
    if (this.failing) throw new Error('disk I/O error');
    return this.texts.length;
  }

  read(afterSeq: number, maxEvents: number, maxBytes: number): { seq: number; text: string }[] {
    if (this.failing) throw new Error('disk I/O error');
    const found: { seq: number; text: string }[] = [];
    let bytes = 0;
    for (let seq = afterSeq + 1; seq <= this.texts.length && found.length < maxEvents; seq++) {
      const text = this.texts[seq - 1] ?? '';
      bytes += text.length;
      if (found.length > 0 && bytes > maxBytes) break;
      found.push({ seq, text });
    }
    return found;
  }

  append(count: number): number {
    for (let n = 0; n < count; n++) {
      const seq = this.texts.length + 1;
      const clock = { boot: 'boot-1', sinceBootMs: seq, synchronised: true };
      const id = `00000000-0000-7000-8000-${String(seq).padStart(12, '0')}`;
      const time = new Date(startMs + seq).toISOString();
      const whose = { controller: 'front-desk', data: {}, epoch: this.epoch, id, prev: this.#prev, seq };
      const text = JSON.stringify({ clock, ...whose, site: 'riverside', time, type: 'door.opened' });
      this.texts.push(text);
      this.#prev = createHash('sha256').update(text).digest('hex');
    }
    return this.texts.length;
  }
}

export class FakeSink implements ReplicaSink {
  readonly finished: { header: SnapshotHeader; rows: ReplicaRow[] }[] = [];
  begun = 0;
  aborted = 0;
  failAt: 'begin' | 'add' | 'finish' | null = null;

  begin(header: SnapshotHeader): ReturnType<ReplicaSink['begin']> {
    this.#fail('begin');
    this.begun++;
    const rows: ReplicaRow[] = [];
    return {
      add: (...row) => {
        this.#fail('add');
        rows.push(row);
      },
      finish: () => {
        this.#fail('finish');
        this.finished.push({ header, rows });
        return `replica-${header.revision}`;
      },
      abort: () => {
        this.aborted++;
      },
    };
  }

  #fail(at: 'begin' | 'add' | 'finish'): void {
    if (this.failAt === at) throw new Error('no space left on device');
  }
}

export class FakeHost implements EdgeHost {
  readonly acks: [number, number | null][] = [];
  readonly ready: { file: string; replica: ReadyReplica }[] = [];
  readonly known: number[] = [];
  readonly confirmed: [number, number | null][] = [];
  readonly commands: OfficeCommand[] = [];
  readonly refusals: Refusal[] = [];
  readonly connections: [boolean, string][] = [];
  readonly peerRecords?: NonNullable<EdgeHost['peerRecords']>;

  /** @param hears whether it takes records of the other controllers. */
  constructor(hears = true) {
    if (hears) this.peerRecords = () => undefined;
  }

  acknowledged(_epoch: string, through: number, issuedAtMs: number | null): void {
    this.acks.push([through, issuedAtMs]);
  }
  replicaReady(file: string, replica: ReadyReplica): void {
    this.ready.push({ file, replica });
  }
  replicaKnown(revision: number): void {
    this.known.push(revision);
  }
  replicaConfirmed(revision: number, issuedAtMs: number | null): void {
    this.confirmed.push([revision, issuedAtMs]);
  }
  command(command: OfficeCommand): void {
    this.commands.push(command);
  }
  refused(refusal: Refusal): void {
    this.refusals.push(refusal);
  }
  connection(online: boolean, detail: string): void {
    this.connections.push([online, detail]);
  }

  /** Reasons so far, as kind/reason, and forgets them. */
  reasons(): string[] {
    return this.refusals.splice(0).map(({ kind, reason }) => `${kind}/${reason}`);
  }
}

export interface World {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly journal: FakeJournal;
  readonly sink: FakeSink;
  readonly host: FakeHost;
  readonly edge: Edge;
  readonly office: Party;
  readonly controller: Party;
  /** Signed by the office and delivered. */
  say(topic: string, payload: unknown): Promise<void>;
  /** An acknowledgement; `issuedAt` in seconds after the start, null for none. */
  ack(through: number, issuedAtS: number | null): Promise<void>;
  /** Sequence numbers of each batch that was published since the last call. */
  batches(): Promise<number[][]>;
  /** Starts, and lets the connection come up. */
  online(): void;
}

export async function newWorld(
  over: {
    settings?: Partial<EdgeSettings>;
    acknowledged?: EdgeOptions['acknowledged'];
    installed?: InstalledReplica | null;
    events?: number;
    /** Left out: one in memory, which takes only snapshots. */
    replicas?: ReplicaSink;
    host?: FakeHost;
  } = {},
): Promise<World> {
  const clock = new VirtualClock(startMs);
  const broker = new MemoryBroker(clock);
  const journal = new FakeJournal();
  journal.append(over.events ?? 0);
  const sink = new FakeSink();
  const host = over.host ?? new FakeHost();
  const [office, controller] = [await newParty(), await newParty()];
  const options: EdgeOptions = {
    settings: { ...settings, ...over.settings },
    signer: { kid: controller.kid, privateKey: controller.privateKey },
    officeKeys: [office.publicKey],
    acknowledged: over.acknowledged ?? { through: 0, issuedAtMs: null },
    installed: over.installed ?? null,
  };
  const parts = {
    clock,
    random: seededRandom('edge'),
    source: journal,
    sink: over.replicas ?? sink,
    transport: broker,
  };
  const edge = new Edge(options, parts, host);
  const say = async (topic: string, payload: unknown): Promise<void> =>
    broker.deliver(topic, await signAs(office, topic, payload));
  return {
    clock,
    broker,
    journal,
    sink,
    host,
    edge,
    office,
    controller,
    say,
    ack: (through, issuedAtS) => {
      const issuedAt = issuedAtS === null ? {} : { issuedAt: new Date(startMs + issuedAtS * 1000).toISOString() };
      return say(`${own}/ack`, { epoch: journal.epoch, through, ...issuedAt });
    },
    batches: async () => {
      const read: number[][] = [];
      for (const message of broker.take('/events')) {
        const batch = await readAs<{ epoch: string; events: { seq: number }[] }>(controller, message);
        if (batch.epoch !== journal.epoch) throw new Error(`epoch ${batch.epoch}`);
        read.push(batch.events.map(({ seq }) => seq));
      }
      return read;
    },
    online: () => {
      edge.start();
      clock.advance(5);
    },
  };
}

/** [from, …, to] */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}
