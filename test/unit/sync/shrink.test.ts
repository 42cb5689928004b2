// When a list that becomes shorter is not believed, and what it is measured against.

import { describe, expect, it } from 'vitest';
import { mostAfter, shrinks } from '../../../sync/protocol/shrink.ts';

describe('shrinking', () => {
  it.each([
    [{ customers: 100, credentials: 100 }, { customers: 80, credentials: 80 }, null],
    [{ customers: 100, credentials: 100 }, { customers: 79, credentials: 100 }, 'customers would go from 100 to 79'],
    [{ customers: 100, credentials: 100 }, { customers: 100, credentials: 79 }, 'credentials would go from 100 to 79'],
    [{ customers: 1, credentials: 0 }, {}, 'customers would go from 1 to 0'],
    [{ customers: 0, credentials: 0 }, {}, null],
    [null, {}, null],
    [{ customers: 5, credentials: 0 }, { customers: 500, passes: 3 }, null],
  ])('%j to %j', (before, after, expected) => expect(shrinks(before, after)).toBe(expected));

  it('in steps is measured against the most that there was', () => {
    let most = mostAfter(null, { customers: 100, credentials: 10 }, false);
    for (const customers of [90, 85, 80]) {
      expect(shrinks(most, { customers, credentials: 10 })).toBeNull();
      most = mostAfter(most, { customers, credentials: 10 }, false);
    }
    expect(shrinks(most, { customers: 79, credentials: 10 })).toBe('customers would go from 100 to 79');
    most = mostAfter(most, { customers: 79, credentials: 12 }, true);
    expect(most).toEqual({ customers: 79, credentials: 12 });
    expect(shrinks(most, { customers: 64, credentials: 12 })).toBeNull();
  });
});
