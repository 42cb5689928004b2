// A bad network and an office that loses its disk, by seed: whatever is lost, doubled or late, in the end the office has every
// event once, in order, and the outbox is empty; and nothing was ever counted as delivered that the office did not have.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newWorld } from './edge-world.ts';
import { readAs } from './fake-office.ts';

type Step =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'break' }
  | { readonly do: 'lose-messages' | 'lose-acks' | 'all-well' | 'replay' }
  | { readonly do: 'lose-disk'; readonly share: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 30_000 }) }),
  fc.record({ do: fc.constantFrom('break' as const, 'lose-messages' as const, 'lose-acks' as const) }),
  fc.record({ do: fc.constantFrom('all-well' as const, 'replay' as const) }),
  fc.record({ do: fc.constant('lose-disk' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

it('every event arrives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const w = await newWorld();
      const disk: number[] = [];
      const said: (() => Promise<void>)[] = [];
      let [losingMessages, losingAcks, issuedS] = [false, false, 0];
      const officeTurns = async (): Promise<void> => {
        for (let turn = 0; turn < 50; turn++) {
          const messages = w.broker.take('/events');
          if (messages.length === 0) return;
          for (const message of losingMessages ? [] : messages) {
            const batch = await readAs<{ events: { seq: number }[] }>(w.controller, message);
            for (const { seq } of batch.events) if (seq === disk.length + 1) disk.push(seq);
            const [through, at] = [disk.length, ++issuedS];
            const ack = (): Promise<void> => w.ack(through, at);
            said.push(ack);
            if (!losingAcks) await ack();
          }
          expect(w.host.acks.at(-1)?.[0] ?? 0).toBeLessThanOrEqual(Math.max(disk.length, 0));
        }
      };
      w.online();
      for (const one of [...steps, { do: 'all-well' } as const, { do: 'append', count: 1 } as const]) {
        if (one.do === 'append') w.edge.journalGrew(w.journal.append(one.count));
        else if (one.do === 'wait') w.clock.advance(one.ms);
        else if (one.do === 'break') w.broker.break({ code: 'closed', message: 'gone' });
        else if (one.do === 'lose-messages') losingMessages = true;
        else if (one.do === 'lose-acks') losingAcks = true;
        else if (one.do === 'replay') await said[said.length >> 1]?.();
        else if (one.do === 'lose-disk') {
          // It lost part of its disk; as an office that starts again it says what it has.
          disk.length = Math.floor(disk.length * one.share);
          await w.ack(disk.length, ++issuedS);
        } else [losingMessages, losingAcks] = [false, false];
        await officeTurns();
      }
      for (let n = 0; n < 40; n++) {
        w.clock.advance(10_000);
        await officeTurns();
        if (n === 20) await w.ack(disk.length, ++issuedS);
      }
      expect(disk).toEqual(w.journal.texts.map((_, n) => n + 1));
      expect(w.host.acks.at(-1)?.[0]).toBe(w.journal.texts.length);
    }),
    { seed: 7, numRuns: 60 },
  );
});
