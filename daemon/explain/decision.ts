// One decision, explained: every row that was looked at, the one that settled it, and on what it stands.

import { parseCredential } from '../../access/credential.ts';
import { credentialHash } from '../../access/credential-hash.ts';
import { decide } from '../../access/entry/decide.ts';
import { askedBy } from '../../access/entry/explain.ts';
import type { AccessPoint, RuleSettings } from '../../access/entry/tap.ts';
import type { EventDraft } from '../../access/event.ts';
import type { Facts } from '../../access/facts.ts';
import { iso } from '../../access/visit/settle.ts';

export interface Question {
  readonly facts: Facts;
  readonly accessPoint: AccessPoint;
  readonly settings: RuleSettings;
  readonly direction: 'in' | 'out' | 'toggle';
  /** `TYPE:VALUE`. */
  readonly credential: string;
  readonly credentialKey: Uint8Array;
  readonly atMs: number;
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
  /** What would be recorded. */
  readonly events: readonly EventDraft[];
  readonly revision: number;
}

/** @throws CredentialError */
export function explain(question: Question): Explanation {
  const { type, value } = parseCredential(question.credential);
  const ruling = decide({
    at: { wallMs: question.atMs, sinceBootMs: 0, boot: 'explained', synchronised: true },
    id: 'explained',
    accessPoint: question.accessPoint,
    mode: 'controlled',
    modeBy: 'command',
    reader: { id: 'explained', direction: question.direction },
    credential: { type, hash: credentialHash(question.credentialKey, type, value) },
    facts: question.facts,
    settings: question.settings,
  });
  const last = ruling.rows.length - 1;
  return {
    at: iso(question.atMs),
    accessPoint: question.accessPoint.id,
    decision: ruling.granted ? 'granted' : 'denied',
    reason: ruling.reason,
    direction: ruling.direction,
    rows: ruling.rows.map((row, index) => ({ row, asks: askedBy(row), settled: index === last })),
    nextValid: ruling.nextValidMs === null ? null : iso(ruling.nextValidMs),
    events: ruling.drafts.map(({ reader: _reader, ...draft }) => draft),
    revision: question.facts.site.revision,
  };
}
