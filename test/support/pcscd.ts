// A pcscd for a test: a real one, with a socket, a folder and virtual readers (vsmartcard's vpcd) of its own, beside any
// other on this machine. Each entry of vpcd makes two readers, on two neighbouring ports. Knows nothing of the drivers.

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { Program } from './process.ts';
import { VirtualCard } from './virtual-card.ts';

const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';

export class TestPcscd {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-pcscd-'));
  /** For PCSCLITE_CSOCK_NAME. */
  readonly socket = join(this.folder, 'pcscd.comm');
  readonly #config = join(this.folder, 'readers');
  #port = 0;
  #program: Program | null = null;

  private constructor() {
    mkdirSync(this.#config);
  }

  /** One that runs, with two readers: `Virtual PCD 00 00` and `Virtual PCD 00 01`. */
  static async start(): Promise<TestPcscd> {
    const pcscd = TestPcscd.stopped();
    await pcscd.start();
    return pcscd;
  }

  /** One that does not run yet. */
  static stopped(): TestPcscd {
    return new TestPcscd();
  }

  get pid(): number {
    if (this.#program === null) throw new Error('pcscd does not run');
    return this.#program.pid;
  }

  /** Settles when it is ready. Virtual readers come and go with pcscd only. Other ports are tried where somebody else was faster. */
  async start({ readers = true } = {}): Promise<void> {
    for (let tries = 0; ; tries++) {
      this.#port = await freePair();
      rmSync(join(this.#config, 'vpcd'), { force: true });
      if (readers) this.#writeReaders();
      await this.#run();
      if (!readers || this.#portsHeld()) return;
      await this.kill();
      if (tries === 9) throw new Error('no two ports for the virtual readers');
    }
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#program?.end();
    this.#program = null;
    rmSync(this.socket, { force: true });
  }

  /** Holds a card to reader 0 or 1; settles when pcscd has seen it. `answer` as in VirtualCard. */
  async hold(answer: string | null, reader = 0): Promise<VirtualCard> {
    const before = this.#count(insertedInto(reader));
    const card = await VirtualCard.answering(this.#port + reader, answer);
    await eventually('pcscd sees the card', () => this.#count(insertedInto(reader)) > before);
    return card;
  }

  /** Settles when pcscd has seen that the card is gone. */
  async takeAway(card: VirtualCard, reader = 0): Promise<void> {
    const before = this.#count(removedFrom(reader));
    await card.takeAway();
    await eventually('pcscd sees that the card is gone', () => this.#count(removedFrom(reader)) > before);
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #writeReaders(): void {
    const channel = `0x${this.#port.toString(16)}`;
    const entry = ['FRIENDLYNAME "Virtual PCD"', `DEVICENAME /dev/null:${channel}`];
    const lines = [...entry, `LIBPATH ${driver}`, `CHANNELID ${channel}`];
    writeFileSync(join(this.#config, 'vpcd'), `${lines.join('\n')}\n`);
  }

  async #run(): Promise<void> {
    // Whatever becomes of the test's process, pcscd ends with it.
    const activate = ['--pdeathsig', 'KILL', 'systemd-socket-activate', '-l', this.socket];
    const program = new Program('setpriv', [...activate, 'pcscd', '--foreground', '--info', '-c', this.#config]);
    this.#program = program;
    await program.line(/Listening on/);
    // It is started by the first who asks for it.
    const knock = connect(this.socket);
    await once(knock, 'connect');
    knock.destroy();
    await program.line(/daemon ready/);
  }

  #portsHeld(): boolean {
    return this.#count(/Waiting for virtual ICC on port/) === 2 && this.#count(/Open Port .* Failed/) === 0;
  }

  #count(pattern: RegExp): number {
    return this.#program?.lines.filter((line) => pattern.test(line)).length ?? 0;
  }
}

function insertedInto(reader: number): RegExp {
  return new RegExp(`Card inserted into Virtual PCD 00 0${reader}`);
}

function removedFrom(reader: number): RegExp {
  return new RegExp(`Card Removed From Virtual PCD 00 0${reader}`);
}

/** A port that was free a moment ago, with the one above it. */
async function freePair(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const lower = await listening(0);
    const port = portOf(lower);
    const upper = await listening(port + 1).catch(() => null);
    for (const server of [lower, upper]) await closed(server);
    if (upper !== null) return port;
  }
  throw new Error('no two neighbouring ports are free');
}

async function listening(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port);
  await once(server, 'listening');
  return server;
}

async function closed(server: Server | null): Promise<void> {
  if (server === null) return;
  server.close();
  await once(server, 'close');
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
