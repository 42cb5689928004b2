// What a reader shows of an answer: every code has its kind, and none tells a stranger more than another.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { feedbackKinds, isWaiting, kindOfAnswer } from '../../../access/feedback/kind.ts';
import { denialCodes, grantCodes } from '../../../access/reasons.ts';
import { allKinds, displayOf } from '../../../drivers/feedback/look.ts';

/** The members of a union of texts, as the source has them. */
function membersOf(type: string): string[] {
  const source = readFileSync(join(import.meta.dirname, '../../../access/entry/verdict.ts'), 'utf8');
  const union = new RegExp(`type ${type} =([^;]*);`).exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '');
}

/** All that rules.md has, and how each looks. */
const looks: Readonly<Record<string, string>> = {
  'unknown-credential': 'unknown',
  'credential-blocked': 'unknown',
  'credential-expired': 'unknown',
  'credential-not-yet-valid': 'not-now',
  'credential-replayed': 'unknown',
  'account-disabled': 'unknown',
  lockdown: 'door-closed',
  locked: 'door-closed',
  closed: 'door-closed',
  'not-authorised': 'not-here',
  'locked-out': 'unknown',
  'anti-passback': 'not-here',
  interlock: 'try-again',
  occupancy: 'not-now',
  'second-person': 'not-now',
  'pin-required': 'pin',
  'pin-wrong': 'unknown',
  'visitor-not-approved': 'not-now',
  'visitor-outside-window': 'not-now',
  'plan-limit': 'no-pass',
  'contract-frozen': 'no-pass',
  'pass-outside-timeslot': 'not-now',
  'pass-not-valid-here': 'not-here',
  'pass-expired': 'no-pass',
  'pass-exhausted': 'no-pass',
  'no-pass': 'no-pass',
  'clock-untrusted': 'not-trusted',
  'storage-failed': 'try-again',
};

describe('the kind of an answer', () => {
  it.each(Object.entries(looks))('%s looks like %s', (reason, kind) => {
    expect(kindOfAnswer(false, reason)).toBe(kind);
  });

  it('is there for every code that a row can deny with, and for every code that people know words for', () => {
    const codes = membersOf('DenyReason');
    expect(codes.length).toBeGreaterThanOrEqual(19);
    expect([...codes, ...denialCodes].filter((code) => !Object.hasOwn(looks, code))).toEqual([]);
  });

  it('is the same for every grant, so that one under duress shows nothing', () => {
    const reasons = [...membersOf('GrantReason'), ...grantCodes, 'duress', 'pin-wrong'];
    expect(new Set(reasons.map((reason) => kindOfAnswer(true, reason)))).toEqual(new Set(['granted']));
  });

  it('of a code of a newer program tells least', () => {
    for (const code of ['of-tomorrow', 'toString', '__proto__', '']) expect(kindOfAnswer(false, code)).toBe('unknown');
  });

  it('waits for somebody where a PIN or a second person is missing, and nowhere else', () => {
    expect(Object.keys(looks).filter((code) => isWaiting(kindOfAnswer(false, code)))).toEqual(['pin-required']);
    // Of two things that are missing the one that is taken next is asked for.
    expect(kindOfAnswer(false, 'second-person', 'companion')).toBe('second-person');
    expect(kindOfAnswer(false, 'second-person', 'pin')).toBe('pin');
  });
});

describe('the look of a kind', () => {
  const texts = Object.fromEntries(feedbackKinds.map((kind) => [kind, kind])) as Record<
    (typeof feedbackKinds)[number],
    string
  >;
  const means = { lights: [], buzzer: true, text: { columns: 4, rows: 2 }, kinds: allKinds } as const;

  it('is there for each, and only a text tells one denial from another', () => {
    expect(allKinds).toEqual(feedbackKinds);
    const shown = ['unknown', 'not-now', 'no-pass', 'door-closed', 'not-here', 'try-again'] as const;
    const lights = shown.map((kind) => {
      const { light, blinks, beeps } = displayOf(kind, texts, means);
      return `${light} ${blinks} ${beeps}`;
    });
    expect(new Set(lights).size).toBe(1);
    expect(new Set(shown.map((kind) => displayOf(kind, texts, means).text)).size).toBe(shown.length);
  });

  it('has a text of whole characters that fits, and none where there is no display', () => {
    expect(displayOf('second-person', texts, means).text).toBe('second-p');
    expect(displayOf('pin', { ...texts, pin: '🔑'.repeat(9) }, means).text).toBe('🔑'.repeat(8));
    expect(displayOf('pin', texts, { ...means, text: null }).text).toBe('');
  });
});
