// A daemon whose edge runs in this process, over a broker in memory, with an office of which only the key is there: what the office
// says, the test says.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { openEdgeFiles } from '../../../daemon/run/edge-parts.ts';
import { thisMachine } from '../../../daemon/run/machine.ts';
import { serveEdge } from '../../../sync/edge/serve.ts';
import type { EdgeWorker } from '../../../sync/edge/thread-host.ts';
import { sign } from '../../../sync/protocol/jws.ts';
import { newKeyPair, publicKeyBase64, readPrivateKey, readPublicKey, signerOf } from '../../../sync/protocol/keys.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { DaemonBench } from './daemon-bench.ts';

const upstream = `upstream: { url: "mqtt://127.0.0.1:1883", signingKeyFile: own.key, officeKeys: [office.pub] }`;

export class WiredBench extends DaemonBench {
  readonly network = new MemoryNetwork(this.clock);
  readonly #office = newKeyPair();
  readonly #own = newKeyPair();
  readonly #other = newKeyPair();

  constructor() {
    super({}, () => ({ ...thisMachine, startEdge: (data) => this.#worker(data) }));
    writeFileSync(join(this.folder, 'own.key'), this.#own.privateKeyPem, { mode: 0o600 });
    writeFileSync(join(this.folder, 'office.pub'), this.#office.publicKeyPem);
  }

  /** With its way to the office. */
  async start(): Promise<void> {
    await this.daemon.start([]);
    await this.reloadWith({ more: [upstream] });
    await this.pass(1_000);
  }

  /** The office names the site's controllers in a manifest of that revision. */
  async names(revision: number, issuedAt: string, ...ids: readonly string[]): Promise<void> {
    const keys: Readonly<Record<string, string>> = { 'front-desk': this.#own.publicKeyPem };
    const controllers = ids.map((id) => {
      return { id, publicKey: publicKeyBase64(readPublicKey(keys[id] ?? this.#other.publicKeyPem)) };
    });
    const sha256 = 'a'.repeat(64);
    const chunks = [{ sha256, bytes: 10 }];
    const manifest = { revision, sha256, bytes: 10, chunks, controllers, shrinkMeant: false, issuedAt };
    const topic = 'cardea/1/riverside/replica/manifest';
    const signer = signerOf(readPrivateKey(this.#office.privateKeyPem));
    const connection = this.network
      .transport()
      .connect(
        { clientId: 'office', will: null, subscriptions: [], maxMessageBytes: 1_000_000 },
        { up: () => {}, message: () => {}, oversized: () => {}, down: () => {} },
      );
    await this.pass(100);
    connection.publish(topic, sign(topic, manifest, signer), { retain: true });
    await this.pass(1_000);
  }

  /** Lets time pass for all that runs here. */
  async pass(ms: number): Promise<void> {
    for (let step = 0; step < 10; step++) {
      this.clock.advance(ms / 10);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  override async end(): Promise<void> {
    let stopped = false;
    const stopping = this.daemon.stop().finally(() => {
      stopped = true;
    });
    // The keeper is a process, and ends in its own time.
    while (!stopped) await this.pass(1_000);
    await stopping;
    await super.end();
  }

  /** Both ends of the wire, each message a moment later. */
  #worker(data: Parameters<typeof openEdgeFiles>[0]): EdgeWorker {
    let toThread: (message: unknown) => void = () => {};
    let toDaemon: (message: unknown) => void = () => {};
    const files = openEdgeFiles(data);
    const later = (act: () => void): void => void this.clock.after('word', 1, act);
    serveEdge(
      {
        postMessage: (message) => later(() => toDaemon(message)),
        on: (_event, listener) => {
          toThread = listener;
        },
      },
      { clock: this.clock, random: seededRandom('edge'), transport: this.network.transport(), ...files },
    );
    return {
      postMessage: (message) => later(() => toThread(message)),
      on: (event: string, listener: (told: never) => void) => {
        if (event === 'message') toDaemon = listener as (message: unknown) => void;
      },
      terminate: () => {
        files.source.close();
        return Promise.resolve();
      },
    };
  }
}
