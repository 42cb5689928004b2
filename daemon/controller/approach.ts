// What whoever comes to a door meets there, with a credential or without: its mode, the facts as the clock shows them, an id
// for the visit that may begin.

import { v7 } from 'uuid';
import type { Moment, Random } from '../../access/clock.ts';
import type { Approach, RuleSettings } from '../../access/entry/tap.ts';
import type { Facts } from '../../access/facts.ts';
import type { Door } from './door.ts';

export type AtDoor = Omit<Approach, 'reader' | 'credential' | 'source'>;

/**
 * To be asked once what fell due at the door is done.
 * @param interlockedBy a door of its interlock through which somebody can pass now.
 */
export function atDoor(
  door: Door,
  at: Moment,
  id: string,
  facts: Facts,
  settings: RuleSettings,
  interlockedBy: string | null,
): AtDoor {
  const { mode, source, by } = door.inForce;
  return {
    at,
    id,
    accessPoint: door.config,
    mode,
    modeBy: source === 'schedule' ? 'schedule' : 'command',
    ...(source === 'command' ? { commandedBy: by } : {}),
    facts,
    settings,
    interlockedBy,
  };
}

export function newVisitId(random: Random, { wallMs }: Moment): string {
  return v7({ random: random.bytes(16), msecs: Math.max(Math.trunc(wallMs), 0) });
}
