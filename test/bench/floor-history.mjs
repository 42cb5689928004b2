// The floor under a question about check-ins: the indexed query itself, each row as SQLite gives it. Imports nothing of ours. The
// same file as ours, the same columns, nothing made of them.

import Database from 'better-sqlite3';

const statements = {
  present: `SELECT v.customer, coalesce(json_extract(r.body, '$.name'), v.customer) AS name, v.space, v.visit, v.from_ms,
      v.coverage, v.controller, v.access_point
    FROM visits v LEFT JOIN records r ON r.kind = 'customers' AND r.id = v.customer
    WHERE v.to_ms IS NULL ORDER BY v.space, v.from_ms, v.visit`,
  // Whom the cut-off checked out, and nobody saw leave or come again.
  presumed: `SELECT v.visit, v.customer, coalesce(json_extract(r.body, '$.name'), v.customer) AS name, v.space, v.to_ms,
      v.controller, v.access_point
    FROM visits v LEFT JOIN records r ON r.kind = 'customers' AND r.id = v.customer
    WHERE v.auto = 1 AND v.to_ms > ? AND v.to_ms <= ?
      AND NOT EXISTS (SELECT 1 FROM visits l WHERE l.customer = v.customer AND l.from_ms >= v.to_ms)
      AND NOT EXISTS (SELECT 1 FROM events e WHERE e.type = 'checkout.orphan' AND e.time_ms >= v.to_ms
        AND json_extract(e.body, '$.data.customer') = v.customer)
    ORDER BY v.space, v.to_ms, v.visit`,
  visitors: `SELECT json_extract(body, '$.data.visitor'), max(time_ms) FROM events
    WHERE type = 'visitor.arrived' AND time_ms > ? AND time_ms <= ? GROUP BY 1`,
  day: `SELECT visit, customer, space, from_ms, to_ms, passes, coverage, auto, charges, source, review, oversold, invoiced,
      uncovered_minutes, usage
    FROM visits WHERE from_ms >= ? AND from_ms < ? ORDER BY from_ms, visit`,
};

export class Floor {
  #db;
  #present;
  #presumed;
  #visitors;
  #day;

  constructor(path) {
    this.#db = new Database(path, { readonly: true });
    this.#present = this.#db.prepare(statements.present);
    this.#presumed = this.#db.prepare(statements.presumed);
    this.#visitors = this.#db.prepare(statements.visitors);
    this.#day = this.#db.prepare(statements.day);
  }

  /** @returns how many rows were found, so that nothing can be left out */
  present(nowMs) {
    const sinceMs = nowMs - 86_400_000;
    const rest = this.#presumed.all(sinceMs, nowMs).length + this.#visitors.all(sinceMs, nowMs).length;
    return this.#present.all().length + rest;
  }

  day(fromMs, toMs) {
    return this.#day.all(fromMs, toMs).length;
  }

  close() {
    this.#db.close();
  }
}
