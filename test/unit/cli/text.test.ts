// Lines for people and spreadsheets, and what is said in words.

import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../../access/event.ts';
import { denialCodes, grantCodes, reasonWords } from '../../../access/reasons.ts';
import { parseSince } from '../../../daemon/cli/since.ts';
import { columns, csvLine, plain } from '../../../daemon/cli/text.ts';
import { eventWords } from '../../../daemon/words.ts';

/** Every code of rules.md section 2 and 4, and every reason of a grant in interfaces.md section 5. */
const denials = `unknown-credential credential-blocked credential-expired credential-not-yet-valid credential-replayed
  account-disabled lockdown locked closed not-authorised locked-out anti-passback interlock occupancy second-person
  pin-required pin-wrong visitor-not-approved visitor-outside-window plan-limit contract-frozen pass-outside-timeslot
  pass-not-valid-here pass-expired pass-exhausted no-pass clock-untrusted`.split(/\s+/);
const grants = `pass plan no-pass-needed re-entry booking visitor staff exit flagged pay-as-you-go schedule command`;

describe('words', () => {
  it('has words for every reason and every type of event', () => {
    expect([...denialCodes].sort()).toEqual(denials.sort());
    expect([...grantCodes].sort()).toEqual(grants.split(' ').sort());
    const said = [...denialCodes, ...grantCodes, 'stale', 'storage-failed'].map(reasonWords);
    expect(said).not.toContain('stale');
    expect(said).not.toContain('storage-failed');
    expect(new Set(said).size).toBe(said.length);
    for (const type of eventTypes) expect(eventWords(type)).not.toBe(type);
    expect(new Set(eventTypes.map(eventWords)).size).toBe(eventTypes.length);
  });

  it('shows a code that it does not know as it is', () => {
    expect(reasonWords('brand-new')).toBe('brand-new');
    expect(reasonWords('constructor')).toBe('constructor');
    expect(eventWords('toString')).toBe('toString');
  });
});

describe('text', () => {
  it('lets no name speak to the terminal', () => {
    expect(plain('a\u001b[2Jb\nc\u202ed\u009b')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffd');
    expect(columns(['a', 'b', ''], [3, 3])).toBe('a    b');
  });

  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['＝1', `"'＝1"`],
  ])('writes %s into CSV', (text, cell) => {
    expect(csvLine([text, 'x'])).toBe(`${cell},x`);
  });

  it('reads --since', () => {
    const nowMs = Date.parse('2026-03-02T12:00:00Z');
    expect(parseSince('24h', nowMs)).toBe(nowMs - 86_400_000);
    expect(parseSince('7d', nowMs)).toBe(nowMs - 7 * 86_400_000);
    expect(parseSince('2026-03-02T10:00:00+01:00', nowMs)).toBe(Date.parse('2026-03-02T09:00:00Z'));
    for (const text of ['', '24', 'yesterday', '-1h', '2026-02-30T00:00:00Z']) {
      expect(() => parseSince(text, nowMs), text).toThrow(/allowed is/);
    }
  });
});
