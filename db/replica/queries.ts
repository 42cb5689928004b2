// The statements of a replica, prepared once per handle. What nearly every decision asks for comes as lists of values
// (rows.ts), the rest under the names of access/model.ts.

import type Database from 'better-sqlite3';
import type { Booking, PlanUsage, Visitor } from '../../access/model.ts';
import {
  type ContractRow,
  type CredentialRow,
  type CustomerRow,
  contractColumns,
  credentialColumns,
  customerColumns,
  type PassRow,
  passColumns,
} from './rows.ts';
import { ownerKinds } from './schema.ts';

export class ReplicaQueries {
  readonly credential: Database.Statement<[Buffer], CredentialRow>;
  readonly customer: Database.Statement<[string], CustomerRow>;
  readonly contracts: Database.Statement<[string], ContractRow>;
  readonly teamContracts: Database.Statement<[string], ContractRow>;
  readonly passes: Database.Statement<[string], PassRow>;
  readonly teamPasses: Database.Statement<[string], PassRow>;
  readonly ownerOf: Database.Statement<[string], { readonly kind: number; readonly owner: string }>;
  readonly bookings: Database.Statement<[string], Booking>;
  readonly visitor: Database.Statement<[string], Visitor>;
  readonly planUsage: Database.Statement<[string], PlanUsage>;

  constructor(db: Database.Database) {
    const rows = <Asked extends unknown[], Row>(sql: string): Database.Statement<Asked, Row> =>
      db.prepare<Asked, Row>(sql).raw();
    this.credential = rows(
      `SELECT ${credentialColumns} FROM credentials c LEFT JOIN holders h ON h.credential = c.id WHERE c.hash = ?`,
    );
    this.customer = rows(`SELECT ${customerColumns} FROM customers WHERE id = ?`);
    const own = `owner_kind = ${ownerKinds.customer} AND owner = ? ORDER BY id`;
    const ofTeams = `owner_kind = ${ownerKinds.team} AND owner IN (SELECT value FROM json_each(?)) ORDER BY id`;
    this.contracts = rows(`SELECT ${contractColumns} FROM contracts WHERE ${own}`);
    this.teamContracts = rows(`SELECT ${contractColumns} FROM contracts WHERE ${ofTeams}`);
    this.passes = rows(`SELECT ${passColumns} FROM passes WHERE ${own}`);
    this.teamPasses = rows(`SELECT ${passColumns} FROM passes WHERE ${ofTeams}`);
    this.ownerOf = db.prepare('SELECT owner_kind AS kind, owner FROM passes WHERE id = ?');
    this.bookings = db.prepare(
      `SELECT id, resource, customer, from_ms AS "from", to_ms AS "to", status
       FROM bookings WHERE customer = ? ORDER BY from_ms, id`,
    );
    this.visitor = db.prepare(
      'SELECT id, name, host, space, expected, approval, credential FROM visitors WHERE id = ?',
    );
    this.planUsage = db.prepare('SELECT customer, day, minutes FROM plan_usage WHERE customer = ? ORDER BY day');
  }
}
