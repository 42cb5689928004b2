// What the store needs to let go of what it knows of people: a step of migrations.ts.

/**
 * What is taken out of the store when its time is over, or a person is erased. The audit log is made anew, with the same entries: the
 * office itself may stand in it, and the id of a person's record may be replaced by one that leads nowhere.
 */
export const privacy = `
-- null: 'body' is what was hashed. Else what was taken out of it, when and why, as JSON: 'hash' stays that of the whole text.
ALTER TABLE events ADD COLUMN erased TEXT;

-- Names of those who were erased, as keyed hashes: what a controller delivers later is known by them.
CREATE TABLE erased_names (print TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('erasureSalt', hex(randomblob(32)));
-- Up to which row of 'events' each erasure has looked, the last that it has to, and the revision that doors forget the person by.
CREATE TABLE erasures (
  erasure INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  revision INTEGER,
  through INTEGER NOT NULL,
  up_to INTEGER NOT NULL,
  told INTEGER NOT NULL CHECK (told IN (0, 1))
) STRICT;

CREATE TABLE audit_made (
  entry INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  by TEXT NOT NULL,
  via TEXT NOT NULL CHECK (via IN ('cli', 'api', 'import', 'office')),
  request TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT,
  id TEXT,
  did TEXT,
  before TEXT,
  after TEXT,
  reason TEXT,
  revision INTEGER,
  counts TEXT
) STRICT;
INSERT INTO audit_made SELECT entry, at_ms, by, via, request, action, kind, id, did, before, after, reason, revision, counts FROM audit;
CREATE TABLE audit_ids_made (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES audit_made (entry),
  did TEXT NOT NULL,
  PRIMARY KEY (kind, id, entry)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_ids_made SELECT kind, id, entry, did FROM audit_ids;
DROP TABLE audit_ids;
DROP TABLE audit;
ALTER TABLE audit_made RENAME TO audit;
ALTER TABLE audit_ids_made RENAME TO audit_ids;
CREATE INDEX audit_record ON audit (kind, id, entry) WHERE id IS NOT NULL;
CREATE INDEX audit_id ON audit (id, entry) WHERE id IS NOT NULL;
CREATE INDEX audit_at ON audit (at_ms);
CREATE INDEX audit_ids_entry ON audit_ids (entry, kind, id);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit WHEN NOT (
  NEW.before IS NULL AND NEW.after IS NULL AND NEW.reason IS NULL AND NEW.entry = OLD.entry AND NEW.at_ms = OLD.at_ms
  AND NEW.by = OLD.by AND NEW.via = OLD.via AND NEW.request = OLD.request AND NEW.action = OLD.action
  AND NEW.kind IS OLD.kind AND (NEW.id IS OLD.id OR NEW.id GLOB 'erased-*') AND NEW.did IS OLD.did
  AND NEW.revision IS OLD.revision AND NEW.counts IS OLD.counts
) BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_ids_stay BEFORE UPDATE ON audit_ids WHEN NOT (
  NEW.id GLOB 'erased-*' AND NEW.kind = OLD.kind AND NEW.entry = OLD.entry AND NEW.did = OLD.did
) BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_ids_kept BEFORE DELETE ON audit_ids BEGIN
  SELECT RAISE(ABORT, 'the audit log is only added to');
END;
`;
