// A site of several controllers with their ends of the wire, an office and a network in memory, on one virtual clock: everything
// but the socket is what runs at a site.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseReplicaDocument } from '../../../config/load.ts';
import type { ReplicaDocument } from '../../../config/types.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';
import { Edge } from '../../../sync/edge/edge.ts';
import type { EdgeHost } from '../../../sync/edge/ports.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { Office } from '../../../sync/office/office.ts';
import { type OfficeStore, openOfficeStore } from '../../../sync/office/store/open.ts';
import {
  newKeyPair,
  publicKeyBase64,
  readPrivateKey,
  readPublicKey,
  type Signer,
  signerOf,
} from '../../../sync/protocol/keys.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { type PeerDoor, PeerSite, type SiteParts } from './bench.ts';

function pair(): { readonly signer: Signer; readonly publicKey: ReturnType<typeof readPublicKey> } {
  const { privateKeyPem, publicKeyPem } = newKeyPair();
  return { signer: signerOf(readPrivateKey(privateKeyPem)), publicKey: readPublicKey(publicKeyPem) };
}

const settings = {
  windowEvents: 50,
  batchEvents: 10,
  batchBytes: 100_000,
  ackTimeoutMs: 5_000,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  maxMessageBytes: 1_000_000,
  maxReplicaBytes: 10_000_000,
};

export interface Refused {
  readonly kind: string;
  readonly reason: string;
}

export class WiredSite extends PeerSite {
  readonly network: MemoryNetwork;
  readonly store: OfficeStore;
  readonly refused: Refused[] = [];
  readonly keys: ReadonlyMap<string, ReturnType<typeof pair>>;
  readonly #officeKeys = pair();
  readonly #document: ReplicaDocument;
  readonly #edges = new Map<string, Edge>();
  #office: Office | null = null;

  constructor(parts: SiteParts) {
    super(parts);
    this.network = new MemoryNetwork(this.clock);
    this.keys = new Map(this.doors.map(({ id }) => [id, pair()]));
    const folder = mkdtempSync(join(tmpdir(), 'cardea-peers-'));
    this.store = openOfficeStore(join(folder, 'office.db'), { site: 'berlin', mode: 'write', busyTimeoutMs: 0 });
    onTestFinished(() => {
      this.store.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const replica = { format: 'cardea-replica/1', site: 'berlin', revision: 1, ...parts.replica };
    this.#document = parseReplicaDocument(JSON.stringify(replica), 'replica.json').document;
    importReplica(this.store, this.#document, { force: false, nowMs: parts.startMs });
    for (const door of this.doors) this.#edges.set(door.id, this.#edgeOf(door));
  }

  get officeSigner(): Signer {
    return this.#officeKeys.signer;
  }

  /** The document as a newer one, as an operator imports it. */
  import(records: Partial<ReplicaDocument['records']>): void {
    const revision = this.#document.revision + 1;
    const document = { ...this.#document, revision, records: { ...this.#document.records, ...records } };
    importReplica(this.store, document, { force: false, nowMs: this.clock.now().wallMs });
  }

  startOffice(): void {
    this.#office = new Office({
      clock: this.clock,
      random: seededRandom('office'),
      log: () => {},
      transport: this.network.transport(),
      store: this.store,
      signer: this.#officeKeys.signer,
      siteKey: new Uint8Array(32).fill(7),
      controllers: [...this.keys].map(([id, { publicKey }]) => ({ id, publicKey })),
    });
    this.#office.start();
  }

  stopOffice(): void {
    void this.#office?.stop();
    this.#office = null;
  }

  connect(...ids: readonly string[]): void {
    for (const id of ids) this.#edges.get(id)?.start();
  }

  /** Off the network until it is connected again: what it knows by then is what it begins with. */
  disconnect(id: string): void {
    void this.#edges.get(id)?.stop();
    this.#edges.set(id, this.#edgeOf(this.door(id)));
  }

  #edgeOf(door: PeerDoor): Edge {
    const { journal } = door;
    const keys = this.keys.get(door.id);
    if (keys === undefined) throw new RangeError(door.id);
    const reader = openJournalReader(door.file);
    const controllers = [...this.keys].map(([id, { publicKey }]) => ({ id, publicKey: publicKeyBase64(publicKey) }));
    const options = {
      settings,
      signer: keys.signer,
      officeKeys: [this.#officeKeys.publicKey],
      acknowledged: journal.acknowledged,
      installed: null,
      controllers: { controllers, revision: 0, issuedAtMs: null },
      peers: journal.shared.cursors(),
    };
    const parts = {
      clock: this.clock,
      random: seededRandom(`edge ${door.id}`),
      source: reader,
      sink: {
        begin: (): never => {
          throw new Error('the replica stays as it is');
        },
      },
      transport: this.network.transport(),
    };
    const edge: Edge = new Edge(
      options,
      parts,
      this.#hostOf(door, () => edge),
    );
    door.recorded = (seq) => edge.journalGrew(seq);
    onTestFinished(() => reader.close());
    return edge;
  }

  #hostOf(door: PeerDoor, edge: () => Edge): EdgeHost {
    return {
      acknowledged: (_epoch, through, issuedAtMs) => door.journal.acknowledge(through, issuedAtMs),
      replicaReady: () => {},
      replicaKnown: () => {},
      replicaConfirmed: () => {},
      command: () => {},
      peerRecords: ({ id, ...batch }) => door.controller.peerRecords(batch, (taken) => edge().peersTaken(id, taken)),
      refused: (refusal) => this.refused.push(refusal),
      connection: () => {},
    };
  }
}
