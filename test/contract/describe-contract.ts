// A contract under vitest: each sentence is a test, in a world of its own.

import { describe, it } from 'vitest';
import type { ContractCase } from './contract-case.ts';

interface Ending {
  /** Ends what runs and clears away what the world is made of. */
  close(): Promise<void>;
}

export function describeContract<World extends Ending>(
  name: string,
  cases: readonly ContractCase<World>[],
  build: () => Promise<World>,
): void {
  describe(name, () => {
    for (const one of cases) {
      it(one.name, async () => {
        const world = await build();
        try {
          await one.run(world);
        } finally {
          await world.close();
        }
      });
    }
  });
}
