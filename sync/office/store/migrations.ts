// The tables of the office's store. A list of steps, only ever added to: step n brings `user_version` from n to n + 1.

import { helpDesk, reception } from './desk-migrations.ts';
import { privacy } from './migration-privacy.ts';

const first = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

-- Imports, the newest being the current state. Bytes and hash are those of the snapshot, null until it is encoded.
CREATE TABLE revisions (
  revision INTEGER PRIMARY KEY,
  imported_at_ms INTEGER NOT NULL,
  sha256 TEXT,
  bytes INTEGER,
  site_key_print TEXT,
  counts TEXT NOT NULL,
  shrink_meant INTEGER NOT NULL CHECK (shrink_meant IN (0, 1))
) STRICT;

-- The current document, one row a record, with credential values: this table never leaves the office.
CREATE TABLE records (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- The encoded snapshot of the newest encoded revision.
CREATE TABLE chunks (
  revision INTEGER NOT NULL REFERENCES revisions (revision),
  n INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (revision, n)
) STRICT;

-- How far each journal was received: everything up to 'through' is in events, and 'hash' is that of the last.
CREATE TABLE cursors (
  controller TEXT NOT NULL,
  epoch TEXT NOT NULL,
  through INTEGER NOT NULL,
  hash TEXT NOT NULL,
  first_ms INTEGER NOT NULL,
  PRIMARY KEY (controller, epoch)
) STRICT, WITHOUT ROWID;

-- The journals, byte for byte what was hashed. 'id' is null where another record already has it, 'time_ms' where the time
-- is no instant, 'visit' where the record says nothing about a visit or is poisoned.
CREATE TABLE events (
  controller TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  id TEXT UNIQUE,
  type TEXT NOT NULL,
  time_ms INTEGER,
  visit TEXT,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (controller, epoch, seq),
  FOREIGN KEY (controller, epoch) REFERENCES cursors (controller, epoch)
) STRICT;
CREATE INDEX events_visit ON events (visit) WHERE visit IS NOT NULL;
CREATE INDEX events_time ON events (time_ms);

-- What needs a person: poisoned records, forks, broken chains, lasting gaps, new epochs.
CREATE TABLE anomalies (
  anomaly INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  controller TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  body TEXT,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  times INTEGER NOT NULL,
  UNIQUE (controller, kind, epoch, seq, subject)
) STRICT;

-- Derived from events, and rebuilt from them at will.
CREATE TABLE visits (
  visit TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  space TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER,
  source TEXT,
  coverage TEXT,
  auto INTEGER NOT NULL,
  review INTEGER NOT NULL,
  invoiced INTEGER NOT NULL,
  uncovered_minutes INTEGER NOT NULL,
  passes TEXT NOT NULL,
  charges TEXT NOT NULL,
  controller TEXT NOT NULL,
  access_point TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_from ON visits (from_ms, visit);
CREATE INDEX visits_customer ON visits (customer, from_ms);
CREATE INDEX visits_space ON visits (space, from_ms);
CREATE INDEX visits_open ON visits (space, from_ms) WHERE to_ms IS NULL;

-- The last status of each controller, as it was read.
CREATE TABLE controllers (
  controller TEXT PRIMARY KEY,
  online INTEGER NOT NULL,
  revision INTEGER,
  status TEXT,
  received_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** Commands to controllers, with what became of them. 'body' is what is asked for, as JSON. */
const commands = `
CREATE TABLE commands (
  id TEXT PRIMARY KEY,
  controller TEXT NOT NULL,
  body TEXT NOT NULL,
  issued_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  sent INTEGER NOT NULL,
  answered_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_waiting ON commands (issued_ms, id) WHERE state = 'waiting';
CREATE INDEX commands_issued ON commands (issued_ms, id);
`;

/** What leads from one revision to the next, so that a controller need not get everything anew. */
const deltas = `
-- Of all published records together; null for one that was encoded before there were deltas.
ALTER TABLE revisions ADD COLUMN digest TEXT;
-- How many rows of 'changes' say all that the revision changed; null where they do not.
ALTER TABLE revisions ADD COLUMN changes INTEGER;

-- What an import changed, until it is published. 'before' is null where there was no such record; of a record that has no id it
-- is the record, of others it is empty.
CREATE TABLE changes (
  revision INTEGER NOT NULL REFERENCES revisions (revision),
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  before TEXT,
  PRIMARY KEY (revision, kind, id)
) STRICT, WITHOUT ROWID;

-- Operations as they are published, in parts of one message each, from one published revision to the next.
CREATE TABLE deltas (
  revision INTEGER NOT NULL REFERENCES revisions (revision),
  part INTEGER NOT NULL,
  base INTEGER NOT NULL,
  operations TEXT NOT NULL,
  PRIMARY KEY (revision, part)
) STRICT;
`;

/** When the first record of a journal under a synchronised clock was made; null where that is not known. */
const began = 'ALTER TABLE cursors ADD COLUMN began_ms INTEGER;';

/**
 * Uses of passes, made of the visits' records, and what each revision said that their merge needs. 'flag' is the office's word on
 * a use, 'office' a use that it made in the place of one that was oversold.
 */
const merge = `
CREATE TABLE pass_uses (
  pass TEXT NOT NULL,
  visit TEXT NOT NULL,
  office INTEGER NOT NULL CHECK (office IN (0, 1)),
  customer TEXT NOT NULL,
  business_day TEXT,
  minutes INTEGER NOT NULL,
  controller TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  time_ms INTEGER NOT NULL,
  revision INTEGER,
  remaining INTEGER,
  flag TEXT,
  PRIMARY KEY (pass, visit, office)
) STRICT, WITHOUT ROWID;
CREATE INDEX pass_uses_visit ON pass_uses (visit);
CREATE INDEX pass_uses_flagged ON pass_uses (time_ms) WHERE flag IS NOT NULL;

CREATE TABLE revision_facts (revision INTEGER PRIMARY KEY, site TEXT, includes TEXT) STRICT;

CREATE INDEX records_customer ON records (json_extract(body, '$.customer'), kind) WHERE kind IN ('contracts', 'passes');
CREATE INDEX records_team ON records (json_extract(body, '$.team'), kind) WHERE kind IN ('contracts', 'passes');
`;

/** Whom the office tells of records, and what they have not taken yet. */
const webhooks = `
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  -- The secret before, still signed with until then.
  secret_before TEXT,
  secret_before_until_ms INTEGER,
  topics TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  -- Why nothing is sent; null: it is.
  paused TEXT,
  -- Row of the last record that was looked at for it.
  through INTEGER NOT NULL,
  begun INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  delivered_ms INTEGER,
  failing_since_ms INTEGER,
  failure TEXT
) STRICT, WITHOUT ROWID;

-- What is to be delivered still, by the row of its record. 'aside': it was refused for so long that what came after it goes on.
CREATE TABLE webhook_deliveries (
  webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event INTEGER NOT NULL,
  queue TEXT NOT NULL,
  aside INTEGER NOT NULL CHECK (aside IN (0, 1)),
  attempts INTEGER NOT NULL,
  first_failed_ms INTEGER,
  failed_ms INTEGER,
  failure TEXT,
  PRIMARY KEY (webhook, event)
) STRICT, WITHOUT ROWID;
`;

/** Visits that a way out after the cut-off proved: of those of one person and day one stands for all. */
const proved = `
CREATE TABLE proved_visits (
  visit TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  day TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  controller TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX proved_visits_day ON proved_visits (customer, day);
`;

/**
 * What questions about check-ins and money ask for, and the journal that the running office writes. Every index is of few rows: a
 * record of an ordinary visit makes none of them longer for good.
 */
const questions = `
ALTER TABLE visits ADD COLUMN reviewed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visits ADD COLUMN usage TEXT NOT NULL DEFAULT '[]';
ALTER TABLE visits ADD COLUMN oversold TEXT NOT NULL DEFAULT '[]';
CREATE INDEX visits_charged ON visits (from_ms, visit) WHERE charges <> '[]';
CREATE INDEX visits_work ON visits (from_ms, visit)
  WHERE review = 1 OR oversold <> '[]' OR (invoiced = 0 AND reviewed = 0 AND to_ms IS NOT NULL);
CREATE INDEX visits_auto ON visits (to_ms) WHERE auto = 1;
CREATE INDEX visits_office_open ON visits (customer) WHERE to_ms IS NULL AND controller = 'office';
CREATE INDEX events_rejected ON events (time_ms) WHERE type = 'checkin.rejected';
CREATE INDEX events_orphans ON events (time_ms) WHERE type = 'checkout.orphan';
-- Taps that say that nobody presumes any more that somebody is inside, by the canonical form of their data.
CREATE INDEX events_absent ON events (time_ms) WHERE instr(body, '"absent":true') > 0;
CREATE INDEX events_arrived ON events (time_ms) WHERE type = 'visitor.arrived';
CREATE INDEX events_departed ON events (time_ms) WHERE type = 'visitor.departed';

CREATE TABLE own_epoch (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL) STRICT;
`;

/** Who changed which record; who may, over HTTP; and how a change finds what is near the records that it touches. */
const changing = `
-- One row a record that was changed, or a whole import ('counts', its ids in audit_ids).
CREATE TABLE audit (
  entry INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  by TEXT NOT NULL,
  via TEXT NOT NULL CHECK (via IN ('cli', 'api', 'import')),
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
CREATE INDEX audit_record ON audit (kind, id, entry) WHERE id IS NOT NULL;
CREATE INDEX audit_id ON audit (id, entry) WHERE id IS NOT NULL;
CREATE INDEX audit_at ON audit (at_ms);
CREATE TABLE audit_ids (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES audit (entry),
  did TEXT NOT NULL,
  PRIMARY KEY (kind, id, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_ids_entry ON audit_ids (entry, kind, id);
-- What a record said may be erased, with a person; that it was changed stays.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit WHEN NOT (
  NEW.before IS NULL AND NEW.after IS NULL AND NEW.reason IS NULL AND NEW.entry = OLD.entry AND NEW.at_ms = OLD.at_ms
  AND NEW.by = OLD.by AND NEW.via = OLD.via AND NEW.request = OLD.request AND NEW.action = OLD.action
  AND NEW.kind IS OLD.kind AND NEW.id IS OLD.id AND NEW.did IS OLD.did AND NEW.revision IS OLD.revision
  AND NEW.counts IS OLD.counts
) BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_ids_stay BEFORE UPDATE ON audit_ids BEGIN
  SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_ids_kept BEFORE DELETE ON audit_ids BEGIN
  SELECT RAISE(ABORT, 'the audit log is only added to');
END;

-- Who may speak to the office over HTTP. Of the token only its hash.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'staff', 'read-only')),
  hash BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tokens_name ON tokens (name) WHERE revoked_ms IS NULL;

-- Answers to requests that may come again.
CREATE TABLE answers (
  token TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  version TEXT,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (token, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at_ms);

-- A version of a record is made with it, so that nobody learns a card's number from it.
INSERT INTO meta (key, value) VALUES ('versionSalt', hex(randomblob(32)));

CREATE INDEX records_plan ON records (json_extract(body, '$.plan')) WHERE kind = 'contracts';
CREATE INDEX records_time_pass ON records (json_extract(body, '$.timePass')) WHERE kind = 'passes';
CREATE INDEX records_credential ON records (json_extract(body, '$.customer')) WHERE kind = 'credentials';
CREATE INDEX records_value ON records (json_extract(body, '$.value')) WHERE kind = 'credentials';
CREATE INDEX records_booking ON records (json_extract(body, '$.customer')) WHERE kind = 'bookings';
CREATE INDEX records_resource ON records (json_extract(body, '$.resource')) WHERE kind = 'bookings';
CREATE INDEX records_host ON records (json_extract(body, '$.host')) WHERE kind = 'visitors';
CREATE INDEX records_badge ON records (json_extract(body, '$.credential')) WHERE kind = 'visitors';
`;

export const migrations: readonly string[] = [
  first,
  commands,
  deltas,
  began,
  merge,
  webhooks,
  proved,
  questions,
  changing,
  reception,
  helpDesk,
  privacy,
];

/** Marks a file as an office's store: "CaOf" in ASCII. */
export const applicationId = 0x43614f66;

export const tables: readonly string[] = [
  'anomalies',
  'answers',
  'audit',
  'audit_ids',
  'changes',
  'chunks',
  'commands',
  'controllers',
  'cursors',
  'deltas',
  'erased_names',
  'erasures',
  'events',
  'meta',
  'own_epoch',
  'pass_uses',
  'proved_visits',
  'records',
  'refusals',
  'revision_facts',
  'revisions',
  'tickets',
  'tokens',
  'visits',
  'webhook_deliveries',
  'webhooks',
];
