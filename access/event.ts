// The journal's records (interfaces.md section 5): what the rules draft, and what the journal makes of a draft.

export const eventTypes = [
  'access.granted',
  'access.denied',
  'access.repeated',
  'access.not-taken',
  'access.duress',
  'checkin.recorded',
  'checkin.rejected',
  'checkout.recorded',
  'checkout.orphan',
  'pass.used',
  'coverage.exhausted',
  'charge.proposed',
  'visitor.arrived',
  'visitor.departed',
  'visitor.refused',
  'door.opened',
  'door.closed',
  'door.forced',
  'door.pre-alarm',
  'door.held',
  'door.secured',
  'rex.activated',
  'fire.activated',
  'fire.cleared',
  'tamper',
  'lock.fault',
  'lock.restored',
  'input.fault',
  'input.restored',
  'accesspoint.mode',
  'reader.online',
  'reader.offline',
  'reader.tamper',
  'credential.alarm',
  'credential.attack',
  'help.requested',
  'controller.started',
  'controller.stopped',
  'clock.stepped',
  'replica.applied',
  'replica.refused',
  'journal.gap',
  'storage.low',
  'storage.failed',
  'command.applied',
  'command.refused',
  'pass.oversold',
  'charge.confirmed',
  'charge.corrected',
  'charge.waived',
  'oversold.settled',
  'visit.reviewed',
  'ticket.opened',
  'ticket.answered',
  'ticket.closed',
] as const;

export type EventType = (typeof eventTypes)[number];

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** An event before the journal gives it its place: what happened, without sequence, identity and time. */
export interface EventDraft {
  readonly type: EventType;
  readonly accessPoint?: string;
  readonly reader?: string;
  readonly data: JsonObject;
}

/** An event of a journal, as it is stored, hashed and sent. */
export interface JournalEvent {
  readonly id: string;
  readonly site: string;
  readonly controller: string;
  readonly epoch: string;
  /** 1 for the first of an epoch; no gaps. */
  readonly seq: number;
  readonly type: EventType;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly clock: { readonly boot: string; readonly sinceBootMs: number; readonly synchronised: boolean };
  readonly accessPoint?: string;
  readonly reader?: string;
  readonly data: JsonObject;
  /** Lower-case hex SHA-256 of the record before, in its canonical form (RFC 8785); of the genesis header for seq 1. */
  readonly prev: string;
}
