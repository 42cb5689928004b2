import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, MessageSplitter, maxMessageLength, type ToKeeper } from '../../../drivers/keeper/messages.ts';

const message: fc.Arbitrary<ToKeeper> = fc.oneof(
  fc.constant<ToKeeper>({ type: 'beat' }),
  fc.constant<ToKeeper>({ type: 'stop' }),
  fc.record({
    type: fc.constant('set' as const),
    accessPoint: fc.string(),
    state: fc.constantFrom('locked' as const, 'unlocked' as const),
  }),
);

describe('messages between daemon and keeper', () => {
  it('arrive whole and in order, however the pipe cuts them', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(500)), (messages, cuts) => {
        const text = messages.map(encode).join('');
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].sort((a, b) => a - b);
        const splitter = new MessageSplitter<ToKeeper>();
        const heard = at.slice(1).flatMap((end, i) => [...splitter.feed(text.slice(at[i], end))]);
        expect(heard).toEqual(messages);
      }),
      { seed: 55 },
    );
  });

  it('are refused when they never end, or are no JSON', () => {
    const splitter = new MessageSplitter<ToKeeper>();
    expect(() => [...splitter.feed('x'.repeat(maxMessageLength + 1))]).toThrow(RangeError);
    expect(() => [...new MessageSplitter<ToKeeper>().feed('x\n')]).toThrow(SyntaxError);
  });
});
