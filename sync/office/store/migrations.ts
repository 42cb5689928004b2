// The tables of the office's store. A list of steps, only ever added to: step n brings `user_version` from n to n + 1.

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

export const migrations: readonly string[] = [first, commands, deltas, began, merge, proved];

/** Marks a file as an office's store: "CaOf" in ASCII. */
export const applicationId = 0x43614f66;

export const tables: readonly string[] = [
  'anomalies',
  'changes',
  'chunks',
  'commands',
  'controllers',
  'cursors',
  'deltas',
  'events',
  'meta',
  'pass_uses',
  'proved_visits',
  'records',
  'revision_facts',
  'revisions',
  'visits',
];
