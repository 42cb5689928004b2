// The records of a tap (interfaces.md section 5): one shape for a grant and for a denial, whoever the holder is, and whether
// a credential was presented or somebody asked without one.

import type { EventDraft, EventType, JsonObject } from '../event.ts';
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

/** @param more what else is told of it. */
export function granted(tap: Approach, who: Who, reason: GrantReason, more: JsonObject | null = null): EventDraft {
  const data: Said = subject(tap, who);
  data.reason = reason;
  if (reason === 'command') data.by = tap.commandedBy ?? tap.modeBy;
  return here(tap, 'access.granted', more === null ? data : { ...data, ...more });
}

export function denied(tap: Approach, who: Who, reason: DenyReason, nextValidMs: number | null = null): EventDraft {
  const data: Said = subject(tap, who);
  data.reason = reason;
  if (nextValidMs !== null) data.nextValid = iso(nextValidMs);
  return here(tap, 'access.denied', data);
}

export function rejected(tap: Approach, customer: string, reason: DenyReason): EventDraft {
  return here(tap, 'checkin.rejected', { customer, space: tap.accessPoint.space, reason });
}

export function alarm(tap: Approach, who: Who): EventDraft {
  return here(tap, 'credential.alarm', subject(tap, who));
}

/** Says at which access point and reader it happened. */
export function at(tap: Approach, draft: EventDraft): EventDraft {
  return here(tap, draft.type, draft.data);
}

function here({ accessPoint, reader }: Approach, type: EventType, data: JsonObject): EventDraft {
  if (reader.id === null) return { type, accessPoint: accessPoint.id, data };
  return { type, accessPoint: accessPoint.id, reader: reader.id, data };
}

/** Who tapped, and then what came of it: the one object that is recorded. */
type Said = {
  holder?: JsonObject;
  credential?: JsonObject;
  source?: string;
  direction: 'in' | 'out';
  reason?: string;
  by?: string;
  nextValid?: string;
};

/** An unknown credential is recorded only as its keyed hash (C1). */
function subject(tap: Approach, who: Who): Said {
  const { direction } = who;
  const holder = who.holder ?? who.credential?.holder ?? null;
  const whose = holder === null ? null : { kind: holder.kind, id: holder.id };
  if (tap.credential === null) {
    const from = tap.source === undefined ? { direction } : { source: tap.source, direction };
    return whose === null ? from : { holder: whose, ...from };
  }
  const { type, hash } = tap.credential;
  const credential = who.credential == null ? { type, hash } : { type, id: who.credential.credential.id };
  return whose === null ? { credential, direction } : { holder: whose, credential, direction };
}
