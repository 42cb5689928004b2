// The table of what an acknowledgement may do to the outbox's cursor.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AckState, judgeAck } from '../../../sync/protocol/acks.ts';

const at = (through: number, issuedAtMs: number | null): AckState => ({ epoch: 'e', through, issuedAtMs });

describe('acknowledgements', () => {
  it.each([
    // cursor, issued so far, head, ack through, ack issued -> outcome, new cursor, newest issue
    ['first', 0, null, 9, 5, 100, 'forward', 5, 100],
    ['forward', 5, 100, 9, 9, 101, 'forward', 9, 101],
    ['same again', 5, 100, 9, 5, 100, 'forward', 5, 100],
    ['same, said anew', 5, 100, 9, 5, 200, 'forward', 5, 200],
    ['forward without an instant', 5, 100, 9, 8, null, 'forward', 8, 100],
    ['lower without an instant', 5, 100, 9, 3, null, 'behind', 5, 100],
    ['lower without any instant', 5, null, 9, 3, null, 'behind', 5, null],
    ['lower and newer: the office lost data', 5, 100, 9, 3, 101, 'rewind', 3, 101],
    ['lower, the first with an instant', 5, null, 9, 3, 101, 'rewind', 3, 101],
    ['lower and old: replayed', 5, 100, 9, 3, 99, 'stale', 5, 100],
    ['lower and of the same instant', 5, 100, 9, 3, 100, 'behind', 5, 100],
    ['higher and old', 5, 100, 9, 7, 99, 'stale', 5, 100],
    ['everything lost', 5, 100, 9, 0, 101, 'rewind', 0, 101],
    ['above what was written', 5, 100, 9, 10, 101, 'ack-ahead', 5, 100],
  ] as const)('%s', (_name, through, issued, head, ackThrough, ackIssued, outcome, cursor, newest) => {
    const state = at(through, issued);
    const verdict = judgeAck(state, head, { epoch: 'e', through: ackThrough, issuedAtMs: ackIssued });
    expect('reason' in verdict ? verdict.reason : verdict.outcome).toBe(outcome);
    expect('state' in verdict ? verdict.state : state).toEqual(at(cursor, newest));
  });

  it('refuses another epoch', () => {
    const verdict = judgeAck(at(5, 100), 9, { epoch: 'f', through: 6, issuedAtMs: 101 });
    expect(verdict).toEqual({ outcome: 'refused', reason: 'other-epoch' });
  });

  it('replaying any acknowledgement that was seen never moves the cursor back', () => {
    const ack = fc.record({ through: fc.nat(20), issuedAtMs: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(ack, { minLength: 1, maxLength: 20 }), fc.nat(19), (acks, replayed) => {
        let state = at(0, null);
        for (const { through, issuedAtMs } of acks) {
          const verdict = judgeAck(state, 20, { epoch: 'e', through, issuedAtMs });
          if ('state' in verdict) state = verdict.state;
        }
        const old = acks[replayed % acks.length];
        if (old === undefined) return;
        const verdict = judgeAck(state, 20, { epoch: 'e', ...old });
        expect('state' in verdict ? verdict.state.through : state.through).toBeGreaterThanOrEqual(state.through);
      }),
      { seed: 1 },
    );
  });
});
