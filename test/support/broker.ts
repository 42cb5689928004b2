// A real mosquitto for a test: on a free port of its own, in a folder of its own, started, stopped and started again on the
// same port, and ended by its own process id.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectAsync, type MqttClient } from 'mqtt';
import { TestAuthority } from './certificates.ts';
import { WireCheck } from './wire-check.ts';

export interface BrokerOptions {
  /** TLS, with clients that must show a certificate of `authority`. */
  readonly mutualTls?: boolean;
  /** Keeps retained messages and sessions over a stop and start. */
  readonly persistence?: boolean;
  /** With mutualTls: as the files that ship say (config/examples/mosquitto), with this test's port, paths and certificates. */
  readonly shipped?: boolean;
  /** Further lines of mosquitto.conf; of one that ships they take the place of those with the same key. */
  readonly lines?: readonly string[];
  /** Further lines of the access list that ships. */
  readonly acl?: readonly string[];
  /** false: a test sends what nobody described, or lets nobody listen. */
  readonly checked?: boolean;
}

export class TestBroker {
  /** mqtt://127.0.0.1:PORT or mqtts://localhost:PORT. */
  readonly url: string;
  readonly port: number;
  /** Removed by `close`. */
  readonly folder: string;
  /** With mutualTls: who signs the broker's and its clients' certificates. */
  readonly authority: TestAuthority | null;
  /** What mosquitto wrote so far. */
  readonly log: string[] = [];
  #process: ChildProcess | null = null;
  readonly #check: WireCheck | null;
  #listener: MqttClient | null = null;

  private constructor(port: number, folder: string, options: BrokerOptions) {
    this.port = port;
    this.folder = folder;
    this.#check = options.checked === false ? null : new WireCheck();
    this.authority = options.mutualTls === true ? new TestAuthority(folder) : null;
    this.url = this.authority === null ? `mqtt://127.0.0.1:${port}` : `mqtts://localhost:${port}`;
    writeFileSync(join(folder, 'mosquitto.conf'), `${this.#lines(options).join('\n')}\n`);
  }

  /** A broker that runs. Another port is tried where somebody else was faster. */
  static async start(options: BrokerOptions = {}): Promise<TestBroker> {
    for (let tries = 0; ; tries++) {
      const folder = mkdtempSync(join(tmpdir(), 'cardea-broker-'));
      const broker = new TestBroker(await freePort(), folder, options);
      try {
        await broker.start();
        await broker.#listen();
        return broker;
      } catch (error) {
        await broker.close();
        if (tries === 5) throw error;
      }
    }
  }

  /** Starts it again, after `stop` or `kill`. */
  async start(): Promise<void> {
    if (this.#process !== null) return;
    // Whatever becomes of the test's process, its broker ends with it.
    const command = ['--pdeathsig', 'KILL', 'mosquitto', '-c', join(this.folder, 'mosquitto.conf')];
    const child = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      const lines = createInterface({ input: child.stderr });
      lines.on('line', (line) => {
        this.log.push(line);
        if (line.endsWith(' running')) resolve();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (this.#process === child) this.#process = null;
        reject(new Error(`mosquitto ended with ${code}: ${this.log.slice(-5).join(' | ')}`));
      });
    });
  }

  /** Ends it as a service manager would. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** A test is about to send this, to see it refused: it is not held against the document. */
  excuse(payload: string | Uint8Array): void {
    this.#check?.excuse(payload);
  }

  /** It stands still: connections stay, and nothing moves on them. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /**
   * Ends it and removes its folder.
   * @throws Error where a message that it passed on is not as docs/asyncapi.yaml says
   */
  async close(): Promise<void> {
    await this.#listener?.endAsync(true);
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
    this.#check?.end();
  }

  /** Hears every message, and holds it against the document; comes back after a stop by itself. */
  async #listen(): Promise<void> {
    const check = this.#check;
    if (check === null) return;
    const files = this.authority === null ? {} : filesOf(this.authority, listenerName);
    const options = { ...files, clientId: listenerName, reconnectPeriod: 50 };
    this.#listener = await connectAsync(this.url, options, false);
    this.#listener.on('error', () => undefined);
    this.#listener.on('message', (topic, payload) => check.take(topic, payload));
    await this.#listener.subscribeAsync('#', { qos: 1 });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    await ended;
  }

  #lines(options: BrokerOptions): string[] {
    const logs = [
      'log_dest stderr',
      ...['error', 'warning', 'notice', 'information'].map((type) => `log_type ${type}`),
    ];
    const user = process.getuid?.() === 0 ? ['user root'] : [];
    const more = [...logs, ...user, ...(options.lines ?? [])];
    if (options.shipped === true) return [...this.#shippedLines(options, keysOf(more)), ...more];
    return [
      `listener ${this.port} 127.0.0.1`,
      'allow_anonymous true',
      `persistence ${options.persistence === true}`,
      `persistence_location ${this.folder}/`,
      ...this.#tlsLines(),
      ...more,
    ];
  }

  #tlsLines(): string[] {
    if (this.authority === null) return [];
    const { certFile, keyFile } = this.authority.server();
    const files = [`cafile ${this.authority.caFile}`, `certfile ${certFile}`, `keyfile ${keyFile}`];
    return [...files, 'require_certificate true'];
  }

  /** Every line of the file that ships, but for what is this machine's and what the test sets. */
  #shippedLines({ acl = [] }: BrokerOptions, set: ReadonlySet<string>): string[] {
    const more = [...acl, `user ${listenerName}`, 'topic read #'];
    writeFileSync(join(this.folder, 'acl'), `${readShipped('acl')}\n${more.join('\n')}\n`);
    const own = [
      `listener ${this.port} 127.0.0.1`,
      ...this.#tlsLines(),
      `acl_file ${join(this.folder, 'acl')}`,
      `persistence_location ${this.folder}/`,
    ];
    const replaced = keysOf(own);
    const lines = readShipped('mosquitto.conf').split('\n');
    const kept = lines.filter((line) => !replaced.has(keyOf(line)) && !set.has(keyOf(line)));
    return [...own.filter((line) => !set.has(keyOf(line))), ...kept];
  }
}

/** Who hears everything, by name and by certificate. */
const listenerName = 'listener-of-the-test';

function filesOf(authority: TestAuthority, name: string): { ca: Buffer; cert: Buffer; key: Buffer } {
  const { certFile, keyFile } = authority.client(name);
  return { ca: readFileSync(authority.caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** A file of the broker's configuration that ships. */
export function readShipped(name: 'mosquitto.conf' | 'acl'): string {
  return readFileSync(new URL(`../../config/examples/mosquitto/${name}`, import.meta.url), 'utf8');
}

function keyOf(line: string): string {
  return line.split(' ')[0] ?? '';
}

function keysOf(lines: readonly string[]): Set<string> {
  return new Set(lines.map(keyOf));
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
