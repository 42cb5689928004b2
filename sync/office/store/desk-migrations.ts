// What the store needs for visitors and for the help desk (migrations.ts).

/** What a list of visitors asks for. */
export const reception = `
CREATE INDEX events_refused_visitors ON events (time_ms) WHERE type = 'visitor.refused';
CREATE INDEX records_expected ON records (json_extract(body, '$.expected')) WHERE kind = 'visitors';
`;

/** The help desk: who was refused, so that the third time within ten minutes is found, and the tickets. */
export const helpDesk = `
CREATE TABLE refusals (
  person TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  controller TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  -- The ticket of the row of refusals that it belongs to.
  ticket TEXT,
  PRIMARY KEY (person, time_ms, controller)
) STRICT, WITHOUT ROWID;
CREATE INDEX refusals_time ON refusals (time_ms);

-- What stands in the office's own journal of each ticket, by its last word.
CREATE TABLE tickets (
  ticket TEXT PRIMARY KEY,
  cause TEXT NOT NULL CHECK (cause IN ('help', 'refusals')),
  -- 'customer/ana'; null: nobody is known.
  person TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
  opened_ms INTEGER NOT NULL,
  -- When that happened which it is about.
  at_ms INTEGER NOT NULL,
  -- When it was first answered or closed.
  settled_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_at ON tickets (at_ms, ticket);
CREATE INDEX tickets_unsettled ON tickets (at_ms, ticket) WHERE state <> 'closed';
CREATE INDEX tickets_person ON tickets (person) WHERE person IS NOT NULL;
CREATE INDEX events_ticket ON events (json_extract(body, '$.data.ticket'))
  WHERE type IN ('ticket.opened', 'ticket.answered', 'ticket.closed');
-- What happened before there was a help desk opens no tickets.
INSERT INTO meta (key, value) VALUES ('ticketsThrough', (SELECT coalesce(max(rowid), 0) FROM events));
`;
