// Somebody who is known, refused before the rows of the table, or beside them: what is recorded of it, whoever they are.

import type { StateChange } from '../change.ts';
import { endsPresumption } from './enter.ts';
import { alarm, at, denied, rejected, type Who } from './records.ts';
import type { Approach, Found, Ruling } from './tap.ts';
import type { DenyReason } from './verdict.ts';

export function refused(
  tap: Approach,
  { credential, holder }: Found,
  direction: 'in' | 'out',
  reason: DenyReason,
  rows: readonly string[],
): Ruling {
  const who: Who = { credential, ...(holder === null ? {} : { holder }), direction };
  const drafts = [denied(tap, who, reason)];
  if (reason === 'credential-blocked') drafts.push(alarm(tap, who));
  const entering = direction === 'in' && tap.accessPoint.kind === 'entrance';
  if (holder?.kind === 'customer' && entering) drafts.push(rejected(tap, holder.id, reason));
  if (holder?.kind === 'visitor') {
    const host = tap.facts.visitor(holder.id)?.host ?? null;
    drafts.push(at(tap, { type: 'visitor.refused', data: { visitor: holder.id, host, reason } }));
  }
  const presence = holder?.kind === 'customer' && entering ? tap.facts.presence(holder.id) : undefined;
  const changes: StateChange[] =
    presence !== undefined && endsPresumption(presence, tap) ? [{ do: 'absent', customer: presence.customer }] : [];
  return { granted: false, reason, direction, extendedUnlock: false, drafts, changes, rows, nextValidMs: null };
}
