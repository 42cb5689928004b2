// The records of a tap (interfaces.md section 5): one shape for a grant and for a denial, whoever the holder is.

import type { EventDraft, JsonObject } from '../event.ts';
import type { HeldCredential } from '../facts.ts';
import { iso } from '../visit/settle.ts';
import type { Tap } from './tap.ts';
import type { DenyReason, GrantReason } from './verdict.ts';

interface Who {
  readonly credential: HeldCredential | undefined;
  readonly direction: 'in' | 'out';
}

/** @param more what else is told of it. */
export function granted(tap: Tap, who: Who, reason: GrantReason, more: JsonObject = {}): EventDraft {
  const by = reason === 'command' ? { by: tap.commandedBy ?? tap.modeBy } : {};
  return at(tap, { type: 'access.granted', data: { ...subject(tap, who), reason, ...by, ...more } });
}

export function denied(tap: Tap, who: Who, reason: DenyReason, nextValidMs: number | null = null): EventDraft {
  const next = nextValidMs === null ? {} : { nextValid: iso(nextValidMs) };
  return at(tap, { type: 'access.denied', data: { ...subject(tap, who), reason, ...next } });
}

export function rejected(tap: Tap, customer: string, reason: DenyReason): EventDraft {
  return at(tap, { type: 'checkin.rejected', data: { customer, space: tap.accessPoint.space, reason } });
}

export function alarm(tap: Tap, who: Who): EventDraft {
  return at(tap, { type: 'credential.alarm', data: subject(tap, who) });
}

/** Says at which access point and reader it happened. */
export function at(tap: Tap, draft: EventDraft): EventDraft {
  return { type: draft.type, accessPoint: tap.accessPoint.id, reader: tap.reader.id, data: draft.data };
}

/** An unknown credential is recorded only as its keyed hash (C1). */
function subject(tap: Tap, who: Who): JsonObject {
  const { type, hash } = tap.credential;
  const { direction } = who;
  const credential = who.credential === undefined ? { type, hash } : { type, id: who.credential.credential.id };
  const holder = who.credential?.holder ?? null;
  if (holder === null) return { credential, direction };
  return { holder: { kind: holder.kind, id: holder.id }, credential, direction };
}
