// What the site rules (rules.md C6a) found, in words for staff and as data.

import type { Tap } from '../../../access/entry/tap.ts';
import type { Holder } from '../../../access/facts.ts';
import { elapsedMs } from '../../../access/site-rules/elapsed.ts';
import { waitingFor } from '../../../access/site-rules/waits.ts';
import { iso } from '../../../access/visit/settle.ts';
import { formatDuration } from '../../../config/duration.ts';
import type { Look } from '../subject.ts';

export const lockOut: Look = ({ tap }) => {
  const { lockOut: settings } = tap.accessPoint.siteRules;
  const found = tap.facts.attempts(tap.reader.id);
  const lockedOut = found?.lockedOut ?? null;
  if (settings === null || lockedOut === null) {
    const tried = found?.tried.length ?? 0;
    return { words: `reader ${tap.reader.id} is not locked out (${tried} attempts count)`, data: { attempts: tried } };
  }
  const leftS = Math.max(Math.ceil((settings.lastsMs - elapsedMs(lockedOut.since, tap.at)) / 1000), 0);
  const words =
    leftS === 0
      ? `reader ${tap.reader.id} is not locked out any more`
      : `somebody guessed at reader ${tap.reader.id}: it takes no PIN for ${formatDuration(leftS * 1000)} more, and none for the credentials that were guessed at`;
  return { words, data: { lockedOutSince: iso(lockedOut.since.wallMs), leftS } };
};

export const antiPassback: Look = ({ tap, credential, say }) => {
  const { area } = tap.accessPoint.siteRules;
  const holder = credential?.holder ?? null;
  const where = holder === null ? undefined : tap.facts.whereabouts(holder);
  const rule = area === null ? '' : `${area.id} (anti-passback ${area.antiPassback})`;
  if (where === undefined) return { words: `nothing is known of where they are; ${rule}`, data: { area: null } };
  const place = where.area ?? 'outside';
  return {
    words: `they are in ${place} since ${say.instant(where.at.wallMs)}, over ${where.accessPoint}; the door leads into ${rule}`,
    data: { area: where.area, since: iso(where.at.wallMs), accessPoint: where.accessPoint },
  };
};

export const interlock: Look = ({ tap }) => {
  const { interlock: name } = tap.accessPoint.siteRules;
  const other = tap.interlockedBy ?? null;
  const words = other === null ? `no other door of ${name} is known to be open or free` : `${other} is open or free`;
  return { words, data: { interlock: name, openDoor: other } };
};

export const occupancy: Look = ({ tap }) => {
  const { space, siteRules } = tap.accessPoint;
  const inside = tap.facts.peopleInside(space).length;
  const limit = siteRules.occupancyLimit;
  return { words: `${inside} people are in ${space}, at most ${limit} may be`, data: { inside, limit } };
};

export const secondPerson: Look = ({ tap }) => {
  const waiting = firstPerson(tap);
  const words = waiting === null ? 'nobody waits at this door for a second person' : `${waiting.id} waits at this door`;
  return { words, data: { waiting: waiting === null ? null : { kind: waiting.kind, id: waiting.id } } };
};

function firstPerson(tap: Tap): Holder | null {
  const { secondPerson: settings } = tap.accessPoint.siteRules;
  return settings === null ? null : (waitingFor('companion', tap, settings.withinMs)?.holder ?? null);
}

const pinWords = {
  optional: 'PINs open alone here',
  required: "a credential and its holder's PIN are needed here",
  only: 'nothing but a PIN opens here',
  never: 'no PIN opens here',
} as const;

export const pin: Look = ({ tap }) => {
  const { use } = tap.accessPoint.siteRules.pin;
  const given = tap.credential.type === 'pin' || tap.pin != null;
  return { words: `${pinWords[use]}; ${given ? 'a PIN was given' : 'none was given'}`, data: { use, given } };
};
