// Where an explained decision gets its facts: a replica document as it is, or a live database with what was used locally.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newDoor, type SavedDoor } from '../../access/door/state.ts';
import type { AccessPoint, RuleSettings } from '../../access/entry/tap.ts';
import type { ClockRules } from '../../access/entry/untrusted.ts';
import type { Facts, LocalFacts } from '../../access/facts.ts';
import { noSiteRules } from '../../access/site-rules/settings.ts';
import { loadControllerConfig, loadReplicaDocument } from '../../config/load.ts';
import { openLocalFacts } from '../../db/journal/local-facts-reader.ts';
import { openJournalReader } from '../../db/journal/reader.ts';
import { openReplica, type ReplicaStore } from '../../db/replica/store.ts';
import { readSiteKey } from '../../sync/protocol/key-files.ts';
import { CliError } from '../cli/cli-error.ts';
import { joinFacts } from '../controller/facts.ts';
import { replayKey, replicaOf } from '../replay/document-replica.ts';
import { isDatabase } from '../replay/journal/other-replica.ts';
import type { LocalSource } from './counted.ts';

export interface Source {
  readonly facts: Facts;
  /** null: a document, with no local use. */
  readonly journal: LocalSource | null;
  readonly accessPoint: AccessPoint;
  readonly settings: RuleSettings & ClockRules;
  readonly credentialKey: Uint8Array;
  readonly timeZone: string;
  /** What is set at the door; of a document nothing. */
  readonly saved: SavedDoor;
  /** The first reader of that door in the config that leads in; left out: none is known. */
  readonly reader?: string;
  close(): void;
}

interface Wanted {
  readonly replica?: string;
  readonly db?: string;
  readonly config?: string;
  /** Without a config: the space that the door leads to. */
  readonly space?: string;
  readonly accessPoint: string;
}

/** Nothing happened here yet. */
const nothingLocal: LocalFacts = {
  openVisit: () => undefined,
  catalogueOf: () => undefined,
  presence: () => undefined,
  visitorInside: () => undefined,
  localUse: () => [],
  planUse: () => [],
  proposals: () => [],
  insideOnPasses: () => [],
  whereabouts: () => undefined,
  attempts: () => undefined,
  waitingAt: () => undefined,
  peopleInside: () => [],
};

const minuteMs = 60_000;
const defaultSettings: RuleSettings & ClockRules = {
  untrustedClock: 'invariant',
  clockHorizonMs: 72 * 60 * minuteMs,
  bookingLeadMs: 10 * minuteMs,
  bookingTailMs: 10 * minuteMs,
  visitorLeadMs: 30 * minuteMs,
  presumedExitMs: 360 * minuteMs,
};

/** @throws CliError for options that do not go together; FileError, DbError, KeyError of the files. */
export function sourceOf(wanted: Wanted): Source {
  if (wanted.config !== undefined && wanted.space !== undefined) {
    throw new CliError('usage', 'say either --config FILE, which names the space of each door, or --space ID', 2);
  }
  // A document is decided by on any desk, without the site's secrets.
  const named = wanted.db === undefined ? 'elsewhere' : 'checked';
  const config = wanted.config === undefined ? null : loadControllerConfig(wanted.config, named).config;
  const { replica, local, journal, savedDoors, close } = databases(wanted);
  try {
    const configured = config?.accessPoints.find(({ id }) => id === wanted.accessPoint);
    if (config !== null && configured === undefined) {
      const there = config.accessPoints.map(({ id }) => id).join(', ');
      throw new CliError('usage', `the config has no access point ${wanted.accessPoint}; it has ${there}`, 2);
    }
    const accessPoint = configured ?? assumed(wanted.accessPoint, wanted.space, replica);
    if (config !== null) ofOneSite(wanted, config.site, replica.siteId);
    const credentialKey = wanted.db === undefined ? replayKey : siteKey(config?.credentialKeyFile ?? null);
    const timeZone = replica.site.spaces.get(accessPoint.space)?.timeZone ?? 'UTC';
    const settings = config?.rules ?? defaultSettings;
    const saved = savedDoors.get(accessPoint.id) ?? newDoor;
    const facts = joinFacts(replica, local);
    const reader = config?.readers.find((one) => one.accessPoint === accessPoint.id && one.direction !== 'out')?.id;
    const found = { facts, journal, accessPoint, settings, credentialKey, timeZone, saved, close };
    return reader === undefined ? found : { ...found, reader };
  } catch (error) {
    close();
    throw error;
  }
}

interface Databases {
  readonly replica: ReplicaStore;
  readonly local: LocalFacts;
  readonly journal: LocalSource | null;
  readonly savedDoors: ReadonlyMap<string, SavedDoor>;
  close(): void;
}

function databases(wanted: Wanted): Databases {
  if ((wanted.replica === undefined) === (wanted.db === undefined)) {
    throw new CliError('usage', 'say either --replica FILE (a document) or --db FILE (a live replica.db)', 2);
  }
  const nothing = { local: nothingLocal, journal: null, savedDoors: new Map<string, SavedDoor>() };
  if (wanted.replica !== undefined) {
    if (isDatabase(wanted.replica)) {
      const words = `--replica ${wanted.replica} is a database, not a document; give it as --db, with --config`;
      throw new CliError('usage', words, 2);
    }
    const replica = replicaOf(loadReplicaDocument(wanted.replica).document);
    return { replica, ...nothing, close: () => replica.close() };
  }
  if (wanted.config === undefined) {
    throw new CliError('usage', "--db needs --config FILE: the site's credential key is named there", 2);
  }
  const file = wanted.db ?? '';
  const replica = openReplica(file);
  const beside = join(dirname(file), 'journal.db');
  if (!existsSync(beside)) return { replica, ...nothing, close: () => replica.close() };
  const journal = lastRecordOf(beside);
  const local = openLocalFacts(beside);
  const close = (): void => {
    replica.close();
    local.close();
  };
  return { replica, local: local.facts, journal, savedDoors: local.savedDoors(), close };
}

function lastRecordOf(file: string): LocalSource {
  const reader = openJournalReader(file);
  try {
    const { controller, epoch } = reader.identity();
    const through = reader.head();
    const [last] = reader.events({ afterSeq: through - 1 });
    return { file, controller, epoch, through, lastAt: last?.time ?? null };
  } finally {
    reader.close();
  }
}

/** Under which a live database holds its credentials: under any other one, each of them is unknown. */
function siteKey(file: string | null): Uint8Array {
  if (file !== null) return readSiteKey(file);
  throw new CliError('usage', "the config names no credentialKeyFile: --db needs the site's credential key", 2);
}

function ofOneSite({ replica, db, config }: Wanted, expected: string, found: string): void {
  if (found === expected) return;
  const words = `${replica ?? db ?? ''} is of the site ${found}, ${config ?? ''} of ${expected}: name files of one site`;
  throw new CliError('usage', words, 2);
}

/** Without a config: an entrance with the defaults, into the space that was said, or the replica's only one. */
function assumed(id: string, said: string | undefined, replica: ReplicaStore): AccessPoint {
  const spaces = [...replica.site.spaces.keys()];
  const space = said ?? (spaces.length === 1 ? spaces[0] : undefined);
  if (space === undefined) {
    const choice = spaces.length === 0 ? '' : ` (${spaces.join(', ')})`;
    const words = `the replica has ${spaces.length} spaces${choice}: say with --space ID which one ${id} leads to, or name the controller's --config FILE`;
    throw new CliError('usage', words, 2);
  }
  if (said !== undefined && !spaces.includes(said)) {
    throw new CliError('usage', `the replica has no space ${said}; it has ${spaces.join(', ')}`, 2);
  }
  return {
    id,
    space,
    kind: 'entrance',
    policy: 'strict',
    exit: 'free',
    toggleMinStayMs: 60_000,
    siteRules: noSiteRules,
  };
}
