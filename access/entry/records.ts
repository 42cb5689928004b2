// The records of a tap (interfaces.md section 5): one shape for a grant and for a denial, whoever the holder is, and whether
// a credential was presented or somebody asked without one.

import type { EventDraft, JsonObject } from '../event.ts';
import type { HeldCredential, Holder } from '../facts.ts';
import { iso } from '../visit/settle.ts';
import type { Approach } from './tap.ts';
import type { DenyReason, GrantReason } from './verdict.ts';

export interface Who {
  readonly credential: HeldCredential | null | undefined;
  /** Where there is no credential. */
  readonly holder?: Holder;
  readonly direction: 'in' | 'out';
}

export function granted(tap: Approach, who: Who, reason: GrantReason): EventDraft {
  const by = reason === 'command' ? { by: tap.commandedBy ?? tap.modeBy } : {};
  return at(tap, { type: 'access.granted', data: { ...subject(tap, who), reason, ...by } });
}

export function denied(tap: Approach, who: Who, reason: DenyReason, nextValidMs: number | null = null): EventDraft {
  const next = nextValidMs === null ? {} : { nextValid: iso(nextValidMs) };
  return at(tap, { type: 'access.denied', data: { ...subject(tap, who), reason, ...next } });
}

export function rejected(tap: Approach, customer: string, reason: DenyReason): EventDraft {
  return at(tap, { type: 'checkin.rejected', data: { customer, space: tap.accessPoint.space, reason } });
}

export function alarm(tap: Approach, who: Who): EventDraft {
  return at(tap, { type: 'credential.alarm', data: subject(tap, who) });
}

/** Says at which access point and reader it happened. */
export function at(tap: Approach, draft: EventDraft): EventDraft {
  const reader = tap.reader.id === null ? {} : { reader: tap.reader.id };
  return { type: draft.type, accessPoint: tap.accessPoint.id, ...reader, data: draft.data };
}

/** An unknown credential is recorded only as its keyed hash (C1). */
function subject(tap: Approach, who: Who): JsonObject {
  const { direction } = who;
  const holder = who.holder ?? who.credential?.holder ?? null;
  const whose = holder === null ? {} : { holder: { kind: holder.kind, id: holder.id } };
  if (tap.credential === null) return { ...whose, ...(tap.source && { source: tap.source }), direction };
  const { type, hash } = tap.credential;
  const credential = who.credential == null ? { type, hash } : { type, id: who.credential.credential.id };
  return { ...whose, credential, direction };
}
