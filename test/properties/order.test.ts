// The order of the lists in a replica says nothing: every door answers the same, every visit comes to the same.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Replica } from '../oracle/document.ts';
import type { Line } from '../oracle/state.ts';
import { Premise } from './premise.ts';
import { foundIn, livelyStories, stories } from './story.ts';

/** Every list the other way round, or cut at some place and put together the other way round. */
function shuffled(replica: Replica, cut: number): Replica {
  const entries = Object.entries(replica).map(([key, value]) => {
    if (!Array.isArray(value)) return [key, value];
    const at = value.length === 0 ? 0 : cut % value.length;
    return [key, cut % 2 === 0 ? value.toReversed() : [...value.slice(at), ...value.slice(0, at)]];
  });
  return Object.fromEntries(entries);
}

it('the pass that is chosen, and all that follows, does not depend on the order of any list', {
  timeout: 300_000,
}, () => {
  const premise = new Premise('any order of the lists: a pass was chosen by someone who holds several');
  fc.assert(
    fc.property(fc.oneof(stories, livelyStories), fc.nat(1000), (file, cut) => {
      const tell = (replica: Replica) =>
        foundIn({ ...file, replica }).map(({ type, time, data }) => ({
          type,
          time,
          data: { ...data, visit: '' } as Line['data'],
        }));
      const lines = tell(file.replica);
      const chosen = lines.filter(({ type, data }) => type === 'checkin.recorded' && data.pass !== null);
      const held = (customer: unknown) =>
        (file.replica.passes ?? []).filter((pass) => pass.customer === customer || pass.team);
      premise.met(chosen.some(({ data }) => held(data.customer).length > 1));
      const events = (all: typeof lines) =>
        all.filter(({ type }) => type !== 'controller.started' && type !== 'replica.applied');
      expect(events(tell(shuffled(file.replica, cut)))).toEqual(events(lines));
    }),
    { seed: 20_260_306, numRuns: 120 },
  );
  premise.report();
});
