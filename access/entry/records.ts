// The records of a tap (interfaces.md section 5): one shape for a grant and for a denial, whoever the holder is.

import type { EventDraft, EventType, JsonObject } from '../event.ts';
import type { HeldCredential } from '../facts.ts';
import { iso } from '../visit/settle.ts';
import type { Tap } from './tap.ts';
import type { DenyReason, GrantReason } from './verdict.ts';

interface Who {
  readonly credential: HeldCredential | undefined;
  readonly direction: 'in' | 'out';
}

/** @param more what else is told of it. */
export function granted(tap: Tap, who: Who, reason: GrantReason, more: JsonObject | null = null): EventDraft {
  const data: Said = subject(tap, who);
  data.reason = reason;
  if (reason === 'command') data.by = tap.commandedBy ?? tap.modeBy;
  return here(tap, 'access.granted', more === null ? data : { ...data, ...more });
}

export function denied(tap: Tap, who: Who, reason: DenyReason, nextValidMs: number | null = null): EventDraft {
  const data: Said = subject(tap, who);
  data.reason = reason;
  if (nextValidMs !== null) data.nextValid = iso(nextValidMs);
  return here(tap, 'access.denied', data);
}

export function rejected(tap: Tap, customer: string, reason: DenyReason): EventDraft {
  return here(tap, 'checkin.rejected', { customer, space: tap.accessPoint.space, reason });
}

export function alarm(tap: Tap, who: Who): EventDraft {
  return here(tap, 'credential.alarm', subject(tap, who));
}

/** Says at which access point and reader it happened. */
export function at(tap: Tap, draft: EventDraft): EventDraft {
  return here(tap, draft.type, draft.data);
}

function here(tap: Tap, type: EventType, data: JsonObject): EventDraft {
  return { type, accessPoint: tap.accessPoint.id, reader: tap.reader.id, data };
}

/** Who tapped, and then what came of it: the one object that is recorded. */
type Said = {
  holder?: JsonObject;
  credential: JsonObject;
  direction: 'in' | 'out';
  reason?: string;
  by?: string;
  nextValid?: string;
};

/** An unknown credential is recorded only as its keyed hash (C1). */
function subject(tap: Tap, who: Who): Said {
  const { type, hash } = tap.credential;
  const { direction } = who;
  const credential = who.credential === undefined ? { type, hash } : { type, id: who.credential.credential.id };
  const holder = who.credential?.holder ?? null;
  if (holder === null) return { credential, direction };
  return { holder: { kind: holder.kind, id: holder.id }, credential, direction };
}
