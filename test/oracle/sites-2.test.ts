// Generated sites 1001 to 2000: the program and the oracle say the same of every tap. More of them: test/oracle/run.mjs.

import { it } from 'vitest';
import { expectAgreement } from './agree.ts';

it('agrees with the oracle on sites 1001 to 2000', { timeout: 3_600_000 }, () => {
  expectAgreement(1001, 1000);
});
