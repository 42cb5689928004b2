// Many waits on the virtual clock, set and given up in any order: they end as a plain list of them says.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';

const act = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 500 }) }),
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(400) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 120 }) }),
);

interface Listed {
  readonly name: string;
  readonly dueMs: number;
  running: boolean;
}

describe('waits on the virtual clock', () => {
  it('end in the order of their instants, then of their making, and not where they were given up', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 400 }), (acts) => {
        const clock = new VirtualClock(0, 'boot', 0);
        const [ended, expected]: [string[], string[]] = [[], []];
        const listed: Listed[] = [];
        const cancels: (() => void)[] = [];
        let nowMs = 0;
        const running = (): Listed[] => listed.filter((one) => one.running).sort((a, b) => a.dueMs - b.dueMs);
        for (const one of acts) {
          if (one.do === 'wait') {
            const name = `w${listed.length}`;
            listed.push({ name, dueMs: nowMs + one.ms, running: true });
            cancels.push(clock.after(name, one.ms, () => ended.push(`${name} ${clock.now().sinceBootMs}`)));
          } else if (one.do === 'cancel') {
            cancels[one.which]?.();
            const given = listed[one.which];
            if (given !== undefined) given.running = false;
          } else {
            nowMs += one.ms;
            for (const due of running().filter(({ dueMs }) => dueMs <= nowMs)) {
              due.running = false;
              expected.push(`${due.name} ${due.dueMs}`);
            }
            clock.advance(one.ms);
          }
          expect(clock.waits()).toEqual(running().map(({ name }) => name));
        }
        expect(ended).toEqual(expected);
      }),
      { seed: 20261130, numRuns: 60 },
    );
  });
});
