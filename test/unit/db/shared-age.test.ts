// What is too old of other controllers' records is known by a clock that somebody set, and by no other.

import { describe, expect, it } from 'vitest';
import type { SharedRecord } from '../../../access/merge/record.ts';
import { VirtualClock } from '../../../daemon/clock/virtual.ts';
import { openAt, startMs } from './support.ts';

const record: SharedRecord = {
  holder: 'customer:ana',
  timeMs: startMs,
  controller: 'back-door',
  epoch: 'e',
  seq: 5,
  type: 'checkin.recorded',
  boot: 'b',
  sinceBootMs: 1,
  data: {},
};

describe('a record of another controller', () => {
  it.each([
    [true, 0],
    [false, 1],
  ])('of long ago goes with a replica, where the clock is synchronised: %s', (synchronised, left) => {
    const time = new VirtualClock(startMs + 400 * 86_400_000);
    const clock = {
      ...time,
      after: time.after.bind(time),
      sleptMs: () => 0,
      now: () => ({ ...time.now(), synchronised }),
    };
    const { journal } = openAt(':memory:', { clock });
    journal.commit([], [{ do: 'share', records: [record], cursor: null }]);
    journal.dropIncluded(9, 'e', 'back-door');
    expect(journal.shared.recordsOf('customer:ana')).toHaveLength(left);
    journal.close();
  });
});
