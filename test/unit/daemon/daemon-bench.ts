// A daemon in this process on virtual time, with a folder, a journal, a keeper and locks of its own: what a test changes is
// its config, its disk and its replica.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { JournalEvent } from '../../../access/event.ts';
import { parseReplicaDocument } from '../../../config/load.ts';
import { seededRandom } from '../../../daemon/clock/random.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import type { AccessPointStatus } from '../../../daemon/controller/port.ts';
import { replayKey, replicaOf } from '../../../daemon/replay/document-replica.ts';
import { Daemon } from '../../../daemon/run/daemon.ts';
import { type DataDir, openDataDir } from '../../../daemon/run/data-dir.ts';
import { loadRunnable } from '../../../daemon/run/load-config.ts';
import type { Machine } from '../../../daemon/run/machine.ts';
import { Replicas } from '../../../daemon/run/replicas.ts';
import type { Journal } from '../../../db/journal/journal.ts';
import { openJournal } from '../../../db/journal/open-journal.ts';
import { openJournalReader } from '../../../db/journal/reader.ts';

export interface ConfigParts {
  /** YAML list items. */
  readonly accessPoints?: readonly string[];
  readonly readers?: readonly string[];
  /** Lines of YAML at the end. */
  readonly more?: readonly string[];
}

export class DaemonBench {
  readonly clock = new VirtualClock(Date.parse('2026-03-02T09:00:00+01:00'));
  readonly folder = mkdtempSync(join(tmpdir(), 'cardea-reload-'));
  /** What the daemon told its log, with the level in front. */
  readonly lines: string[] = [];
  readonly journal: Journal;
  readonly replicas: Replicas;
  readonly daemon: Daemon;
  readonly #dir: DataDir;
  readonly #config = join(this.folder, 'controller.yaml');
  readonly #disk: Database.Database;

  /** @param machine what runs beside the daemon; left out: this machine's own */
  constructor(config: ConfigParts = {}, machine?: (bench: DaemonBench) => Machine) {
    const random = seededRandom('reload');
    const tools = { clock: this.clock, random };
    const log = (level: string, message: string): void => void this.lines.push(`${level}: ${message}`);
    this.#dir = openDataDir(join(this.folder, 'data'));
    writeFileSync(join(this.folder, 'site'), Buffer.from(replayKey).toString('base64'), { mode: 0o600 });
    this.writeConfig(config);
    const identity = { site: 'riverside', controller: 'front-desk' };
    this.journal = openJournal({ file: this.#dir.journal, ...identity, durability: 'none', ...tools }).journal;
    this.#disk = new Database(this.#dir.journal);
    const { document } = parseReplicaDocument(JSON.stringify(anaAndBob), 'replica.json');
    this.replicas = new Replicas(
      { dir: this.#dir, journal: this.journal, clock: this.clock, log },
      replicaOf(document),
    );
    const parts = {
      configFile: this.#config,
      dir: this.#dir,
      journal: this.journal,
      replicas: this.replicas,
      tools,
      log,
      ...(machine === undefined ? {} : { machine: machine(this) }),
    };
    this.daemon = new Daemon(parts, loadRunnable(this.#config, log));
  }

  writeConfig(config: ConfigParts): void {
    const { accessPoints = [this.entrance('front-door')], readers = [reader('front-in')], more = [] } = config;
    const head = ['site: riverside', 'controller: front-desk', 'credentialKeyFile: site', 'dataDir: data'];
    const lists = ['accessPoints:', ...accessPoints.map(item), 'readers:', ...readers.map(item)];
    writeFileSync(this.#config, `${[...head, ...lists, ...more].join('\n')}\n`);
  }

  /** An entrance with a contact, as YAML. @param lock more of its lock, `key: value` each. */
  entrance(id: string, ...lock: string[]): string {
    const settings = ['driver: simulated', `file: ${this.#lockFile}`, ...lock].join(', ');
    return `{ id: ${id}, space: riverside, kind: entrance, contact: { driver: simulated }, lock: { ${settings} } }`;
  }

  /** Another handle takes the table of events away: each commit fails with a real error of SQLite. */
  failDisk(): void {
    this.#disk.exec('ALTER TABLE events RENAME TO events_away');
  }

  mendDisk(): void {
    this.#disk.exec('ALTER TABLE events_away RENAME TO events');
  }

  tap(readerId: string, value: string): string {
    const answer = this.daemon.answer({ do: 'tap', reader: readerId, credential: `card:${value}` });
    return String((answer as { reason: string }).reason);
  }

  door(id = 'front-door'): AccessPointStatus {
    const found = this.daemon.status().accessPoints.find((one) => one.id === id);
    if (found === undefined) throw new Error(`there is no door ${id}`);
    return found;
  }

  async reloadWith(config: ConfigParts): Promise<void> {
    this.writeConfig(config);
    await this.daemon.reload();
  }

  removeKey(): void {
    rmSync(join(this.folder, 'site'));
  }

  events(): JournalEvent[] {
    const reader = openJournalReader(this.#dir.journal);
    try {
      return [...reader.events({ afterSeq: 0 })];
    } finally {
      reader.close();
    }
  }

  get journalFile(): string {
    return this.#dir.journal;
  }

  async end(): Promise<void> {
    await this.daemon.stop();
    this.#disk.close();
    this.journal.close();
    this.#dir.release();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #lockFile(): string {
    return join(this.folder, 'locks.jsonl');
  }
}

/** A simulated reader of the front door, as YAML. */
export function reader(id: string, accessPoint = 'front-door', direction = 'in'): string {
  return `{ id: ${id}, driver: simulated, accessPoint: ${accessPoint}, direction: ${direction} }`;
}

function item(yaml: string): string {
  return `  - ${yaml}`;
}

export const anaCard = '04A1B2C3D4E580';
export const bobCard = '04A1B2C3D4E581';

const anaAndBob = {
  format: 'cardea-replica/1',
  site: 'riverside',
  revision: 7,
  spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR' }],
  timePasses: [{ id: 'day', price: '20.00', currency: 'EUR' }],
  customers: ['ana', 'bob'].map((id) => ({ id, registeredWith: ['riverside'] })),
  passes: ['ana', 'bob'].map((id) => ({ id: `p-${id}`, timePass: 'day', customer: id, source: 'sold' })),
  credentials: [
    { id: 'c-ana', type: 'card', value: anaCard, customer: 'ana' },
    { id: 'c-bob', type: 'card', value: bobCard, customer: 'bob' },
  ],
};
