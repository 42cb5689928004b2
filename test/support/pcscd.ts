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

  /**
   * Settles when it is ready. Virtual readers come and go with pcscd only: each name makes two, `NAME 00 00` and
   * `NAME 00 01`; only where there is one name can they be given cards (vpcd confuses the slots of several). Other ports are tried where somebody else was faster.
   */
  async start(names: readonly string[] = ['Virtual PCD']): Promise<void> {
    for (let tries = 0; ; tries++) {
      await this.#writeReaders(names);
      await this.#run();
      if (this.#count(/Waiting for virtual ICC on port/) === 2 * names.length) return;
      await this.kill();
      if (tries === 9) throw new Error('no ports for the virtual readers');
    }
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#program?.end();
    this.#program = null;
    rmSync(this.socket, { force: true });
  }

  /** Holds a card to reader 0 or 1, which must be empty; settles when pcscd has seen it. `answer` as in VirtualCard. */
  async hold(answer: string | null, reader = 0): Promise<VirtualCard> {
    const before = this.#count(inserted(reader));
    const card = await VirtualCard.answering(this.#port + reader, answer);
    await eventually('pcscd sees the card', () => this.#count(inserted(reader)) > before);
    return card;
  }

  /** Settles when pcscd has seen that the card is gone. */
  async takeAway(card: VirtualCard, reader = 0): Promise<void> {
    const before = this.#count(removed(reader));
    await card.takeAway();
    await eventually('pcscd sees that the card is gone', () => this.#count(removed(reader)) > before);
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #writeReaders(names: readonly string[]): Promise<void> {
    rmSync(join(this.#config, 'vpcd'), { force: true });
    const lines: string[] = [];
    for (const name of names) {
      const port = await freePair();
      if (lines.length === 0) this.#port = port;
      const channel = `0x${port.toString(16)}`;
      lines.push(
        `FRIENDLYNAME "${name}"`,
        `DEVICENAME /dev/null:${channel}`,
        `LIBPATH ${driver}`,
        `CHANNELID ${channel}`,
      );
    }
    if (lines.length > 0) writeFileSync(join(this.#config, 'vpcd'), `${lines.join('\n')}\n`);
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

  #count(pattern: RegExp): number {
    return this.#program?.lines.filter((line) => pattern.test(line)).length ?? 0;
  }
}

function inserted(reader: number): RegExp {
  return new RegExp(`Card inserted into .* 00 0${reader}`);
}

function removed(reader: number): RegExp {
  return new RegExp(`Card Removed From .* 00 0${reader}`);
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
