// A replica as a decision asks it: the site from memory, people by one prepared statement a question. The file never
// changes under an open handle, so the read lock is taken once and kept.

import Database from 'better-sqlite3';
import type { Site } from '../../access/catalogue.ts';
import type { HeldCredential, ReplicaFacts } from '../../access/facts.ts';
import type { PassOwner } from '../../access/merge/owned.ts';
import type { Booking, Contract, Customer, Includes, Pass, PlanUsage, Visitor } from '../../access/model.ts';
import { DbError, isDamage, messageOf } from '../error.ts';
import { openForReading } from '../open.ts';
import { type Peer, type ReplicaCounts, readHeader, type StoredHeader } from './header.ts';
import { ReplicaQueries } from './queries.ts';
import { type ContractRow, contractOf, credentialOf, customerOf, passOf } from './rows.ts';
import { ownerKinds } from './schema.ts';
import { readSite, smallRecords } from './site.ts';

/** Of the file that may be read through mapped memory. */
const mappedBytes = 256 * 1024 * 1024;

export class ReplicaStore implements ReplicaFacts {
  readonly site: Site;
  readonly siteId: string;
  readonly revision: number;
  /** Of the whole uncompressed snapshot; empty for one that was not fetched. */
  readonly sha256: string;
  readonly counts: ReplicaCounts;
  readonly digest: StoredHeader['digest'];
  readonly most: StoredHeader['most'];
  readonly peers: readonly Peer[];
  readonly #db: Database.Database;
  readonly #queries: ReplicaQueries;

  /** Of a checked database; `openReplica` makes it. */
  constructor(db: Database.Database, header: StoredHeader) {
    this.#db = db;
    this.siteId = header.site;
    this.revision = header.revision;
    this.sha256 = header.sha256;
    this.counts = header.counts;
    this.digest = header.digest;
    this.most = header.most;
    this.peers = header.peers;
    this.site = readSite(db, header.revision);
    this.#queries = new ReplicaQueries(db);
  }

  /** By the keyed hash of its value: 32 bytes, lower-case hex. */
  credential(hash: string): HeldCredential | undefined {
    const row = this.#queries.credential.get(Buffer.from(hash, 'hex'));
    return row && credentialOf(row);
  }

  customer(id: string): Customer | undefined {
    const row = this.#queries.customer.get(id);
    return row && customerOf(row);
  }

  /** In order of their ids: own ones, then those of the teams. */
  contracts(customer: string, teams: readonly string[]): readonly Contract[] {
    const rows: ContractRow[] = this.#queries.contracts.all(customer);
    if (teams.length > 0) rows.push(...this.#queries.teamContracts.all(JSON.stringify(teams)));
    return rows.map(contractOf);
  }

  /** In order of their ids: own ones, then those of the teams that share theirs. */
  passes(customer: string, teams: readonly string[]): readonly Pass[] {
    const rows = this.#queries.passes.all(customer);
    const sharing = teams.filter((team) => this.site.teams.get(team)?.sharesPasses === true);
    if (sharing.length > 0) rows.push(...this.#queries.teamPasses.all(JSON.stringify(sharing)));
    return rows.map(passOf);
  }

  /** Whose a pass is; undefined: it is not listed. */
  ownerOf(pass: string): PassOwner | undefined {
    const row = this.#queries.ownerOf.get(pass);
    return row && (row.kind === ownerKinds.customer ? { customer: row.owner } : { team: row.owner });
  }

  /** In order of their beginning. */
  bookings(customer: string): readonly Booking[] {
    return this.#queries.bookings.all(customer);
  }

  visitor(id: string): Visitor | undefined {
    return this.#queries.visitor.get(id);
  }

  planUsage(customer: string): readonly PlanUsage[] {
    return this.#queries.planUsage.all(customer);
  }

  /** Which controllers' events this revision counts already. */
  includes(): Includes[] {
    return smallRecords(this.#db, 'includes');
  }

  close(): void {
    this.#db.close();
  }
}

/** @throws DbError `not-found`, `replica-damaged`, `storage-failed` */
export function openReplica(source: string | Database.Database): ReplicaStore {
  if (typeof source !== 'string') return new ReplicaStore(source, readHeader(source));
  let db: Database.Database | undefined;
  try {
    db = openForReading(source);
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma(`mmap_size = ${mappedBytes}`);
    return new ReplicaStore(db, readHeader(db));
  } catch (error) {
    db?.close();
    throw replicaError(source, error);
  }
}

function replicaError(file: string, error: unknown): DbError {
  if (error instanceof DbError && error.code !== 'damaged') return error;
  const broken = error instanceof DbError || isDamage(error) || !(error instanceof Database.SqliteError);
  const noPart = error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR';
  const code = broken || noPart ? 'replica-damaged' : 'storage-failed';
  return new DbError(code, file, `the replica ${file} cannot be used: ${messageOf(error)}; it is fetched again`, error);
}
