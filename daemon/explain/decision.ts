// One decision, explained: every row that was looked at, the one that settled it, and on what it stands.

import { parseCredential } from '../../access/credential.ts';
import { credentialHash } from '../../access/credential-hash.ts';
import { decide } from '../../access/entry/decide.ts';
import { askedBy } from '../../access/entry/explain.ts';
import type { LimitStanding } from '../../access/entry/plan-limit.ts';
import type { AccessPoint, RuleSettings, Tap } from '../../access/entry/tap.ts';
import { type ClockRules, decideUntrusted, stretchesOf } from '../../access/entry/untrusted.ts';
import type { EventDraft } from '../../access/event.ts';
import type { Facts } from '../../access/facts.ts';
import { iso } from '../../access/visit/settle.ts';
import { limitsOf } from './limits.ts';

export interface Question {
  readonly facts: Facts;
  readonly accessPoint: AccessPoint;
  readonly settings: RuleSettings & ClockRules;
  readonly direction: 'in' | 'out' | 'toggle';
  /** `TYPE:VALUE`. */
  readonly credential: string;
  readonly credentialKey: Uint8Array;
  readonly atMs: number;
  /** As if the clock could not be believed, and `atMs` were the least that the time can be. */
  readonly untrusted?: boolean;
}

export interface Explanation {
  readonly at: string;
  readonly accessPoint: string;
  readonly decision: 'granted' | 'denied';
  readonly reason: string;
  readonly direction: 'in' | 'out';
  /** In the order in which they were looked at; the last one settled it. */
  readonly rows: readonly { readonly row: string; readonly asks: string; readonly settled: boolean }[];
  readonly nextValid: string | null;
  /** How the limits of the customer's active plans stand, where C11 was looked at. */
  readonly limits: readonly LimitStanding[];
  /** Of a clock that cannot be believed: what the door would answer from each instant on, to the end of the horizon. */
  readonly untrusted: UntrustedAnswers | null;
  /** What would be recorded. */
  readonly events: readonly EventDraft[];
  readonly revision: number;
}

export interface UntrustedAnswers {
  readonly setting: ClockRules['untrustedClock'];
  readonly until: string;
  readonly answers: readonly {
    readonly from: string;
    readonly decision: 'granted' | 'denied';
    readonly reason: string;
  }[];
}

/** @throws CredentialError */
export function explain(question: Question): Explanation {
  const { type, value } = parseCredential(question.credential);
  const tap: Tap = {
    at: { wallMs: question.atMs, sinceBootMs: 0, boot: 'explained', synchronised: question.untrusted !== true },
    id: 'explained',
    accessPoint: question.accessPoint,
    mode: 'controlled',
    modeBy: 'command',
    reader: { id: 'explained', direction: question.direction },
    credential: { type, hash: credentialHash(question.credentialKey, type, value) },
    facts: question.facts,
    settings: question.settings,
  };
  const ruling = question.untrusted === true ? decideUntrusted(tap, question.atMs, question.settings) : decide(tap);
  const last = ruling.rows.length - 1;
  return {
    at: iso(question.atMs),
    accessPoint: question.accessPoint.id,
    decision: ruling.granted ? 'granted' : 'denied',
    reason: ruling.reason,
    direction: ruling.direction,
    rows: ruling.rows.map((row, index) => ({ row, asks: askedBy(row), settled: index === last })),
    nextValid: ruling.nextValidMs === null ? null : iso(ruling.nextValidMs),
    limits: ruling.rows.includes('C11') ? limitsOf(tap) : [],
    untrusted: question.untrusted === true ? untrustedAnswers(tap, question.settings) : null,
    events: ruling.drafts.map(({ reader: _reader, ...draft }) => draft),
    revision: question.facts.site.revision,
  };
}

function untrustedAnswers(tap: Tap, { untrustedClock, clockHorizonMs }: ClockRules): UntrustedAnswers {
  const answers = stretchesOf(tap, clockHorizonMs).map(({ fromMs, granted, reason }) => ({
    from: iso(fromMs),
    decision: granted ? ('granted' as const) : ('denied' as const),
    reason,
  }));
  return { setting: untrustedClock, until: iso(tap.at.wallMs + clockHorizonMs), answers };
}
