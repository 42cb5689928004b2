// A site whose controller and office meet at a broker of their own, before either runs; commands of the office end well.

import { expect } from 'vitest';
import { TestBroker } from '../../support/broker.ts';
import type { Program } from '../../support/process.ts';
import { DaemonSite } from '../daemon/site.ts';

export class ConnectedSite {
  readonly site: DaemonSite;
  /** Path of the office's config. */
  readonly config: string;
  readonly #broker: TestBroker;

  private constructor(site: DaemonSite, broker: TestBroker, directions: readonly string[]) {
    this.site = site;
    this.#broker = broker;
    const readers = directions.map(
      (id) => `{ id: ${id}, driver: simulated, accessPoint: front-door, direction: ${id} }`,
    );
    site.writeConfig(readers, broker.url);
    this.config = site.writeOffice(broker.url);
    site.importReplica();
  }

  /** @param directions of the simulated readers at the front door, each named as its direction */
  static async open(...directions: readonly string[]): Promise<ConnectedSite> {
    return new ConnectedSite(new DaemonSite(), await TestBroker.start(), directions);
  }

  async office(...args: readonly string[]): Promise<Program> {
    const program = this.site.command('office', ...args, '--config', this.config);
    expect(await program.exit, program.lines.join('\n')).toBe(0);
    return program;
  }

  tap(reader: string, credential: string): Program {
    return this.site.command('tap', reader, credential, '--json', '--socket', this.site.socket);
  }

  async close(): Promise<void> {
    await this.site.close();
    await this.#broker.close();
  }
}
