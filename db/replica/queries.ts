// The statements of a replica, prepared once per handle. Columns come out under the names of access/model.ts.

import type Database from 'better-sqlite3';
import type { Booking, PlanUsage, Visitor } from '../../access/model.ts';
import type { ContractRow, CredentialRow, CustomerRow, PassRow } from './rows.ts';
import { ownerKinds } from './schema.ts';

const contractColumns = 'owner_kind AS ownerKind, owner, id, plan, from_date AS "from", to_date AS "to", frozen';
const passColumns = `owner_kind AS ownerKind, owner, id, time_pass AS timePass, source,
  remaining_minutes AS remainingMinutes, used_on AS usedOn, used_by AS usedBy, valid_from AS validFrom, expires,
  created_at AS createdAt`;

export class ReplicaQueries {
  readonly credential: Database.Statement<[Buffer], CredentialRow>;
  readonly customer: Database.Statement<[string], CustomerRow>;
  readonly contracts: Database.Statement<[string], ContractRow>;
  readonly teamContracts: Database.Statement<[string], ContractRow>;
  readonly passes: Database.Statement<[string], PassRow>;
  readonly teamPasses: Database.Statement<[string], PassRow>;
  readonly bookings: Database.Statement<[string], Booking>;
  readonly visitor: Database.Statement<[string], Visitor>;
  readonly planUsage: Database.Statement<[string], PlanUsage>;

  constructor(db: Database.Database) {
    this.credential = db.prepare(
      `SELECT c.id, c.type, c.customer, c.status, c.valid_from AS validFrom, c.expires,
         c.extended_unlock AS extendedUnlock, c.duress, h.rank AS holderRank, h.id AS holder
       FROM credentials c LEFT JOIN holders h ON h.credential = c.id WHERE c.hash = ?`,
    );
    this.customer = db.prepare(
      'SELECT id, name, registered_with AS registeredWith, teams, disabled FROM customers WHERE id = ?',
    );
    const own = `owner_kind = ${ownerKinds.customer} AND owner = ? ORDER BY id`;
    const ofTeams = `owner_kind = ${ownerKinds.team} AND owner IN (SELECT value FROM json_each(?)) ORDER BY id`;
    this.contracts = db.prepare(`SELECT ${contractColumns} FROM contracts WHERE ${own}`);
    this.teamContracts = db.prepare(`SELECT ${contractColumns} FROM contracts WHERE ${ofTeams}`);
    this.passes = db.prepare(`SELECT ${passColumns} FROM passes WHERE ${own}`);
    this.teamPasses = db.prepare(`SELECT ${passColumns} FROM passes WHERE ${ofTeams}`);
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
