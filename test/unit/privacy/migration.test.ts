// A store of the program before keeps its audit log, with what an import changed, when it is brought up to date.

import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { readAudit, readAuditIds } from '../../../sync/office/records/audit.ts';
import { applicationId, migrations } from '../../../sync/office/store/migrations.ts';
import { openBench } from '../office/bench.ts';

it('keeps every entry, and still lets nobody change one', () => {
  const bench = openBench();
  try {
    const before = migrations.findIndex((step) => step.includes('erased_names'));
    const old = new Database(bench.path);
    for (const step of migrations.slice(0, before)) old.exec(step);
    old.exec(`INSERT INTO meta (key, value) VALUES ('site', 'riverside');
      INSERT INTO audit (at_ms, by, via, request, action) VALUES (1, 'sam', 'import', 'r1', 'import');
      INSERT INTO audit_ids (kind, id, entry, did) VALUES ('customers', 'ana', 1, 'added');`);
    old.pragma(`user_version = ${before}`);
    old.pragma(`application_id = ${applicationId}`);
    old.close();
    const store = bench.open();
    expect(readAudit(store, { limit: 10 })).toMatchObject([{ entry: 1, by: 'sam', via: 'import' }]);
    expect(readAuditIds(store, 1, { kind: '', id: '' }, 10)).toEqual([{ kind: 'customers', id: 'ana', did: 'added' }]);
    expect(() => store.db.exec("UPDATE audit SET by = 'eve'")).toThrow(/only added to/);
    expect(() => store.db.exec("UPDATE audit_ids SET id = 'eve'")).toThrow(/only added to/);
    expect(() => store.db.exec('DELETE FROM audit')).toThrow(/only added to/);
    expect(store.db.pragma('foreign_key_check')).toEqual([]);
  } finally {
    bench.close();
  }
});
