// What a check says, and how checks stand in a table: an area gathers its facts once, and each of its checks judges them
// without touching the machine again.

import type { Machine } from './machine.ts';
import type { Setup } from './setup.ts';

export type State = 'ok' | 'warning' | 'problem' | 'not-applicable';

export interface Verdict {
  readonly state: State;
  readonly found: string;
  /** What to do; null where there is nothing. */
  readonly mend: string | null;
}

export interface Finding extends Verdict {
  readonly id: string;
  readonly area: string;
}

export interface Check<Facts> {
  /** Stable; several verdicts of one check share it. */
  readonly id: string;
  readonly judge: (facts: Facts, setup: Setup) => Verdict | readonly Verdict[];
}

export interface Area {
  readonly title: string;
  readonly ids: readonly string[];
  /** Never rejects: facts that cannot be gathered are what its checks then say. */
  examine(machine: Machine, setup: Setup): Promise<Finding[]>;
}

export function area<Facts>(
  title: string,
  gather: (machine: Machine, setup: Setup) => Facts | Promise<Facts>,
  checks: readonly Check<Facts>[],
): Area {
  return {
    title,
    ids: checks.map(({ id }) => id),
    async examine(machine, setup) {
      let facts: Facts;
      try {
        facts = await gather(machine, setup);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return checks.map(({ id }) => ({ id, area: title, ...notChecked(why, 'mend that, then ask again') }));
      }
      return checks.flatMap(({ id, judge }) => {
        const verdict = judge(facts, setup);
        const verdicts: readonly Verdict[] = 'state' in verdict ? [verdict] : verdict;
        return verdicts.map((one) => ({ id, area: title, ...one }));
      });
    },
  };
}

/** What the installer makes, it makes again. */
export const installAgain = 'sudo sh /opt/cardea/current/systemd/install.sh';

export function ok(found: string): Verdict {
  return { state: 'ok', found, mend: null };
}

export function warning(found: string, mend: string): Verdict {
  return { state: 'warning', found, mend };
}

export function problem(found: string, mend: string): Verdict {
  return { state: 'problem', found, mend };
}

/** There is nothing to check here. */
export function notApplicable(why: string): Verdict {
  return { state: 'not-applicable', found: why, mend: null };
}

/** There may be something, and it cannot be seen from here. */
export function notChecked(why: string, how: string): Verdict {
  return { state: 'not-applicable', found: `not checked: ${why}`, mend: how };
}
