// All checks of a replica document that look across its records.

import type { Finding } from '../finding.ts';
import { checkCredentials } from './check-credentials.ts';
import { checkHolders } from './check-holders.ts';
import { checkPeriods } from './check-periods.ts';
import { checkReferences } from './check-references.ts';
import { checkSense } from './check-sense.ts';
import { checkUnique } from './check-unique.ts';

export function checkReplica(raw: unknown): Finding[] {
  return [
    ...checkUnique(raw),
    ...checkReferences(raw),
    ...checkHolders(raw),
    ...checkPeriods(raw),
    ...checkCredentials(raw),
    ...checkSense(raw),
  ];
}
