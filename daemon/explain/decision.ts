// One decision, explained: every row that was looked at and what it found, the one that settled it, what would have to be
// otherwise, when the door would open next, and on what all of it stands. For any instant, past or future.

import { parseCredential } from '../../access/credential.ts';
import { credentialHash } from '../../access/credential-hash.ts';
import { newDoor, type SavedDoor } from '../../access/door/state.ts';
import { decide } from '../../access/entry/decide.ts';
import { askedBy } from '../../access/entry/explain.ts';
import type { LimitStanding } from '../../access/entry/plan-limit.ts';
import type { AccessPoint, RuleSettings, Ruling, Tap } from '../../access/entry/tap.ts';
import { type ClockRules, decideUntrusted } from '../../access/entry/untrusted.ts';
import type { EventDraft, JsonObject } from '../../access/event.ts';
import type { Facts } from '../../access/facts.ts';
import { iso } from '../../access/visit/settle.ts';
import { factsAsOf } from './as-of.ts';
import { type Counted, countedOf, type LocalSource } from './counted.ts';
import { type DoorExplained, doorAt, doorData, type HeldDoor, tapMode } from './door-at.ts';
import { limitsOf } from './limits.ts';
import { lookAt } from './look/table.ts';
import { nextOpen } from './next-open.ts';
import { sayIn } from './say.ts';
import { subjectOf } from './subject.ts';
import { type UntrustedAnswers, untrustedAnswers } from './untrusted.ts';
import { type WhatIf, whatIf } from './what-if/ask.ts';

export interface Question {
  readonly facts: Facts;
  readonly journal: LocalSource | null;
  readonly accessPoint: AccessPoint;
  readonly settings: RuleSettings & ClockRules;
  readonly timeZone: string;
  readonly direction: 'in' | 'out' | 'toggle';
  /** `TYPE:VALUE`. */
  readonly credential: string;
  readonly credentialKey: Uint8Array;
  readonly atMs: number;
  /** Where it is presented: whose lock-out counts. Left out: at one that nothing is known of. */
  readonly reader?: string;
  /** What is set at the door; left out: nothing. */
  readonly saved?: SavedDoor;
  /** As if the clock could not be believed, and `atMs` were the least that the time can be. */
  readonly untrusted?: boolean;
}

export interface RowExplained {
  /** A row of rules.md, or a step beside its table. */
  readonly row: string;
  readonly asks: string;
  readonly found: string;
  readonly data: JsonObject;
  /** Whether the answer is yes: of the row that settled it, and of a way out that is free for every credential. */
  readonly fits: boolean;
  readonly settled: boolean;
}

export interface Explanation {
  readonly at: string;
  readonly accessPoint: string;
  readonly space: string;
  readonly decision: 'granted' | 'denied';
  readonly reason: string;
  readonly direction: 'in' | 'out';
  /** `name` is null of whom the replica does not have, and of staff. */
  readonly holder: { readonly kind: string; readonly id: string; readonly name: string | null } | null;
  /** What held the door at that instant. */
  readonly door: DoorExplained;
  /** In the order in which they were looked at; the last one settled it. */
  readonly rows: readonly RowExplained[];
  /** What would let in: each alone; where none does alone, two together; else one set of more. Empty for a grant. */
  readonly whatIf: readonly WhatIf[];
  /** As `access.denied` records it: the next time that a pass is valid and the space open. */
  readonly nextValid: string | null;
  /** When this door would open for this credential with nothing else changed; null for a grant, or for none in 35 days. */
  readonly nextOpen: { readonly at: string; readonly reason: string } | null;
  /** How the limits of the customer's active plans stand, where C11 was looked at. */
  readonly limits: readonly LimitStanding[];
  /** Of a clock that cannot be believed: what the door would answer from each instant on, to the end of the horizon. */
  readonly untrusted: UntrustedAnswers | null;
  /** What would be recorded. */
  readonly events: readonly EventDraft[];
  readonly revision: number;
  readonly counted: Counted;
}

/** @throws CredentialError */
export function explain(question: Question): Explanation {
  const untrusted = question.untrusted === true;
  const { facts, accessPoint, saved = newDoor } = question;
  const held: HeldDoor = { site: facts.site, door: accessPoint, saved, trusted: !untrusted };
  const door = doorAt(held, question.atMs);
  const tap: Tap = { ...tapOf(question), ...tapMode(door) };
  const ask = (of: Tap): Ruling => (untrusted ? decideUntrusted(of, of.at.wallMs, question.settings) : decide(of));
  const ruling = ask(tap);
  const subject = subjectOf(tap, ruling, door, sayIn(question.timeZone));
  const looked = rowsOf(ruling, subject.credential?.holder?.kind);
  const last = looked.length - 1;
  const next = ruling.granted || untrusted ? null : nextOpen(tap, held);
  const holder = subject.credential?.holder ?? null;
  return {
    at: iso(question.atMs),
    accessPoint: question.accessPoint.id,
    space: question.accessPoint.space,
    decision: ruling.granted ? 'granted' : 'denied',
    reason: ruling.reason,
    direction: ruling.direction,
    holder: holder && { ...holder, name: (subject.c?.customer ?? subject.visitor)?.name ?? null },
    door: doorData(door),
    rows: looked.map((row, index) => {
      const { words, data } = lookAt(row, subject);
      const settled = index === last;
      return { row, asks: askedBy(row), found: words, data, fits: settled || row === 'free', settled };
    }),
    whatIf: whatIf(subject, ask),
    nextValid: ruling.nextValidMs === null ? null : iso(ruling.nextValidMs),
    nextOpen: next && { at: iso(next.atMs), reason: next.reason },
    limits: ruling.rows.includes('C11') ? limitsOf(tap) : [],
    untrusted: untrusted ? untrustedAnswers(tap, question.settings) : null,
    events: ruling.drafts.map(({ reader: _reader, ...draft }) => draft),
    revision: question.facts.site.revision,
    counted: countedOf(question.journal, subject),
  };
}

/** With C3, which lets staff pass and everyone else go on. */
function rowsOf({ rows }: Ruling, kind: string | undefined): readonly string[] {
  const place = rows.findIndex((row) => row === 'C2' || row === 'free') + 1;
  const goesOn = place > 0 && place < rows.length && rows[place] !== 'C3';
  return goesOn && kind !== undefined ? rows.toSpliced(place, 0, 'C3') : rows;
}

function tapOf(question: Question): Omit<Tap, 'mode' | 'modeBy'> {
  const { facts, accessPoint, settings, direction, credential, credentialKey, atMs } = question;
  const { type, value } = parseCredential(credential);
  const hash = credentialHash(credentialKey, type, value);
  const holder = facts.credential(hash)?.holder ?? null;
  return {
    at: { wallMs: atMs, sinceBootMs: 0, boot: 'explained', synchronised: question.untrusted !== true },
    id: 'explained',
    accessPoint,
    reader: { id: question.reader ?? 'explained', direction },
    credential: { type, hash },
    facts: holder?.kind === 'customer' ? factsAsOf(facts, holder.id, atMs) : facts,
    settings,
  };
}
